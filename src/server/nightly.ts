// Once a night: recordings become MP3, and those past their days go. The archive runs as a process of its own, at the
// lowest priority: it needs up to a gigabyte for a while, which a server of calls should not hold for the day. When
// many calls come meanwhile it is stopped, and goes on where it was when they have ended.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Config } from '../config.ts'
import { archiveExit } from '../recording/archive-main.ts'
import { sweepRecordings } from '../recording/retention.ts'

/** An archive at work. `stop` asks it to end after what it has in hand. */
export type ArchiveRun = { ended: Promise<{ code: number; text: string }>; stop(): void }

export type NightlyDeps = {
  log: Log
  metrics: Metrics
  /** Calls in progress; while more than half of what may be are, the archive waits. */
  liveCalls: () => number
  wallMs: () => number
  /** Begins the archive. @param onLine told what it says, line by line */
  archive: (onLine: (line: string) => void) => ArchiveRun
  /** Waits, for another look at the calls. */
  wait: (ms: number) => Promise<unknown>
}

/** Calls take minutes; half a minute of an archive at the lowest priority beside many of them is no harm. */
const lookMs = 30_000
const lookAgainMs = 5 * 60_000

/** One night's work; never throws. */
export async function nightly(config: Config, deps: NightlyDeps): Promise<void> {
  const { log } = deps
  try {
    if (existsSync(config.RECORDINGS_DIR)) await archiveInTurns(config, deps)
    const days = await sweepRecordings({
      dir: config.RECORDINGS_DIR,
      days: config.RECORDINGS_DAYS,
      wallMs: deps.wallMs(),
      timeZone: config.TIME_ZONE,
    })
    if (days.length > 0) log.info('old recordings deleted', { days })
  } catch (error) {
    log.warn('the night’s work failed', { error: errorText(error) })
  }
}

/** Until it has ended by itself. */
async function archiveInTurns(config: Config, deps: NightlyDeps): Promise<void> {
  const { log } = deps
  const progress = tellProgress(deps)
  const isBusy = () => deps.liveCalls() > config.MAX_CALLS / 2
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
    log.info('archive waits for calls to end', { calls: deps.liveCalls() })
  }
}

/** `120/1000` of the archive as two numbers to look at, and as a log line. */
function tellProgress({ metrics, log }: Pick<NightlyDeps, 'metrics' | 'log'>) {
  const total = metrics.gauge('archive_recordings', 'Recordings of the archive that runs; 0 when none does')
  const done = metrics.gauge('archive_recordings_done', 'Recordings that the running archive has looked at')
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

/** Every night at ARCHIVE_HOUR in TIME_ZONE. @returns what ends it, and asks an archive that runs to end */
export function scheduleNightly(config: Config, deps: Omit<NightlyDeps, 'archive' | 'wait'>): () => void {
  if (config.RECORDINGS_DIR === '') return () => {}
  // The two numbers are there from the start, as all numbers are.
  tellProgress(deps)
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

/** The archive over the recordings of these settings, at the lowest priority. */
export function startArchive(config: Config, onLine: (line: string) => void): ArchiveRun {
  const script = join(import.meta.dir, '../recording/archive-main.ts')
  const child = Bun.spawn(['nice', '-n', '19', process.execPath, script], {
    env: { ...process.env, RECORDINGS_DIR: config.RECORDINGS_DIR, AUDIO_WORKERS: `${config.AUDIO_WORKERS}` },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  })
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
