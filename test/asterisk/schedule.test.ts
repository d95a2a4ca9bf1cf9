import { describe, expect, test } from 'bun:test'
import { isFrenchHoliday } from '../../src/asterisk/holidays.ts'
import { parseSchedule, scheduleState } from '../../src/asterisk/schedule.ts'
import {
  alwaysTechnicians,
  createScheduleTechnicians,
  neverTechnicians,
} from '../../src/asterisk/technicians.ts'
import { ConfigError } from '../../src/base/errors.ts'
import { readConfig } from '../../src/config.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

const hours = 'mo-fr 09:00-19:00; sa 09:30-12:00,13:30-17:00; ph off'

/** A clock whose wall shows this UTC moment. */
function clockAt(iso: string): FakeClock {
  const clock = new FakeClock()
  clock.wallOffsetMs = Date.parse(iso) - clock.now()
  return clock
}

const calendarDay = (date: Date) => ({
  year: date.getUTCFullYear(),
  month: date.getUTCMonth() + 1,
  day: date.getUTCDate(),
})

describe('holidays', () => {
  test.each([
    [1961, 4, 2],
    [2000, 4, 23],
    [2008, 3, 23],
    [2019, 4, 21],
    [2024, 3, 31],
    [2025, 4, 20],
    [2026, 4, 5],
    [2027, 3, 28],
    [2038, 4, 25],
  ])('Easter %d is on %d-%d', (year, month, day) => {
    // Easter Monday is the only holiday between the earliest and the latest possible day.
    const dates = Array.from({ length: 35 }, (_, i) => new Date(Date.UTC(year, 2, 23 + i)))
    const holidays = dates.filter((date) => isFrenchHoliday(calendarDay(date)))
    expect(holidays).toEqual([new Date(Date.UTC(year, month - 1, day + 1))])
  })

  test('France has these eleven in 2026', () => {
    const found: string[] = []
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 86_400_000) {
      const date = new Date(at)
      const day = { year: 2026, month: date.getUTCMonth() + 1, day: date.getUTCDate() }
      if (isFrenchHoliday(day)) found.push(`${day.day}.${day.month}`)
    }
    expect(found.join(' ')).toBe('1.1 6.4 1.5 8.5 14.5 25.5 14.7 15.8 1.11 11.11 25.12')
  })
})

describe('opening hours', () => {
  // Paris is UTC+1 in winter, UTC+2 from 29 March to 25 October 2026.
  test.each([
    ['2026-11-23T08:00:00Z', true, 'Monday at nine sharp'],
    ['2026-11-23T07:59:59Z', false, 'a second earlier'],
    ['2026-11-23T17:59:59Z', true, 'just before seven in the evening'],
    ['2026-11-23T18:00:00Z', false, 'at seven'],
    ['2026-11-28T11:15:00Z', false, 'Saturday at lunch'],
    ['2026-11-28T12:30:00Z', true, 'Saturday afternoon'],
    ['2026-11-29T12:00:00Z', false, 'Sunday'],
    ['2026-07-13T07:00:00Z', true, 'summer time'],
    ['2026-07-14T10:00:00Z', false, 'Bastille day, a Tuesday'],
    ['2026-05-25T10:00:00Z', false, 'Whit Monday'],
  ])('%s is open: %p (%s)', (iso, open) => {
    expect(scheduleState(parseSchedule(hours), Date.parse(iso)).open).toBe(open)
  })

  test.each([
    ['2026-11-23T06:30:00Z', 0, 1, '23/11', 9 * 60],
    ['2026-11-23T19:00:00Z', 1, 2, '24/11', 9 * 60],
    ['2026-11-27T19:00:00Z', 1, 6, '28/11', 9 * 60 + 30],
    ['2026-11-28T11:15:00Z', 0, 6, '28/11', 13 * 60 + 30],
    ['2026-11-28T18:00:00Z', 2, 1, '30/11', 9 * 60],
    // Midnight of Paris is still the day before in UTC.
    ['2026-11-29T23:30:00Z', 0, 1, '30/11', 9 * 60],
    // Friday evening before Saturday 15 August: the next is Monday.
    ['2026-08-14T19:00:00Z', 3, 1, '17/8', 9 * 60],
    // The night in which the clocks go forward.
    ['2026-03-28T23:30:00Z', 1, 1, '30/3', 9 * 60],
  ])(
    'at %s it opens in %p days, on weekday %p, %s, at minute %p',
    async (iso, inDays, weekday, date, minute) => {
      const technicians = createScheduleTechnicians({ schedule: parseSchedule(hours), clock: clockAt(iso) })
      const [day, month] = date.split('/').map(Number)
      expect(await technicians.check()).toEqual({
        available: false,
        opens: { inDays, weekday, day, month, minute },
      })
    },
  )

  test('a schedule that never opens has no next opening', async () => {
    const technicians = createScheduleTechnicians({
      schedule: parseSchedule('ph off'),
      clock: new FakeClock(),
    })
    expect(await technicians.check()).toEqual({ available: false })
  })

  test('the queue decides at any hour, and the opening hours only say when it opens next', async () => {
    const schedule = parseSchedule(hours)
    for (const queue of [alwaysTechnicians, neverTechnicians]) {
      const available = queue === alwaysTechnicians
      const open = createScheduleTechnicians({ schedule, clock: clockAt('2026-11-23T10:00:00Z'), queue })
      expect(await open.check()).toEqual({ available })
      const closed = createScheduleTechnicians({ schedule, clock: clockAt('2026-11-23T20:00:00Z'), queue })
      const opens = { inDays: 1, weekday: 2, day: 24, month: 11, minute: 540 }
      expect(await closed.check()).toEqual(available ? { available } : { available, opens })
    }
  })

  test('a range of days may wrap around the end of the week', () => {
    const schedule = parseSchedule('sa-mo 08:00-24:00')
    expect(schedule.week.map((spans) => spans.length)).toEqual([1, 1, 0, 0, 0, 0, 1])
  })

  test.each([
    'mo 9-19',
    'mo 19:00-09:00',
    'xx 09:00-19:00',
    'mo-we-fr 09:00-10:00',
    'mo',
    'mo 09:60-10:00',
    'mo 09:00-24:01',
  ])('%p is refused', (text) => {
    expect(() => parseSchedule(text)).toThrow(ConfigError)
  })

  test('an unknown time zone is refused', () => {
    expect(() => parseSchedule(hours, { timeZone: 'Europe/Wouippleul' })).toThrow(ConfigError)
  })
})

test('the hours in the spoken phrase are the default hours', async () => {
  const { lines } = await Bun.file('assets/phrases/fr.json').json()
  expect(lines.opening_hours).toContain('du lundi au samedi, de huit heures à vingt heures')
  const { week } = parseSchedule(readConfig({}).OPENING_HOURS)
  const day = [{ from: 8 * 60, to: 20 * 60 }]
  expect(week).toEqual([[], day, day, day, day, day, day])
})
