// What a voice has spoken of the desk's sentences, so that it is bought once: one file per voice in the site folder,
// `voices/<hash of its key>.json`, which names the audio in `content/`. A file is replaced in one step, so that after a
// kill it has a sentence with all of its audio, or not at all.

import { readdir, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { SiteDisk } from './disk.ts'
import { audioName, SiteError } from './generation.ts'

const soundSchema = z.strictObject({
  /** Names the audio: slin8 in whole frames. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  samples: z.int().min(1).max(480_000),
})
const bookSchema = z.object({
  layout: z.literal(1),
  voice: z.string().min(1),
  /** Languages of which it has once spoken every sentence: from then on it is on air. */
  whole: z.array(z.string()),
  /** By language and hash of the text, oldest first. */
  sounds: z.record(z.string(), soundSchema),
})

export type SpokenSound = z.infer<typeof soundSchema>
export type VoiceBook = Pick<z.infer<typeof bookSchema>, 'whole' | 'sounds'>
export type Spoken = {
  sounds?: Readonly<Record<string, SpokenSound>>
  whole?: readonly string[]
  /** Whether a sentence is still said: others make room when the book is full. */
  isWanted?: (key: string) => boolean
}

/** Sentences of a book: the shipped ones of all languages take a third of that. */
const most = 2_000
/** Books that stay when other voices are used. */
const mostBooks = 8

const folderOf = (dir: string) => join(dir, 'voices')
const hashOf = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('hex').slice(0, 32)
const pathOf = (dir: string, voice: string) => join(folderOf(dir), `${hashOf(voice)}.json`)

/** The key of a sentence in a book. */
export const sentenceKey = (language: string, text: string): string => `${language} ${hashOf(text)}`

/** @param voice `Tts.voiceKey` @returns an empty book when there is none, or it cannot be read */
export async function readBook(dir: string, voice: string): Promise<VoiceBook> {
  const book = await readFile(pathOf(dir, voice), 'utf8').then(parse, () => undefined)
  return book?.voice === voice ? book : { whole: [], sounds: {} }
}

/** Adds to the book of a voice what another process has not added meanwhile. @throws errors of the disk */
export async function addToBook(
  dir: string,
  disk: SiteDisk,
  voice: string,
  { sounds = {}, whole = [], isWanted = () => true }: Spoken,
): Promise<void> {
  const before = await readBook(dir, voice)
  const all = Object.entries({ ...before.sounds, ...sounds })
  let spare = all.length - most
  const kept = spare > 0 ? all.filter(([key]) => isWanted(key) || spare-- <= 0) : all
  const book = {
    layout: 1,
    voice,
    whole: [...new Set([...before.whole, ...whole])],
    sounds: Object.fromEntries(kept),
  }
  await disk.write(pathOf(dir, voice), new TextEncoder().encode(`${JSON.stringify(book, null, 1)}\n`))
}

/**
 * Deletes the books of voices that were used longest ago.
 *
 * @returns the names of all audio that the books need
 * @throws {SiteError} `unreadable` when a book cannot be read: what it needs is not known
 */
export async function collectBooks(dir: string): Promise<Set<string>> {
  const names = await readdir(folderOf(dir)).catch(() => [])
  const paths = names.filter((name) => name.endsWith('.json')).map((name) => join(folderOf(dir), name))
  const aged = await Promise.all(paths.map(async (path) => ({ path, ms: (await stat(path)).mtimeMs })))
  aged.sort((a, b) => b.ms - a.ms)
  for (const { path } of aged.splice(mostBooks)) await unlink(path)
  const audio = new Set<string>()
  for (const { path } of aged) {
    const book = parse(await readFile(path, 'utf8'))
    if (book === undefined) throw new SiteError('unreadable', `${path} is not the book of a voice`)
    for (const sound of Object.values(book.sounds)) audio.add(audioName(sound))
  }
  return audio
}

function parse(text: string): z.infer<typeof bookSchema> | undefined {
  try {
    return bookSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
