// Once a night: recordings become MP3, and those past their days go. The archive runs as a process of its own, at the
// lowest priority: it needs up to half a gigabyte for a while, which a server of calls should not hold for the day.

import { join } from 'node:path'
import { errorText } from './base/errors.ts'
import type { Log } from './base/log.ts'
import type { Config } from './config.ts'
import { sweepRecordings } from './recording/retention.ts'

export type NightlyDeps = {
  log: Log
  /** Calls in progress; while more than half of what may be are, the archive waits. */
  liveCalls: () => number
  wallMs: () => number
  /** Runs the archive to its end. @returns its exit code and what it said */
  archive: () => Promise<{ code: number; text: string }>
  /** Waits, for another look at the calls. */
  wait: (ms: number) => Promise<unknown>
}

const lookAgainMs = 5 * 60_000

/** One night's work; never throws. */
export async function nightly(config: Config, deps: NightlyDeps): Promise<void> {
  const { log } = deps
  try {
    while (deps.liveCalls() > config.MAX_CALLS / 2) await deps.wait(lookAgainMs)
    const { code, text } = await deps.archive()
    log[code === 0 ? 'info' : 'warn']('recordings archived', { code, summary: text.trim() })
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

/** Every night at ARCHIVE_HOUR in TIME_ZONE. @returns what ends it */
export function scheduleNightly(config: Config, deps: Omit<NightlyDeps, 'archive' | 'wait'>): () => void {
  if (config.RECORDINGS_DIR === '') return () => {}
  const work = () => nightly(config, { ...deps, archive: () => runArchive(config), wait: Bun.sleep })
  const job = Bun.cron(`0 ${config.ARCHIVE_HOUR} * * *`, work, { tz: config.TIME_ZONE }).unref()
  return () => void job.stop()
}

async function runArchive(config: Config): Promise<{ code: number; text: string }> {
  const script = join(import.meta.dir, 'recording', 'archive-main.ts')
  const child = Bun.spawn(['nice', '-n', '19', process.execPath, script, '--dir', config.RECORDINGS_DIR], {
    stdout: 'ignore',
    stderr: 'pipe',
  })
  const [text, code] = await Promise.all([child.stderr.text(), child.exited])
  return { code, text }
}
