// Opening hours: whether the desk is open now, and when it opens next. Pure: from text, a time zone and a moment to an
// answer. The dialogue puts that moment into words.

import { ConfigError } from '../base/errors.ts'
import { type CalendarDay, dayFromNumber, dayNumber, isFrenchHoliday } from './holidays.ts'

/** Minutes since midnight; `to` may be 1 440. */
export type OpenSpan = { from: number; to: number }

export type Schedule = {
  timeZone: string
  /** Indexed by weekday; 0 is Sunday. */
  week: readonly (readonly OpenSpan[])[]
  /** Hours on public holidays; empty (closed) by default. */
  holidayHours: readonly OpenSpan[]
  isHoliday: (day: CalendarDay) => boolean
}

export type LocalMoment = { day: CalendarDay; minute: number }
export type ScheduleState = { open: true } | { open: false; next: LocalMoment | undefined; now: LocalMoment }

const dayNames = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa']

/**
 * Reads hours such as `mo-fr 09:00-19:00; sa 09:00-12:00,13:30-17:00; ph off`. Days that are not named are closed, and
 * so are public holidays (`ph`) unless named. When several clauses name a day, the last one counts.
 *
 * @throws {ConfigError} `bad_hours` or `bad_zone`, naming the part that cannot be read
 */
export function parseSchedule(
  text: string,
  timeZone = 'Europe/Paris',
  isHoliday: (day: CalendarDay) => boolean = isFrenchHoliday,
): Schedule {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch (error) {
    throw new ConfigError('bad_zone', `"${timeZone}" is not a time zone; write Europe/Paris`, {
      cause: error,
    })
  }
  const week: OpenSpan[][] = dayNames.map(() => [])
  let holidayHours: OpenSpan[] = []
  for (const clause of text.toLowerCase().split(';')) {
    if (clause.trim() === '') continue
    const [days, ...rest] = clause.trim().split(/\s+/)
    const hours = rest.join('')
    const spans = hours === 'off' ? [] : hours.split(',').map((span) => readSpan(span, clause))
    for (const name of days.split(',')) {
      if (name === 'ph') holidayHours = spans
      else for (const day of readDays(name, clause)) week[day] = spans
    }
  }
  return { timeZone, week, holidayHours, isHoliday }
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

function localMoment(wallMs: number, timeZone: string): LocalMoment {
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
  return schedule.isHoliday(day) ? schedule.holidayHours : schedule.week[(dayNumber(day) + 4) % 7]
}

function readDays(name: string, clause: string): number[] {
  const [first, last = first, ...rest] = name.split('-').map((day) => dayNames.indexOf(day))
  if (first < 0 || last < 0 || rest.length > 0) throw badHours(clause)
  const days: number[] = []
  for (let day = first; ; day = (day + 1) % 7) {
    days.push(day)
    if (day === last) return days
  }
}

function readSpan(span: string, clause: string): OpenSpan {
  const match = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/.exec(span)
  if (!match) throw badHours(clause)
  const [fromHour, fromMinute, toHour, toMinute] = match.slice(1).map(Number)
  const from = fromHour * 60 + fromMinute
  const to = toHour * 60 + toMinute
  if (fromMinute > 59 || toMinute > 59 || to > 1_440 || from >= to) throw badHours(clause)
  return { from, to }
}

function badHours(clause: string): ConfigError {
  return new ConfigError(
    'bad_hours',
    `has hours that cannot be read: "${clause.trim()}"; write mo-fr 09:00-19:00`,
  )
}
