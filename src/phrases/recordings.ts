// The audio files of the fixed sentences and their list, assets/cache/*.raw and index.json: what is there, and
// what is wrong with it. Making them is generate.ts's business, putting them into memory reload.ts's.

import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { frameSamples, samplesOf } from '../audio/pcm.ts'
import { errorText } from '../base/errors.ts'
import type { Phrase } from './texts.ts'

const recordingSchema = z.strictObject({
  file: z.string().regex(/^[a-z]{2}\.[a-z0-9_-]+(\.\d+)?\.raw$/, 'is not a name of a recording'),
  language: z.string(),
  name: z.string(),
  voice: z.string().min(1),
  /** {@link textHash} of the sentence that was spoken. */
  text: z.string().regex(/^[0-9a-f]{32}$/),
  /** One minute at most, so that a list with a slip of the pen does not ask for all memory. */
  samples: z.int().min(1).max(480_000),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
const indexSchema = z.strictObject({ rateHz: z.literal(8_000), recordings: z.array(recordingSchema) })

export type Recording = z.infer<typeof recordingSchema>

export type Fault = {
  file: string
  /**
   * The first kind cannot be trusted and rejects the whole set. The second is sound but not complete: a sentence
   * without its recording is spoken live.
   */
  kind: 'broken' | 'incomplete'
  reason: string
}

export const indexFile = 'index.json'

/** 128 bits in hexadecimal of a sentence. */
export function textHash(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('hex').slice(0, 32)
}

export function sha256(bytes: Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
}

/** @returns the list of recordings; empty with one fault when it is absent, empty with its faults when unusable */
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

/** One recording a line, in the order of their files, so that a change is a readable diff. */
export async function writeIndex(folder: string, recordings: readonly Recording[]): Promise<void> {
  const sorted = recordings.toSorted((a, b) => (a.file < b.file ? -1 : 1))
  const lines = sorted.map((recording) => `    ${JSON.stringify(recording)}`).join(',\n')
  const path = join(folder, indexFile)
  // In one step: whoever reloads meanwhile reads the old list or the new one.
  await Bun.write(`${path}.part`, `{\n  "rateHz": 8000,\n  "recordings": [\n${lines}\n  ]\n}\n`)
  await rename(`${path}.part`, path)
}

/**
 * Reads a recording's samples and holds them against the list.
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
    return broken(`has ${bytes.length / 2} samples, ${recording.samples} are listed`)
  if (recording.samples % frameSamples !== 0) return broken('is not of whole 20 ms frames')
  if (sha256(bytes) !== recording.sha256) return broken('does not match its checksum')
  return samplesOf(bytes)
}

/**
 * Compares the list with the sentences, without opening a recording.
 *
 * @returns `current`: recordings of a sentence as it is today, with their sentence; and what is not complete
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
    if (!recording) incomplete(phrase.file, 'has a text and no recording')
    else if (recording.text !== textHash(phrase.text)) incomplete(phrase.file, 'speaks an older text')
    else current.push({ recording, phrase })
  }
  const wanted = new Set(phrases.map((phrase) => phrase.file))
  for (const { file } of recordings) if (!wanted.has(file)) incomplete(file, 'is listed and has no text')
  for (const file of await rawFiles(folder)) if (!listed.has(file)) incomplete(file, 'is not listed')
  return { current, faults }
}

/** Names of the `.raw` files of a folder; none when there is no such folder. */
export async function rawFiles(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return files.filter((file) => file.endsWith('.raw')).sort()
}
