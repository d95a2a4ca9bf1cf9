// A desk in a temporary folder whose disk can die at any step, for the tests of changes that survive.

import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { openPhraseEditor } from '../../src/phrases/editor.ts'
import { generatePhrases } from '../../src/phrases/generate.ts'
import type { Reloaded } from '../../src/phrases/reload.ts'
import { createSiteDisk, type Step } from '../../src/site/disk.ts'
import { openSite } from '../../src/site/store.ts'
import { createAssets, tone, toneSpeaker } from '../phrases/support.ts'

export const wallMs = () => Date.UTC(2026, 10, 28, 9)
export const marie = { by: 'Marie' }

/** Counts the steps of a disk, and lets none happen from the step `dieAt` on. */
export function mortal(dieAt = Number.POSITIVE_INFINITY) {
  const steps: string[] = []
  const step: Step = (name) => {
    if (steps.length >= dieAt) throw new Error(`killed before ${name}`)
    steps.push(name)
  }
  return { steps, disk: createSiteDisk(step) }
}

/** Shipped assets with audio for all sentences; the site folder is beside them. */
export async function createDesk() {
  const assets = await createAssets()
  await generatePhrases({ assetsDir: assets.dir, speaker: toneSpeaker() })
  return { dir: assets.dir, remove: assets.remove }
}

export async function copyDesk(dir: string) {
  const copy = await mkdtemp(join(tmpdir(), 'desk-'))
  await cp(dir, copy, { recursive: true })
  return { dir: copy, remove: () => rm(copy, { recursive: true, force: true }) }
}

/** A start of the desk: what is said, what is broken, and the editor. */
export async function startDesk(dir: string, disk = mortal().disk) {
  const cache = createPhraseCache({ megabytes: 32, voice: 'tone-1' })
  const site = await openSite({ dir: join(dir, 'data/site'), wallMs, disk })
  let loaded: Reloaded | undefined
  const editor = await openPhraseEditor({
    assetsDir: dir,
    site,
    language: 'fr',
    cache,
    speaker: toneSpeaker(),
    decode: async () => tone(8_000, 300, 1),
    onLoaded: (now) => {
      loaded = now
    },
  })
  const info = (name: string) => editor.list().find((phrase) => phrase.name === name)!
  return { cache, site, editor, info, broken: () => loaded!.broken, welcome: () => info('welcome').text }
}
