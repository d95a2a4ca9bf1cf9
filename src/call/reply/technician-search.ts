// The search for a technician, with a time limit: the caller neither waits for ever nor is left in silence meanwhile.

import { type Clock, waitMs } from '../../base/clock.ts'
import { errorText } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Opening } from '../../dialogue/types.ts'

/** How long the search may take. */
const searchLimitMs = 8_000
/** After this much of it the caller hears the `wait` phrase. */
const searchWaitMs = 4_000

/** `opens`: when a technician will be there, if that is known. */
export type Technician = { available: boolean; opens?: Opening }
export type FindTechnician = () => Promise<Technician>

export type SearchDeps = { clock: Clock; log: Log; technicians: FindTechnician }

export type SearchListener = {
  /** The answer, while the turn that asked is still the current one. */
  answered(turn: number, answer: Technician): void
  /** The search is slow; called once, and only while the turn is the current one. */
  slow(turn: number): void
  /** The answer came after its turn was over; `found` has it. */
  answeredLate(): void
}

/** One search per call at a time; it outlives the turn that started it. */
export class TechnicianSearch {
  /** The last answer that came after its turn was over. */
  found: Technician | undefined
  /** The turn that waits for the answer; 0 when that turn is over. */
  private turn = 0

  constructor(
    private readonly deps: SearchDeps,
    private readonly listener: SearchListener,
  ) {}

  /** Whether a turn waits for the answer. */
  get isWaitedFor(): boolean {
    return this.turn !== 0
  }

  start(turn: number): void {
    this.turn = turn
    findTechnician(this.deps, () => {
      if (this.turn === turn) this.listener.slow(turn)
    })
      .then((answer) => {
        if (this.turn === turn) {
          this.turn = 0
          return this.listener.answered(turn, answer)
        }
        this.found = answer
        this.listener.answeredLate()
      })
      .catch((error: unknown) =>
        this.deps.log.error('the answer about technicians was lost', { error: errorText(error) }),
      )
  }

  /** The turn that asked is over; the search goes on, and its answer will be late. */
  turnOver(): void {
    this.turn = 0
  }
}

/**
 * Whether a technician is free. Never fails: an error or no answer counts as nobody there, so that a call-back is
 * offered and no caller is sent into an empty queue.
 *
 * @param onSlow called once, when the search takes long
 */
async function findTechnician(
  { clock, log, technicians }: SearchDeps,
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
