// `bun run archive`: converts RAW recordings to MP3 on audio workers. The server starts it at night as a process of its
// own.

import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { systemClock } from '../base/clock.ts'
import { wantsHelp } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { createLog } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import { ffmpegFiles, ffmpegMissing } from '../codecs/ffmpeg-files.ts'
import { audioWorker, createAudioJobs } from '../codecs/jobs.ts'
import { type Config, loadConfig } from '../config.ts'
import { createPool } from '../threads/pool.ts'
import { type ArchiveCodec, type ArchiveReport, archiveAll, archiveDays } from './archive.ts'
import { archiveExit } from './archive-exit.ts'
import { lockArchive } from './archive-lock.ts'

const usage = `usage: bun run archive [--day 2026-11-23]... [--keep-raw] [--dir recordings] [--workers 3]

  converts finished recordings to stereo MP3 (caller left, agent right), checks each one, then removes the RAW files;
  it can be stopped and started again at any time
  --day       only this day; may be given again
  --keep-raw  keeps the RAW files
  --dir       folder of the recordings; RECORDINGS_DIR when left out
  --workers   threads, 1 to 99; AUDIO_WORKERS when left out`

const options = {
  dir: { type: 'string' },
  day: { type: 'string', multiple: true, default: [] as string[] },
  'keep-raw': { type: 'boolean', default: false },
  workers: { type: 'string' },
} as const

/** Without a terminal, a line such as `120/1000` shows the progress this often. */
const progressEveryMs = 60_000

/** @returns one of {@link archiveExit} */
export async function archiveMain(
  args: readonly string[],
  out: { write(text: string): unknown; isTTY?: boolean },
  environment: Record<string, string | undefined> = {},
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return archiveExit.done
  }
  let values: ReturnType<typeof read>
  try {
    values = read(args, loadConfig(environment).config)
  } catch (error) {
    out.write(`${errorText(error)}\n\n${usage}\n`)
    return archiveExit.notUnderstood
  }
  const { dir, size } = values
  if (dir === '') {
    out.write('RECORDINGS_DIR is empty: calls are not recorded, there is nothing to archive\n')
    return archiveExit.done
  }
  if (!existsSync(dir)) {
    out.write(`there is no folder ${dir}: nothing has been recorded there yet\n`)
    return values.dirGiven ? archiveExit.failed : archiveExit.done
  }
  if (ffmpegFiles() === undefined) {
    out.write(`${ffmpegMissing}: recordings stay RAW\n`)
    return archiveExit.noFfmpeg
  }
  let unlock: (() => void) | undefined
  try {
    unlock = lockArchive(dir)
  } catch (error) {
    out.write(`${dir} cannot be written to: ${errorText(error)}\n`)
    return archiveExit.failed
  }
  if (unlock === undefined) {
    out.write(`another archive is at work in ${dir}\n`)
    return archiveExit.failed
  }
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const { log } = createLog({ level: 'warn', showPrivate: false, write: (line) => out.write(line) })
  const [clock, metrics] = [systemClock, new Metrics()]
  const pool = createPool({ name: 'archive', worker: audioWorker, size, clock, log, metrics })
  const startedMs = performance.now()
  try {
    const settings = {
      dir,
      codec: codecOf(pool),
      wallMs: () => systemClock.wallMs(),
      keepRaw: values['keep-raw'],
      parallel: Math.max(1, size - 1),
      signal: stop.signal,
      onProgress: out.isTTY ? ({ done, total }: Progress) => out.write(bar(done, total)) : progressLines(out),
    }
    const report =
      values.day.length > 0 ? await archiveDays(values.day, settings) : await archiveAll(settings)
    out.write(summary(report, performance.now() - startedMs))
    if (stop.signal.aborted) return archiveExit.stopped
    return report.errors.length > 0 ? archiveExit.failed : archiveExit.done
  } catch (error) {
    out.write(`${errorText(error)}\n`)
    return archiveExit.failed
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    pool.close()
    unlock()
  }
}

type Progress = { done: number; total: number }

function read(args: readonly string[], config: Config) {
  const { values } = parseArgs({ args: [...args], options })
  const size = Number(values.workers ?? config.AUDIO_WORKERS)
  if (!Number.isInteger(size) || size < 1 || size > 99) {
    throw new RangeError(`--workers ${values.workers} is not 1 to 99`)
  }
  return { ...values, dir: values.dir ?? config.RECORDINGS_DIR, dirGiven: values.dir !== undefined, size }
}

/**
 * No caller waits for the archive, and it runs beside calls at the lowest priority: at a load of 12 on two cores, 30 s
 * of a call took more than the 2.96 s that a job of a call has. The limit is there for a codec that hangs.
 */
const deadlineFactor = 20

function codecOf(pool: ReturnType<typeof createPool>): ArchiveCodec {
  const audio = createAudioJobs(pool, deadlineFactor)
  return {
    encodeMp3: (left, right, signal) => audio.encodeMp3(left, right, { priority: 'batch', signal }),
    decode: async (mp3, signal) =>
      (await audio.decode(mp3, { channels: 2, priority: 'batch', signal })).samples,
  }
}

/** Prints the progress once in a while; the server reads these lines of its nightly process. */
function progressLines(out: { write(text: string): unknown }): (progress: Progress) => void {
  let writtenMs = performance.now() - progressEveryMs
  return ({ done, total }) => {
    if (performance.now() - writtenMs < progressEveryMs) return
    writtenMs = performance.now()
    out.write(`${done}/${total}\n`)
  }
}

function bar(done: number, total: number): string {
  const filled = Math.round((done / total) * 40)
  const end = done === total ? '\n' : ''
  return `\r${'█'.repeat(filled)}${'░'.repeat(40 - filled)} ${done}/${total}${end}`
}

function summary(report: ArchiveReport, tookMs: number): string {
  const { archived, kept, live, empty, orphan, stopped, failed, rawBytes, mp3Bytes, audioMs } = report
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  const rest = [
    ...(empty > 0 ? [`${empty} without sound`] : []),
    ...(orphan > 0 ? [`${orphan} without a record`] : []),
    ...(stopped > 0 ? [`${stopped} stopped in the middle`] : []),
    `${failed} failed`,
  ]
  const counts = `${archived} archived, ${kept} archived before, ${live} not finished, ${rest.join(', ')}`
  const sizes = `${(audioMs / 60_000).toFixed(1)} min, ${mb(rawBytes)} → ${mb(mp3Bytes)}`
  const errors = report.errors.map(({ day, id, error }) => `${day}/${id}: ${error}\n`).join('')
  return `${counts}; ${sizes} in ${(tookMs / 1_000).toFixed(1)} s\n${errors}`
}

if (import.meta.main) process.exit(await archiveMain(process.argv.slice(2), process.stderr, process.env))
