// Deletes recordings at the end of their terms: at the start, then every hour, whatever the archive, the load and
// RECORDING do. What is overdue, and a clock that jumped, are seen in the log, in two gauges, and in `/readyz`.

import { join } from 'node:path'
import type { Timer } from '../../base/clock.ts'
import { errorText } from '../../base/errors.ts'
import type { Metrics } from '../../base/metrics.ts'
import { createClockGuard } from '../../recording/clock-guard.ts'
import type { FoundRecording } from '../../recording/everywhere.ts'
import { linkLostParts } from '../../recording/parts.ts'
import { quietMs, repairRecords } from '../../recording/repair.ts'
import { type Sweep, sweepRecordings } from '../../recording/retention.ts'
import { dropGoneHere } from '../../recording/search/search.ts'
import { termsOf } from '../../recording/terms.ts'
import type { ServerContext } from '../context.ts'

/** A little less than an hour, so that no recording is there an hour after its term, however long a sweep takes. */
const everyMs = 55 * 60_000

export type Retention = {
  /** Resolves when the sweep that runs, if any, has ended; for tests. */
  swept(): Promise<void>
  stop(): void
}

const gauges = (metrics: Metrics) => ({
  overdue: metrics.gauge(
    'recordings_overdue_seconds',
    'How far the oldest recording is past its term; 0 when none is',
  ),
  held: metrics.gauge(
    'recordings_deletion_held',
    '1 while nothing is deleted because the wall clock has jumped',
  ),
})

/**
 * Starts sweeping. An empty RECORDINGS_DIR names no folder, so there is nothing to sweep.
 *
 * @param dropGone takes what was deleted out of the index
 * @param partsOf the recordings of a call on all machines of a cluster; undefined where one is alone
 */
export function startRetention(
  context: ServerContext,
  isBeingWritten: (callId: string) => boolean,
  dropGone: () => Promise<void> = () => dropGoneHere(context.config.RECORDINGS_DIR),
  partsOf?: (callId: string) => Promise<readonly FoundRecording[]>,
): Retention {
  const { config, clock, log, metrics, degraded, memories } = context
  const { forgotten } = memories
  const { overdue, held } = gauges(metrics)
  const dir = config.RECORDINGS_DIR
  if (dir === '') return { swept: async () => {}, stop() {} }
  const terms = termsOf(config)
  const look = createClockGuard({
    path: join(config.DATA_DIR, 'clock.json'),
    dir,
    now: () => clock.now(),
    wallMs: () => clock.wallMs(),
  })

  let isHeld = true
  const sweepOnce = async (): Promise<void> => {
    const { held: hold, jumpedMs, untilMs, notKept } = await look()
    held.value = hold ? 1 : 0
    isHeld = hold
    const until = untilMs === undefined ? '' : new Date(untilMs).toISOString()
    if (jumpedMs !== 0)
      log.warn('the wall clock has jumped: no recording is deleted for a day', { jumpedMs, until })
    setOrClear('clock', hold && `recordings: the wall clock has jumped, nothing is deleted until ${until}`)
    if (notKept !== undefined)
      log.warn('the time last seen could not be kept in DATA_DIR', { error: errorText(notKept) })
    const wallMs = clock.wallMs()
    report(await sweepRecordings({ dir, terms, wallMs, timeZone: config.TIME_ZONE, hold, forgotten }))
    await dropGone()
  }
  const report = ({ days, changed, overdueMs, failed }: Sweep): void => {
    if (days.length > 0 || changed > 0) log.info('old recordings deleted', { days, recordings: changed })
    if (failed.length > 0)
      log.warn('old recordings could not be deleted', { days: failed.map(({ day }) => day), ...failed[0] })
    overdue.value = Math.round(overdueMs / 1_000)
    const hours = Math.ceil(overdueMs / 3_600_000)
    setOrClear('overdue', overdueMs > 0 && `recordings: the oldest is ${hours} h past its term`)
  }
  const setOrClear = (name: string, sentence: string | false): void => {
    if (sentence === false) degraded.delete(name)
    else degraded.set(name, sentence)
  }

  const repair = async (): Promise<void> => {
    const given = { dir, wallMs: clock.wallMs(), isBeingWritten, hold: isHeld, forgotten }
    const records = await repairRecords(given)
    if (records > 0) log.info('records of calls that a server left without an end are completed', { records })
    if (partsOf) await linkLostParts({ dir, partsOf, isBeingWritten, forgotten })
  }

  let timer: Timer | undefined
  let running: Promise<void> | undefined
  const run = (): void => {
    timer = clock.at(clock.now() + everyMs, run)
    if (running !== undefined) {
      // A folder on a dead network drive never answers.
      degraded.set(
        'sweep',
        'recordings: the last sweep for old ones has not ended, RECORDINGS_DIR does not answer',
      )
      log.warn('the last sweep for old recordings has not ended')
      return
    }
    running = sweepOnce()
      .then(repair)
      .catch((error: unknown) => log.warn('old recordings could not be swept', { error: errorText(error) }))
      .finally(() => {
        running = undefined
        degraded.delete('sweep')
      })
  }
  run()
  // A server that is restarted at once finds files that are still too fresh to tell; it looks again.
  const again = clock.at(clock.now() + 2 * quietMs, () =>
    repair().catch((error: unknown) =>
      log.warn('records could not be completed', { error: errorText(error) }),
    ),
  )
  return {
    swept: async () => running,
    stop() {
      timer?.cancel()
      again.cancel()
    },
  }
}
