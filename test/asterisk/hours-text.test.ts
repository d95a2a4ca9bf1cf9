import { describe, expect, test } from 'bun:test'
import { parseExceptions } from '../../src/asterisk/exceptions.ts'
import { readHours } from '../../src/asterisk/hours-text.ts'
import { parseSchedule, scheduleState } from '../../src/asterisk/schedule.ts'

const clock = (minute: number) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`

/** `1-5 9:00-12:00,14:00-18:00; ph 10:00-11:00`: the week from Monday on, days with the same hours together. */
function shown(text: string): string {
  const { week, holidayHours } = parseSchedule(text)
  const spans = (day: (typeof week)[number]) =>
    day.map(({ from, to }) => `${clock(from)}-${clock(to)}`).join(',')
  const days = [1, 2, 3, 4, 5, 6, 0].map((day) => spans(week[day]))
  const runs: [from: number, to: number, hours: string][] = []
  for (const [i, hours] of days.entries())
    if (runs.at(-1)?.[2] === hours) runs.at(-1)![1] = i + 1
    else runs.push([i + 1, i + 1, hours])
  const parts = runs
    .filter(([, , hours]) => hours !== '')
    .map(([from, to, hours]) => `${from}-${to} ${hours}`)
  return [...parts, ...(holidayHours.length > 0 ? [`ph ${spans(holidayHours)}`] : [])].join('; ')
}

describe('opening hours as people write them', () => {
  const office = '1-5 9:00-12:00,14:00-18:00'
  test.each([
    ['lun-sam 8h-20h', '1-6 8:00-20:00'],
    ['mo-sa 08:00-20:00', '1-6 8:00-20:00'],
    ['Lundi au samedi, 8h–20h', '1-6 8:00-20:00'],
    ['LUN - SAM : 8 h 00 - 20 h 00', '1-6 8:00-20:00'],
    ['du lundi au vendredi de 9h à 12h et de 14h à 18h', office],
    ['lun-ven 9h-12h, 14h-18h', office],
    ['9h-12h 14h-18h du lundi au vendredi', office],
    ['lundi, mardi, mercredi, jeudi et vendredi de 9 heures à midi et de 14 heures à 18 heures', office],
    ['mon-fri 09:00-12:00, 14:00-18:00', office],
    ['7j/7 8h-22h', '1-7 8:00-22:00'],
    ['8h-22h 7j/7', '1-7 8:00-22:00'],
    ['7 jours sur 7, de 8h à 22h', '1-7 8:00-22:00'],
    ['tous les jours de 8h à 22h', '1-7 8:00-22:00'],
    ['8h-22h', '1-7 8:00-22:00'],
    ['24h/24', '1-7 0:00-24:00; ph 0:00-24:00'],
    ['24h/24 7j/7', '1-7 0:00-24:00; ph 0:00-24:00'],
    ['7j/7, 24h/24', '1-7 0:00-24:00; ph 0:00-24:00'],
    ['24h sur 24', '1-7 0:00-24:00; ph 0:00-24:00'],
    ['24/7', '1-7 0:00-24:00; ph 0:00-24:00'],
    ['lun-ven 24h/24', '1-5 0:00-24:00'],
    ['lun-ven 9-19h', '1-5 9:00-19:00'],
    ['lun-ven 8h30-17h45; sam 9h-midi', '1-5 8:30-17:45; 6-6 9:00-12:00'],
    ['lun-ven 9h-18h, sam 9h-12h', '1-5 9:00-18:00; 6-6 9:00-12:00'],
    ['du lundi au vendredi de 9h à 18h et le samedi de 9h à 12h', '1-5 9:00-18:00; 6-6 9:00-12:00'],
    ['7j/7 9h-18h; dim fermé', '1-6 9:00-18:00'],
    ['lun-sam 8h-20h; jours fériés 10h-16h', '1-6 8:00-20:00; ph 10:00-16:00'],
    ['lun-sam 8h-20h; fériés fermé', '1-6 8:00-20:00'],
    ['week-end 10h-minuit', '6-7 10:00-24:00'],
    ['les samedis et dimanches 10h-12h', '6-7 10:00-12:00'],
    ['ven-lun minuit-6h', '1-1 0:00-6:00; 5-7 0:00-6:00'],
    ['sa-mo 08:00-24:00; ph off', '1-1 8:00-24:00; 6-7 8:00-24:00'],
  ])('%s', (text, hours) => {
    expect(shown(text)).toBe(hours)
  })

  test.each([
    'lun-sam',
    'lun-sam 8h',
    'lun-sam 8-20',
    'lun-sam 20h-8h',
    'lun-sam 8h-25h',
    'lun-sam 8h75-20h',
    'tous les jours sauf le dimanche 8h-20h',
    'lundu-sam 8h-20h',
    'lun-mar-mer 8h-20h',
    '9h-12h lun 14h-18h',
    '8h-20h bientôt',
    '8h-',
    '-',
    '99999999h',
    'lun 8h-20h €',
  ])('%p is refused', (text) => {
    expect(() => parseSchedule(text)).toThrow('hours that cannot be read')
  })

  test('a long text is read in a time that grows with its length', () => {
    expect(readHours('lun '.repeat(20_000))).toBeUndefined()
    expect(readHours('lun 8h-9h, '.repeat(20_000))).toHaveLength(20_000)
  })
})

describe('exceptions', () => {
  const open = (exceptions: string, iso: string) =>
    scheduleState(parseSchedule('lun-sam 8h-20h', { exceptions }), Date.parse(iso)).open

  test.each([
    ['2026-12-24 9h-16h', '2026-12-24T15:59:00+01:00', true],
    ['2026-12-24 9h-16h', '2026-12-24T16:00:00+01:00', false],
    ['2026-12-24 9h-16h', '2027-12-24T17:00:00+01:00', true],
    ['2026-12-26 fermé', '2026-12-26T10:00:00+01:00', false],
    ['2026-12-26 closed', '2026-12-26T10:00:00+01:00', false],
    ['12-26 fermé', '2031-12-26T10:00:00+01:00', false],
    ['26/12 fermé', '2031-12-26T10:00:00+01:00', false],
    ['26/12/2026 fermé', '2026-12-26T10:00:00+01:00', false],
    // A public holiday on which the desk works.
    ['05-08 10h-12h', '2026-05-08T11:00:00+02:00', true],
    ['2026-05-08 24h/24', '2026-05-08T23:00:00+02:00', true],
    ['du 2026-12-24 au 2026-12-31: fermé', '2026-12-28T11:00:00+01:00', false],
    ['2026-12-24..2026-12-31 fermé; 2026-12-28 9h-12h', '2026-12-28T11:00:00+01:00', true],
    ['24/12 au 02/01 fermé', '2027-01-02T11:00:00+01:00', false],
    ['24/12 au 02/01 fermé', '2027-01-04T11:00:00+01:00', true],
    // The day counts in the desk's time zone: it is still the 24th in Paris.
    ['2026-12-24 fermé', '2026-12-23T23:30:00Z', false],
  ])('%s: at %s open is %p', (exceptions, iso, isOpen) => {
    expect(open(exceptions, iso)).toBe(isOpen)
  })

  test.each([
    '2026-02-30 fermé',
    '13-01 fermé',
    '2026-12-24',
    'noël fermé',
    '2026-12-24 lun 9h-16h',
    '2026-12-24 9h-16h 7j/7',
    '2026-12-24 au 12-31 fermé',
    '2026-12-24 ouvert',
  ])('%p is refused', (text) => {
    expect(() => parseExceptions(text)).toThrow('exception that cannot be read')
  })
})
