// A desk in a temporary folder whose disk can die at any step, for the tests of changes that survive.

import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { openPhraseEditor } from '../../src/phrases/editor.ts'
import { generatePhrases, type PhraseSpeaker } from '../../src/phrases/generate.ts'
import type { Reloaded } from '../../src/phrases/read.ts'
import { Revoicer } from '../../src/phrases/revoicer.ts'
import type { PhraseEditor } from '../../src/phrases/types.ts'
import type { Price } from '../../src/providers/prices.ts'
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

/** Another voice than that of the recordings, which is to speak the whole desk. */
export type OwnVoice = {
  speaker: PhraseSpeaker
  clock: Clock
  megabytes?: number
  price?: Price
  isHeld?: () => boolean
}

/** A start of the desk: what is said, what is broken, and the editor; with a voice, also what speaks the desk with it. */
export async function startDesk(dir: string, disk = mortal().disk, own?: OwnVoice) {
  const speaker = own?.speaker ?? toneSpeaker()
  const megabytes = own?.megabytes ?? 32
  const cache = createPhraseCache({ megabytes, voice: speaker.voice })
  const site = await openSite({ dir: join(dir, 'data/site'), wallMs, disk })
  let loaded: Reloaded | undefined
  const paused: (string | undefined)[] = []
  const metrics = new Metrics()
  const revoicer =
    own &&
    new Revoicer({
      ...{ site, speaker, megabytes, metrics, clock: own.clock, log: silentLog, price: () => own.price },
      ...(own.isHeld && { isHeld: own.isHeld }),
      async renew() {
        const change = await editor.renew()
        if (!change.ok) throw new Error(change.problems.join())
      },
      onPause: (reason) => void paused.push(reason),
    })
  const editor: PhraseEditor = await openPhraseEditor({
    assetsDir: dir,
    site,
    language: 'fr',
    cache,
    speaker,
    wanted: { languages: ['fr'], ...(own && { voice: speaker.voice }) },
    decode: async () => tone(8_000, 300, 1),
    onLoaded: (now) => {
      loaded = now
      revoicer?.loaded(now)
    },
  })
  const info = (name: string) => editor.list().find((phrase) => phrase.name === name)!
  return {
    ...{ cache, site, editor, info, metrics, paused, revoicer: revoicer! },
    broken: () => loaded!.broken,
    welcome: () => info('welcome').text,
  }
}
