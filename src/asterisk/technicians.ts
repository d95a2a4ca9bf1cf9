// Whether a human can take the call now, and if not, when. Adapters: the queue of an Asterisk (queue-status.ts),
// opening hours (schedule.ts), always, never. Behind a queue, the hours tell when somebody will be there.

import type { Clock } from '../base/clock.ts'
import { dayNumber } from './holidays.ts'
import { type LocalMoment, type Schedule, scheduleState } from './schedule.ts'

/** A moment of the schedule's zone. */
export type Opening = {
  /** Days from today, 0 is today. */
  inDays: number
  /** 0 is Sunday. */
  weekday: number
  day: number
  /** 1 to 12. */
  month: number
  /** Since midnight. */
  minute: number
}

export type TechnicianAnswer = {
  available: boolean
  /** When somebody will be there; left out when that is not known, or now. */
  opens?: Opening
}

export type Technicians = {
  /** The adapter's name in settings and metrics: `asterisk`, `schedule`, `always`, `never`. */
  readonly name: string
  /** Never throws; answers within the adapter's limit. */
  check(): Promise<TechnicianAnswer>
  close(): void
}

export const alwaysTechnicians: Technicians = constant('always', true)
export const neverTechnicians: Technicians = constant('never', false)

/** Somebody is there in opening hours; with a `queue`, whenever that says so. When closed, tells when it opens. */
export function createScheduleTechnicians(options: {
  schedule: Schedule
  clock: Clock
  queue?: Technicians
}): Technicians {
  const { schedule, clock, queue } = options
  return {
    name: queue?.name ?? 'schedule',
    async check() {
      if (queue && (await queue.check()).available) return { available: true }
      const state = scheduleState(schedule, clock.wallMs())
      if (state.open) return { available: queue === undefined }
      if (state.next === undefined) return { available: false }
      return { available: false, opens: openingOf(state.next, state.now) }
    },
    close: () => queue?.close(),
  }
}

function openingOf({ day, minute }: LocalMoment, now: LocalMoment): Opening {
  const days = dayNumber(day)
  const inDays = days - dayNumber(now.day)
  return { inDays, weekday: (days + 4) % 7, day: day.day, month: day.month, minute }
}

function constant(name: string, available: boolean): Technicians {
  return { name, check: () => Promise.resolve({ available }), close() {} }
}
