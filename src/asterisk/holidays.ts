// French public holidays, computed: the eleven days of article L3133-1 of the Code du travail.

/** A calendar day without a time zone. `month` is 1 to 12. */
export type CalendarDay = { year: number; month: number; day: number }

const fixed: readonly [month: number, day: number][] = [
  [1, 1],
  [5, 1],
  [5, 8],
  [7, 14],
  [8, 15],
  [11, 1],
  [11, 11],
  [12, 25],
]
/** Days after Easter Sunday: Easter Monday, Ascension, Whit Monday. */
const afterEaster = [1, 39, 50] as const

export function isFrenchHoliday(day: CalendarDay): boolean {
  if (fixed.some(([month, date]) => month === day.month && date === day.day)) return true
  const sinceEaster = dayNumber(day) - dayNumber(easterSunday(day.year))
  return afterEaster.some((days) => days === sinceEaster)
}

/** Easter Sunday of the Gregorian calendar. @see Meeus, Astronomical Algorithms, chapter 8 */
function easterSunday(year: number): CalendarDay {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor(b / 4)
  const e = b % 4
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - d - g + 15) % 30
  const i = Math.floor(c / 4)
  const k = c % 4
  const l = (32 + 2 * e + 2 * i - h - k) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  return { year, month, day: ((h + l - 7 * m + 114) % 31) + 1 }
}

/** Days since 1970-01-01, for differences and for the weekday: `(n + 4) % 7`, where 0 is Sunday. */
export function dayNumber(day: CalendarDay): number {
  return Date.UTC(day.year, day.month - 1, day.day) / 86_400_000
}

export function dayFromNumber(days: number): CalendarDay {
  const date = new Date(days * 86_400_000)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}
