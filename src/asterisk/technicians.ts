// Whether a technician can take the call now, and if not, when. Adapters: a queue of Asterisk (queue-status.ts),
// opening hours (schedule.ts), always, never. With a queue, the hours only say when it opens next.

import type { Clock } from '../base/clock.ts'
import { dayNumber } from './holidays.ts'
import { type LocalMoment, type Schedule, scheduleState } from './schedule.ts'

/** A moment in the schedule's time zone. */
export type Opening = {
  /** Days from today; 0 is today. */
  inDays: number
  /** 0 is Sunday. */
  weekday: number
  day: number
  /** 1 to 12. */
  month: number
  /** Minutes since midnight. */
  minute: number
}

export type TechnicianAnswer = {
  available: boolean
  /** When a technician will be available next; missing when that is unknown, or when one is available now. */
  opens?: Opening
}

export type Technicians = {
  /** The adapter's name in settings and metrics: `asterisk`, `schedule`, `always`, `never`. */
  readonly name: string
  /** Never throws; answers within the adapter's time limit. */
  check(): Promise<TechnicianAnswer>
  close(): void
}

export const alwaysTechnicians: Technicians = constant('always', true)
export const neverTechnicians: Technicians = constant('never', false)

/** Available during opening hours; with a `queue`, whenever the queue says so. When closed, says when it opens. */
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

/** A moment as the desk says it. @param now in the same time zone */
export function openingOf({ day, minute }: LocalMoment, now: LocalMoment): Opening {
  const days = dayNumber(day)
  const inDays = days - dayNumber(now.day)
  return { inDays, weekday: (days + 4) % 7, day: day.day, month: day.month, minute }
}

function constant(name: string, available: boolean): Technicians {
  return { name, check: () => Promise.resolve({ available }), close() {} }
}
