// Turns finished recordings from two RAW files into one stereo MP3 (left the caller, right the agent), checks it by
// decoding, and only then removes the RAW files. It may be stopped at any point, even by a power cut, and started
// again: it finishes or repeats what was half done. The encoder is an argument.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { samplesOf } from '../audio/pcm.ts'
import { AppError, errorText } from '../base/errors.ts'
import { compareSides, type Side } from './archive-check.ts'
import { type ArchiveDisk, nodeArchiveDisk, readIfThere, writtenAt } from './archive-disk.ts'
import {
  type CallRecord,
  callRecordSchema,
  dayPattern,
  mayKeepAudio,
  orphanAudioMs,
  recordingFiles,
  recordingIdPattern,
} from './files.ts'

/** The jobs of the audio workers that the archive uses. Samples are slin8; both sides are equally long. */
export type ArchiveCodec = {
  encodeMp3(left: Int16Array, right: Int16Array, signal?: AbortSignal): Promise<Uint8Array>
  /** @returns both sides interleaved at 8 kHz */
  decode(mp3: Uint8Array, signal?: AbortSignal): Promise<Int16Array>
}

export type ArchiveOptions = {
  /** Root of the recordings. */
  dir: string
  codec: ArchiveCodec
  wallMs: () => number
  /** A call that ended less than this ago waits for the next run. */
  settleMs: number
  /** RAW files not written to for this long belong to no live call, even when the JSON has no end. */
  abandonedMs: number
  /** Keeps the RAW files beside the MP3. */
  keepRaw: boolean
  /** Calls worked on at a time. */
  parallel: number
  signal?: AbortSignal
  onProgress?: (progress: ArchiveProgress) => void
  disk?: ArchiveDisk
}
export const archiveDefaults = {
  settleMs: 10 * 60_000,
  abandonedMs: orphanAudioMs,
  keepRaw: false,
  parallel: 2,
} as const satisfies Partial<ArchiveOptions>

export type ArchiveProgress = { done: number; total: number; id: string; outcome: ArchiveOutcome }
/**
 * `live`: not finished, or just finished. `kept`: the MP3 existed already and is correct. `empty`: a call without any
 * audio; its RAW files were removed. `orphan`: no record says that the audio may be kept, so it stays RAW until
 * repair.ts deletes it. `deleted`: erased while it was archived, or the caller had not allowed the audio and the
 * recorder was killed before it deleted it. `stopped`: by the signal; the next run archives it.
 */
export type ArchiveOutcome =
  | 'archived'
  | 'kept'
  | 'live'
  | 'empty'
  | 'orphan'
  | 'deleted'
  | 'stopped'
  | 'failed'
export type ArchiveReport = Record<ArchiveOutcome, number> & {
  errors: { day: string; id: string; error: string }[]
  rawBytes: number
  mp3Bytes: number
  audioMs: number
}

/** A recording that could not be archived; its RAW files are untouched. `code` is `unlike` or `badDay`. */
export class ArchiveError extends AppError {
  override name = 'ArchiveError'
}

type Options = Omit<ArchiveOptions, 'disk'> & { disk: ArchiveDisk }
type Paths = NonNullable<ReturnType<typeof recordingFiles>>
type Item = { day: string; id: string; paths: Paths }

/** Archives every day's finished calls. @throws what listing the root throws; a call's failure is in the report */
export async function archiveAll(
  options: Omit<ArchiveOptions, keyof typeof archiveDefaults> & Partial<ArchiveOptions>,
): Promise<ArchiveReport> {
  const days = (await readdir(options.dir)).filter((name) => dayPattern.test(name)).sort()
  return archiveDays(days, options)
}

/** Archives the finished calls of some days, `2026-11-23` each. */
export async function archiveDays(
  days: readonly string[],
  options: Omit<ArchiveOptions, keyof typeof archiveDefaults> & Partial<ArchiveOptions>,
): Promise<ArchiveReport> {
  const full: Options = { ...archiveDefaults, disk: nodeArchiveDisk, ...options }
  const items = (await Promise.all(days.map((day) => itemsOf(full.dir, day)))).flat()
  const report: ArchiveReport = {
    ...{ archived: 0, kept: 0, live: 0, empty: 0, orphan: 0, deleted: 0, stopped: 0, failed: 0 },
    ...{ errors: [], rawBytes: 0, mp3Bytes: 0, audioMs: 0 },
  }
  let next = 0
  let done = 0
  const work = async () => {
    for (let item = items[next++]; item !== undefined && !full.signal?.aborted; item = items[next++]) {
      const outcome = await archiveSafely(item, full, report)
      report[outcome]++
      full.onProgress?.({ done: ++done, total: items.length, id: item.id, outcome })
    }
  }
  await Promise.all(Array.from({ length: full.parallel }, work))
  return report
}

/** Recordings of a day that still have RAW files. */
async function itemsOf(dir: string, day: string): Promise<Item[]> {
  if (!dayPattern.test(day)) throw new ArchiveError('badDay', `${day} is not a day like 2026-11-23`)
  const ids = new Set<string>()
  for (const name of await readdir(join(dir, day))) {
    const id = name.replace(/\.(caller|agent)\.raw$/, '')
    if (id !== name && recordingIdPattern.test(id)) ids.add(id)
  }
  return [...ids].sort().flatMap((id) => {
    const paths = recordingFiles(dir, day, id)
    return paths === undefined ? [] : [{ day, id, paths }]
  })
}

async function archiveSafely(item: Item, options: Options, report: ArchiveReport): Promise<ArchiveOutcome> {
  try {
    return await archiveOne(item.paths, options, report)
  } catch (error) {
    if (options.signal?.aborted) return 'stopped'
    if (await isDeleted(item.paths)) return 'deleted'
    report.errors.push({ day: item.day, id: item.id, error: errorText(error) })
    return 'failed'
  }
}

/**
 * The order makes it safe: the MP3 is checked, written to disk under another name and renamed; the RAW files are
 * removed only once the renaming is on disk. If an MP3 exists already, the remaining RAW files show whether it is
 * correct.
 */
async function archiveOne(paths: Paths, options: Options, report: ArchiveReport): Promise<ArchiveOutcome> {
  const { codec, disk, signal } = options
  if (await isLive(paths, options)) return 'live'
  const record = await recordAt(paths.json)
  if (record === undefined || record.orphan) return 'orphan'
  if (!mayKeepAudio(record)) {
    await disk.remove(paths.caller)
    await disk.remove(paths.agent)
    return 'deleted'
  }
  const [caller, agent] = [await readSide(paths.caller), await readSide(paths.agent)]
  const length = Math.max(caller?.length ?? 0, agent?.length ?? 0)
  const present = await readIfThere(paths.mp3)
  if (
    present !== undefined &&
    compareSides(await codec.decode(present, signal), caller, agent) === undefined
  ) {
    await removeRaw(paths, options)
    return 'kept'
  }
  // One RAW file is gone and the MP3 is wrong: nothing may be removed.
  if (present !== undefined && (caller === undefined || agent === undefined)) {
    throw new ArchiveError('unlike', 'the MP3 differs from the one RAW file that is left')
  }
  // A call that ended before its first frame: there is nothing to lose.
  if (length === 0) {
    await removeRaw(paths, options)
    return 'empty'
  }
  const mp3 = await codec.encodeMp3(padded(caller, length), padded(agent, length), signal)
  const fault = compareSides(await codec.decode(mp3, signal), caller, agent)
  if (fault !== undefined) throw new ArchiveError('unlike', `the MP3 differs from the recording: ${fault}`)
  const temporary = `${paths.mp3}.tmp`
  await disk.write(temporary, mp3)
  await disk.rename(temporary, paths.mp3)
  // Erasure removes the RAW files before the MP3. So if they are gone, the call was erased meanwhile: the MP3 must not
  // stay.
  if (await isDeleted(paths)) {
    await disk.remove(paths.mp3)
    return 'deleted'
  }
  report.rawBytes += ((caller?.length ?? 0) + (agent?.length ?? 0)) * 2
  report.mp3Bytes += mp3.length
  report.audioMs += length / 8
  await removeRaw(paths, options)
  return 'archived'
}

async function isDeleted({ caller, agent }: Paths): Promise<boolean> {
  return (await writtenAt(caller)) === 0 && (await writtenAt(agent)) === 0
}

async function removeRaw(paths: Paths, { disk, keepRaw }: Options): Promise<void> {
  if (keepRaw) return
  await disk.remove(paths.caller)
  await disk.remove(paths.agent)
}

async function isLive(paths: Paths, { wallMs, settleMs, abandonedMs }: Options): Promise<boolean> {
  const writtenMs = Math.max(...(await Promise.all([paths.caller, paths.agent].map(writtenAt))))
  const quietMs = wallMs() - writtenMs
  if (quietMs < settleMs) return true
  const record = await recordAt(paths.json)
  if (!record?.endedAt) return quietMs < abandonedMs
  return wallMs() - Date.parse(record.endedAt) < settleMs
}

async function recordAt(path: string): Promise<CallRecord | undefined> {
  const json = await readIfThere(path)
  return json && callRecordSchema.safeParse(parsed(new TextDecoder().decode(json))).data
}

/** A JSON that cannot be read has no end, so the files are left alone for a day. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readSide(path: string): Promise<Side> {
  const bytes = await readIfThere(path)
  return bytes && samplesOf(bytes)
}

/** Fills a side that is short or missing with silence. */
function padded(side: Side, length: number): Int16Array {
  if (side?.length === length) return side
  const samples = new Int16Array(length)
  if (side !== undefined) samples.set(side)
  return samples
}
