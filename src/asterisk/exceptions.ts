// Days with hours of their own: `2026-12-24 9h-16h; 24/12/2026 au 31/12/2026 fermé; 05-08 closed`. They come before
// the week and before public holidays. A day without a year is that day of every year.

import { ConfigError } from '../base/errors.ts'
import type { CalendarDay } from './holidays.ts'
import { type OpenSpan, readHours } from './hours-text.ts'

/** Hours of one day; undefined when the day is not an exception. */
export type Exceptions = (day: CalendarDay) => readonly OpenSpan[] | undefined

type Day = Omit<CalendarDay, 'year'> & { year?: number }

const day = String.raw`\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|\d{1,2}/\d{1,2}(?:/\d{4})?`
const clausePattern = new RegExp(`^(?:du |le |from )?(${day})(?: ?(?:\\.\\.|au|to) ?(${day}))?:? (.+)$`)

/**
 * Reads dates with their hours, separated by `;`. With several clauses for a day, the last one counts.
 *
 * @throws {ConfigError} `bad_hours`, naming the clause that cannot be read
 */
export function parseExceptions(text: string): Exceptions {
  const clauses = text
    .split(/[;\n]/)
    .map((clause) => clause.trim().replace(/\s+/g, ' '))
    .filter((clause) => clause !== '')
    .map(readClause)
    .reverse()
  return (given) => clauses.find(({ includes }) => includes(given))?.spans
}

function readClause(clause: string): { includes: (day: CalendarDay) => boolean; spans: readonly OpenSpan[] } {
  const [, first, last = first, hours] = clausePattern.exec(clause.toLowerCase()) ?? []
  const from = first === undefined ? undefined : readDay(first)
  const to = last === undefined ? undefined : readDay(last)
  const [entry, ...more] = readHours(hours ?? '') ?? []
  const isWhole =
    from !== undefined && to !== undefined && (from.year === undefined) === (to.year === undefined)
  if (!isWhole || entry === undefined || more.length > 0 || entry.named)
    throw new ConfigError(
      'bad_hours',
      `has an exception that cannot be read: "${clause}"; write 2026-12-24 9h-16h, or 05-08 closed for every year`,
    )
  return { includes: between(from, to), spans: entry.spans }
}

/** Reads `2026-12-24`, `12-24`, `24/12/2026` or `24/12`. @returns undefined for a day that does not exist */
export function readDay(text: string): Day | undefined {
  const numbers = text.split(/[-/]/).map(Number)
  const [date, month, year] = text.includes('/') ? numbers : numbers.toReversed()
  // In a leap year, so that every year's 29 February can be named.
  const real = new Date(Date.UTC(year ?? 2024, month - 1, date))
  if (!(real.getUTCMonth() === month - 1 && real.getUTCDate() === date)) return undefined
  return { day: date, month, ...(year === undefined ? {} : { year }) }
}

/** Whether a day lies from the first to the last one; a range without years may wrap around the end of the year. */
function between(from: Day, to: Day): (day: CalendarDay) => boolean {
  const order = ({ year = 0, month, day: date }: Day) => (year * 100 + month) * 100 + date
  const [first, last] = [order(from), order(to)]
  return ({ year, month, day: date }) => {
    const at = order(from.year === undefined ? { month, day: date } : { year, month, day: date })
    return first <= last ? at >= first && at <= last : from.year === undefined && (at >= first || at <= last)
  }
}
