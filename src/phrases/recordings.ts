// The recordings of the fixed sentences on disk: assets/cache/*.raw and their index, index.json. Reads them and finds
// their faults. generate.ts makes the recordings, reload.ts loads them into memory.

import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { frameSamples, ownSamplesOf } from '../audio/pcm.ts'
import { errorText } from '../base/errors.ts'
import type { Phrase } from './texts.ts'

const recordingSchema = z.strictObject({
  file: z.string().regex(/^[a-z]{2}\.[a-z0-9_-]+(\.\d+)?\.raw$/, 'is not the name of a recording'),
  language: z.string(),
  name: z.string(),
  voice: z.string().min(1),
  /** {@link textHash} of the sentence that was spoken. */
  text: z.string().regex(/^[0-9a-f]{32}$/),
  /** One minute at most, so that a wrong number in the index can't allocate all memory. */
  samples: z.int().min(1).max(480_000),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
const indexSchema = z.strictObject({ rateHz: z.literal(8_000), recordings: z.array(recordingSchema) })

export type Recording = z.infer<typeof recordingSchema>

export type Fault = {
  file: string
  /**
   * `broken`: the files cannot be trusted, and the whole set is rejected. `incomplete`: the files are sound, but some
   * sentence has no recording and is spoken live.
   */
  kind: 'broken' | 'incomplete'
  reason: string
}

export const indexFile = 'index.json'

/** First 128 bits of the SHA-256 of a sentence, in hexadecimal. */
export function textHash(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('hex').slice(0, 32)
}

export function sha256(bytes: Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
}

/** @returns the index's recordings; when the index is missing or unusable, no recordings and its faults */
export async function readIndex(folder: string): Promise<{ recordings: Recording[]; faults: Fault[] }> {
  const file = Bun.file(join(folder, indexFile))
  if (!(await file.exists())) {
    return { recordings: [], faults: [{ file: indexFile, kind: 'broken', reason: 'is missing' }] }
  }
  try {
    const parsed = indexSchema.safeParse(JSON.parse(await file.text()))
    if (parsed.success) return { recordings: parsed.data.recordings, faults: [] }
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    return { recordings: [], faults: reasons.map((reason) => ({ file: indexFile, kind: 'broken', reason })) }
  } catch (error) {
    const reason = `is not JSON (${errorText(error)})`
    return { recordings: [], faults: [{ file: indexFile, kind: 'broken', reason }] }
  }
}

/** Writes one recording per line, sorted by file name, so that a change is a readable diff. */
export async function writeIndex(folder: string, recordings: readonly Recording[]): Promise<void> {
  const sorted = recordings.toSorted((a, b) => (a.file < b.file ? -1 : 1))
  const lines = sorted.map((recording) => `    ${JSON.stringify(recording)}`).join(',\n')
  const path = join(folder, indexFile)
  // Written aside and renamed: a reload in progress reads the old index or the new one.
  await Bun.write(`${path}.part`, `{\n  "rateHz": 8000,\n  "recordings": [\n${lines}\n  ]\n}\n`)
  await rename(`${path}.part`, path)
}

/**
 * Reads a recording's samples and checks them against its entry in the index.
 *
 * @returns the samples, or the fault
 */
export async function readRecording(folder: string, recording: Recording): Promise<Int16Array | Fault> {
  const broken = (reason: string): Fault => ({ file: recording.file, kind: 'broken', reason })
  let bytes: Uint8Array
  try {
    bytes = await Bun.file(join(folder, recording.file)).bytes()
  } catch (error) {
    const code = (error as { code?: unknown }).code
    return broken(code === 'ENOENT' ? 'is missing' : `cannot be read (${errorText(error)})`)
  }
  if (bytes.length % 2 === 1) return broken(`has an odd length of ${bytes.length} bytes`)
  if (bytes.length !== recording.samples * 2)
    return broken(`has ${bytes.length / 2} samples, the index says ${recording.samples}`)
  if (recording.samples % frameSamples !== 0) return broken('does not consist of whole 20 ms frames')
  if (sha256(bytes) !== recording.sha256) return broken('does not match its checksum')
  return ownSamplesOf(bytes)
}

/**
 * Compares the index with the sentences, without opening a recording.
 *
 * @returns `current`: each recording of a present text, with its phrase; `faults`: what is missing, old or left over
 */
export async function compare(
  folder: string,
  recordings: readonly Recording[],
  phrases: readonly Phrase[],
): Promise<{ current: { recording: Recording; phrase: Phrase }[]; faults: Fault[] }> {
  const faults: Fault[] = []
  const incomplete = (file: string, reason: string) => faults.push({ file, kind: 'incomplete', reason })
  const listed = new Map(recordings.map((recording) => [recording.file, recording]))
  const current: { recording: Recording; phrase: Phrase }[] = []
  for (const phrase of phrases) {
    const recording = listed.get(phrase.file)
    if (!recording) incomplete(phrase.file, 'has a text but no recording')
    else if (recording.text !== textHash(phrase.text)) incomplete(phrase.file, 'speaks an older text')
    else current.push({ recording, phrase })
  }
  const wanted = new Set(phrases.map((phrase) => phrase.file))
  for (const { file } of recordings)
    if (!wanted.has(file)) incomplete(file, 'is in the index but has no text')
  for (const file of await rawFiles(folder)) if (!listed.has(file)) incomplete(file, 'is not in the index')
  return { current, faults }
}

/** Names of the `.raw` files of a folder; empty when the folder does not exist. */
export async function rawFiles(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return files.filter((file) => file.endsWith('.raw')).sort()
}
