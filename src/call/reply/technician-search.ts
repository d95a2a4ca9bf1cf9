// The search for a technician, bounded: a caller is not left in silence meanwhile, nor waits for ever.

import { type Clock, waitMs } from '../../base/clock.ts'
import { errorText } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Opening } from '../../dialogue/types.ts'

/** How long the search may take, and after how much of it the caller hears to wait. */
const searchLimitMs = 8_000
const searchWaitMs = 4_000

/** `opens`: when somebody will be there, where that is known. */
export type Technician = { available: boolean; opens?: Opening }
export type Technicians = () => Promise<Technician>

/**
 * Whether a technician is free. Never fails: not knowing is answered like nobody there, so that a call-back is offered
 * and no caller is sent into an empty queue.
 *
 * @param onSlow called once, when it takes its time
 */
export async function findTechnician(
  technicians: Technicians,
  { clock, log }: { clock: Clock; log: Log },
  onSlow: () => void,
): Promise<Technician> {
  const over = new AbortController()
  const tooLong = async (): Promise<Technician> => {
    if (await waitMs(clock, searchWaitMs, over.signal)) {
      onSlow()
      if (await waitMs(clock, searchLimitMs - searchWaitMs, over.signal)) {
        log.warn('technicians did not answer', { limitMs: searchLimitMs })
        return { available: false }
      }
    }
    return new Promise(() => {})
  }
  try {
    return await Promise.race([technicians(), tooLong()])
  } catch (error) {
    log.warn('technicians could not be asked', { error: errorText(error) })
    return { available: false }
  } finally {
    over.abort()
  }
}
