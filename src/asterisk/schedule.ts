// Opening hours: whether the desk is open now, and when it opens next. Pure: from text, a time zone and a moment to an
// answer. The dialogue puts that moment into words.

import { ConfigError } from '../base/errors.ts'
import { type Exceptions, parseExceptions } from './exceptions.ts'
import { type CalendarDay, dayFromNumber, dayNumber, isFrenchHoliday } from './holidays.ts'
import { type OpenSpan, readHours } from './hours-text.ts'

export type Schedule = {
  timeZone: string
  /** Indexed by weekday; 0 is Sunday. */
  week: readonly (readonly OpenSpan[])[]
  /** Hours on public holidays; empty (closed) by default. */
  holidayHours: readonly OpenSpan[]
  isHoliday: (day: CalendarDay) => boolean
  exceptions: Exceptions
}

export type LocalMoment = { day: CalendarDay; minute: number }
export type ScheduleState = { open: true } | { open: false; next: LocalMoment | undefined; now: LocalMoment }

export type ScheduleOptions = {
  timeZone?: string
  /** Dates with hours of their own, as parseExceptions reads them. */
  exceptions?: string
  isHoliday?: (day: CalendarDay) => boolean
}

/**
 * Reads hours such as `mo-fr 09:00-19:00; sa 09:00-12:00,13:30-17:00; ph off` or `lun-ven 9h-12h et 14h-18h`. Days
 * that are not named are closed, and so are public holidays (`ph`) unless named. When several entries name a day, the
 * last one counts. Hours without a day are those of every day.
 *
 * @throws {ConfigError} `bad_hours` or `bad_zone`, naming the part that cannot be read
 */
export function parseSchedule(text: string, options: ScheduleOptions = {}): Schedule {
  const { timeZone = 'Europe/Paris', exceptions = '', isHoliday = isFrenchHoliday } = options
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch (error) {
    throw new ConfigError('bad_zone', `"${timeZone}" is not a time zone; write Europe/Paris`, {
      cause: error,
    })
  }
  const week: (readonly OpenSpan[])[] = Array.from({ length: 7 }, () => [])
  let holidayHours: readonly OpenSpan[] = []
  for (const clause of text.split(/[;\n]/)) {
    const entries = readHours(clause)
    if (entries === undefined) throw badHours(clause)
    for (const { days, holidays, spans } of entries) {
      if (holidays) holidayHours = spans
      for (const day of days) week[day] = spans
    }
  }
  return { timeZone, week, holidayHours, isHoliday, exceptions: parseExceptions(exceptions) }
}

/** Whether the schedule is open at `wallMs`, and when it opens next; searches one year ahead. */
export function scheduleState(schedule: Schedule, wallMs: number): ScheduleState {
  const now = localMoment(wallMs, schedule.timeZone)
  const today = dayNumber(now.day)
  if (hoursOf(schedule, now.day).some(({ from, to }) => now.minute >= from && now.minute < to))
    return { open: true }
  for (let days = 0; days <= 366; days++) {
    const day = dayFromNumber(today + days)
    const starts = hoursOf(schedule, day)
      .map(({ from }) => from)
      .filter((from) => days > 0 || from > now.minute)
    if (starts.length > 0) return { open: false, next: { day, minute: Math.min(...starts) }, now }
  }
  return { open: false, next: undefined, now }
}

/** The day and the minute in a time zone. */
export function localMoment(wallMs: number, timeZone: string): LocalMoment {
  const parts: Record<string, number> = {}
  for (const { type, value } of partsFormat(timeZone).formatToParts(wallMs)) parts[type] = Number(value)
  return {
    day: { year: parts.year, month: parts.month, day: parts.day },
    minute: parts.hour * 60 + parts.minute,
  }
}

const partsFormats = new Map<string, Intl.DateTimeFormat>()

function partsFormat(timeZone: string): Intl.DateTimeFormat {
  let format = partsFormats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      hourCycle: 'h23',
    })
    partsFormats.set(timeZone, format)
  }
  return format
}

function hoursOf(schedule: Schedule, day: CalendarDay): readonly OpenSpan[] {
  const own = schedule.exceptions(day)
  if (own !== undefined) return own
  return schedule.isHoliday(day) ? schedule.holidayHours : schedule.week[(dayNumber(day) + 4) % 7]
}

function badHours(clause: string): ConfigError {
  return new ConfigError(
    'bad_hours',
    `has hours that cannot be read: "${clause.trim()}"; write lun-ven 9h-12h, 14h-18h or mo-fr 09:00-19:00`,
  )
}
