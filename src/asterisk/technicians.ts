// Whether a human can take the call now, and if not, when. Adapters: the queue of an Asterisk (queue-status.ts),
// opening hours (schedule.ts), always, never; hours may stand in front of a queue.

import type { Clock } from '../base/clock.ts'
import { type Schedule, scheduleState } from './schedule.ts'
import { spokenMoment } from './spoken-time.ts'

export type TechnicianAnswer = {
  available: boolean
  /** When somebody will be there, ready to be said after "nous ouvrons"; left out when that is not known. */
  opens?: string
}

export type Technicians = {
  /** The adapter's name in settings and metrics: `asterisk`, `schedule`, `always`, `never`. */
  readonly name: string
  /** @param language of the answer's words, `fr` or `en`. Never throws; answers within the adapter's limit. */
  check(language: string): Promise<TechnicianAnswer>
  close(): void
}

export const alwaysTechnicians: Technicians = constant('always', true)
export const neverTechnicians: Technicians = constant('never', false)

/** Somebody is there in opening hours; with `inside`, only if that says so too. */
export function createScheduleTechnicians(options: {
  schedule: Schedule
  clock: Clock
  inside?: Technicians
}): Technicians {
  const { schedule, clock, inside } = options
  return {
    name: inside?.name ?? 'schedule',
    async check(language) {
      const state = scheduleState(schedule, clock.wallMs())
      if (state.open) return inside ? inside.check(language) : { available: true }
      if (state.next === undefined) return { available: false }
      return { available: false, opens: spokenMoment(state.next, state.now, language) }
    },
    close: () => inside?.close(),
  }
}

function constant(name: string, available: boolean): Technicians {
  return { name, check: () => Promise.resolve({ available }), close() {} }
}
