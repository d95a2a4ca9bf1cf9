// `bun run archive`: the nightly turn of RAW recordings into MP3, on the workers, in a process of its own.
//
//   bun run archive [--day 2026-11-23]... [--keep-raw] [--dir recordings] [--workers 3]

import { parseArgs } from 'node:util'
import { systemClock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import { createLog } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import { type Config, readConfig } from '../config.ts'
import { audioWorker, createAudioJobs } from '../workers/jobs.ts'
import { createPool } from '../workers/pool.ts'
import { type ArchiveCodec, type ArchiveReport, archiveAll, archiveDays } from './archive.ts'

const usage =
  'usage: bun run archive [--day 2026-11-23]... [--keep-raw] [--dir recordings] [--workers 3]\n' +
  '--dir and --workers are RECORDINGS_DIR and AUDIO_WORKERS when left out.\n' +
  'Turns finished recordings into stereo MP3 (left the caller, right the agent), checks them, removes the RAW.'

const options = {
  dir: { type: 'string' },
  day: { type: 'string', multiple: true, default: [] as string[] },
  'keep-raw': { type: 'boolean', default: false },
  workers: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

/** @returns the exit code: 0 when nothing failed, 1 when a recording did, 2 when the command was not understood */
export async function archiveMain(
  args: readonly string[],
  out: { write(text: string): unknown; isTTY?: boolean },
  environment: Record<string, string | undefined> = {},
): Promise<number> {
  let values: ReturnType<typeof read>
  try {
    values = read(args, readConfig(environment))
  } catch (error) {
    out.write(`${errorText(error)}\n${usage}\n`)
    return 2
  }
  if (values.help) {
    out.write(`${usage}\n`)
    return 0
  }
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const { log } = createLog({ level: 'warn', showPrivate: false, write: (line) => out.write(line) })
  const { dir, size } = values
  if (dir === '') {
    out.write('RECORDINGS_DIR is empty: calls are not recorded, there is nothing to archive\n')
    return 0
  }
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
      onProgress: out.isTTY ? ({ done, total }: Progress) => out.write(bar(done, total)) : undefined,
    }
    const report =
      values.day.length > 0 ? await archiveDays(values.day, settings) : await archiveAll(settings)
    out.write(summary(report, performance.now() - startedMs))
    return report.errors.length > 0 || stop.signal.aborted ? 1 : 0
  } catch (error) {
    out.write(`${errorText(error)}\n`)
    return 1
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    pool.close()
  }
}

type Progress = { done: number; total: number }

function read(args: readonly string[], config: Config) {
  const { values } = parseArgs({ args: [...args], options })
  const size = Number(values.workers ?? config.AUDIO_WORKERS)
  if (!Number.isInteger(size) || size < 1 || size > 99) {
    throw new RangeError(`--workers ${values.workers} is not 1 to 99`)
  }
  return { ...values, dir: values.dir ?? config.RECORDINGS_DIR, size }
}

function codecOf(pool: ReturnType<typeof createPool>): ArchiveCodec {
  const audio = createAudioJobs(pool)
  return {
    encodeMp3: (left, right, signal) => audio.encodeMp3(left, right, { priority: 'batch', signal }),
    decode: async (mp3, signal) =>
      (await audio.decode(mp3, { channels: 2, priority: 'batch', signal })).samples,
  }
}

function bar(done: number, total: number): string {
  const filled = Math.round((done / total) * 40)
  const end = done === total ? '\n' : ''
  return `\r${'█'.repeat(filled)}${'░'.repeat(40 - filled)} ${done}/${total}${end}`
}

function summary(report: ArchiveReport, tookMs: number): string {
  const { archived, kept, live, failed, rawBytes, mp3Bytes, audioMs } = report
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  const counts = `${archived} archived, ${kept} archived before, ${live} not finished, ${failed} failed`
  const sizes = `${(audioMs / 60_000).toFixed(1)} min, ${mb(rawBytes)} → ${mb(mp3Bytes)}`
  const errors = report.errors.map(({ day, id, error }) => `${day}/${id}: ${error}\n`).join('')
  return `${counts}; ${sizes} in ${(tookMs / 1_000).toFixed(1)} s\n${errors}`
}

if (import.meta.main) process.exit(await archiveMain(process.argv.slice(2), process.stderr, process.env))
