// Deletes from the site folder what nothing needs any more: very old changes, and audio and documents without a name.

import { readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { readDraft } from './draft.ts'
import { contentOf, emptyState, fileOf, type Generation } from './generation.ts'
import { collectBooks } from './voice-book.ts'

/** Changes that can be read and undone. */
const keptGenerations = 500
/** Content that nothing names may belong to a change that another process is just making. */
const orphanMs = 24 * 3_600_000

export type Collected = {
  dir: string
  wallMs: () => number
  /** Of the generations in the folder, the highest first. */
  numbers: readonly number[]
  read: (number: number) => Promise<Generation>
}

export async function collectSite({ dir, wallMs, numbers, read }: Collected): Promise<void> {
  const named = await collectBooks(dir)
  const draft = await readDraft(dir)
  if (draft) for (const name of contentOf({ state: emptyState, change: draft })) named.add(name)
  for (const number of numbers.slice(0, keptGenerations)) {
    const generation = await read(number).catch(() => undefined)
    // Whatever an unreadable generation names may be needed to repair it.
    if (generation === undefined) return
    for (const name of contentOf(generation)) named.add(name)
  }
  for (const number of numbers.slice(keptGenerations)) await unlink(join(dir, 'generations', fileOf(number)))
  for (const folder of ['content', 'generations', 'voices', 'drafts']) {
    for (const name of await readdir(join(dir, folder)).catch(() => [])) {
      const isKept = folder === 'content' ? named.has(name) : !name.endsWith('.part')
      const path = join(dir, folder, name)
      if (isKept || wallMs() - (await stat(path)).mtimeMs < orphanMs) continue
      await unlink(path)
    }
  }
}
