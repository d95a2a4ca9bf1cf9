// The night's work: converts recordings to MP3. The archive runs as a process of its own at the lowest priority,
// because it needs up to a gigabyte for a while, which the server should not keep for the rest of the day. When many
// calls arrive meanwhile it is stopped, and resumes when they have ended. retention.ts deletes old recordings.

import { existsSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { childEnvironment } from '../../base/child.ts'
import { errorText } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Metrics } from '../../base/metrics.ts'
import { isExecutable, programFile } from '../../base/program.ts'
import type { Config } from '../../config.ts'
import { archiveExit } from '../../recording/archive-exit.ts'

/** A running archive. `stop` asks it to end after the recording it works on. */
export type ArchiveRun = { ended: Promise<{ code: number; text: string }>; stop(): void }

export type NightlyDeps = {
  log: Log
  metrics: Metrics
  /** Calls in progress; while they exceed half of `maxCalls`, the archive waits. */
  liveCalls: () => number
  /** Calls that may be in progress. */
  maxCalls: () => number
  /** Whether an overloaded server holds such work. */
  isHeld: () => boolean
  /** Why recordings cannot become MP3: they stay RAW, and are deleted after RECORDINGS_DAYS all the same. */
  cannotArchive?: string
  /** Starts the archive. @param onLine called with each line of its output */
  archive: (onLine: (line: string) => void) => ArchiveRun
  /** Waits before the next look at the number of calls. */
  wait: (ms: number) => Promise<unknown>
}

/** Calls last minutes; half a minute of the archive beside many of them, at the lowest priority, does no harm. */
const lookMs = 30_000
const lookAgainMs = 5 * 60_000

/** One night's work; never throws. */
export async function nightly(config: Config, deps: NightlyDeps): Promise<void> {
  const { log } = deps
  try {
    if (deps.cannotArchive !== undefined) log.warn('recordings stay RAW', { reason: deps.cannotArchive })
    else if (existsSync(config.RECORDINGS_DIR)) await archiveInTurns(deps)
  } catch (error) {
    log.warn('nightly work failed', { error: errorText(error) })
  }
}

/** Runs the archive until it has ended by itself, with pauses while many calls are live. */
async function archiveInTurns(deps: NightlyDeps): Promise<void> {
  const { log } = deps
  const progress = progressOf(deps)
  const isBusy = () => deps.isHeld() || deps.liveCalls() > deps.maxCalls() / 2
  for (;;) {
    while (isBusy()) await deps.wait(lookAgainMs)
    const run = deps.archive(progress.take)
    const ended = run.ended.finally(progress.end)
    let wasStopped = false
    while (
      !wasStopped &&
      !(await Promise.race([ended.then(() => true), deps.wait(lookMs).then(() => false)]))
    )
      if (isBusy()) {
        wasStopped = true
        run.stop()
      }
    const { code, text } = await ended
    const level = code === archiveExit.done || code === archiveExit.stopped ? 'info' : 'warn'
    log[level]('recordings archived', { code, summary: text.trim() })
    if (!wasStopped || code !== archiveExit.stopped) return
    log.info('archive paused until calls have ended', { calls: deps.liveCalls() })
  }
}

/** Turns the archive's lines like `120/1000` into two gauges and a log line. */
function progressOf({ metrics, log }: Pick<NightlyDeps, 'metrics' | 'log'>) {
  const total = metrics.gauge(
    'archive_recordings',
    'Recordings that the running archive job has to process; 0 when none runs',
  )
  const done = metrics.gauge(
    'archive_recordings_done',
    'Recordings that the running archive job has processed',
  )
  return {
    take(line: string): void {
      const match = /^(\d+)\/(\d+)$/.exec(line)
      if (!match) return
      done.value = Number(match[1])
      total.value = Number(match[2])
      log.info('archiving', { done: done.value, total: total.value })
    },
    end(): void {
      done.value = 0
      total.value = 0
    },
  }
}

/** Every night at ARCHIVE_HOUR in TIME_ZONE. @returns a stop function, which also asks a running archive to end */
export function scheduleNightly(config: Config, deps: Omit<NightlyDeps, 'archive' | 'wait'>): () => void {
  if (config.RECORDINGS_DIR === '') return () => {}
  // Registers the two gauges now, because every metric exists from the start.
  progressOf(deps)
  let running: ArchiveRun | undefined
  const archive: NightlyDeps['archive'] = (onLine) => {
    running = startArchive(config, onLine)
    return running
  }
  const work = () => nightly(config, { ...deps, archive, wait: Bun.sleep })
  const job = Bun.cron(`0 ${config.ARCHIVE_HOUR} * * *`, work, { tz: config.TIME_ZONE }).unref()
  return () => {
    job.stop()
    running?.stop()
  }
}

/** From source without the .env files of the working folder, which Bun would put into the child's environment. */
const archiveCommand = isExecutable
  ? ['archive']
  : ['--no-env-file', programFile('src/recording/archive-main.ts')]

/** Starts the archive over the recordings of these settings, at the lowest priority. */
export function startArchive(
  config: Config,
  onLine: (line: string) => void,
  command: readonly string[] = archiveCommand,
): ArchiveRun {
  const child = Bun.spawn([process.execPath, ...command], {
    // Without keys and tokens, because the archive needs none. An empty CONFIG_FILE: it reads no file of settings, in
    // which they could be.
    env: childEnvironment(process.env, {
      CONFIG_FILE: '',
      RECORDINGS_DIR: config.RECORDINGS_DIR,
      AUDIO_WORKERS: `${config.AUDIO_WORKERS}`,
    }),
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  })
  lowerPriority(child.pid)
  const read = async () => {
    const said: string[] = []
    let rest = ''
    for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + part).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        onLine(line)
        if (!/^\d+\/\d+$/.test(line)) said.push(line)
      }
    }
    return [...said, rest].join('\n')
  }
  const ended = Promise.all([read(), child.exited]).then(([text, code]) => ({ code, text }))
  return { ended, stop: () => child.kill('SIGTERM') }
}

/** By a system call and not by the command `nice`, which a small container or an empty PATH does not have. */
function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch {
    // It has ended already, or a sandbox forbids it; then it works at the usual priority.
  }
}
