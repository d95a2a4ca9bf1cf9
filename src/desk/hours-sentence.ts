// The opening hours as a sentence for callers, so that the voice and the clock cannot disagree. For the shipped hours
// it is word for word the line `opening_hours` of the phrase files, whose audio is ready.

import type { Language } from './types.ts'

/** Minutes since midnight; `to` may be 1 440. */
type Span = { from: number; to: number }

type Words = {
  /** @param entries days with their hours; none when the desk never opens */
  sentence: (entries: readonly string[]) => string
  days: readonly string[]
  single: (day: string) => string
  range: (first: string, last: string) => string
  everyDay: string
  and: string
  allDay: string
  /** @param minutes in words, `''` on the hour */
  time: (hour: number, minutes: string) => string
  span: (from: string, to: string) => string
}

const hoursFr = (
  'minuit,une heure,deux heures,trois heures,quatre heures,cinq heures,six heures,sept heures,huit heures,' +
  'neuf heures,dix heures,onze heures,midi,treize heures,quatorze heures,quinze heures,seize heures,dix-sept heures,' +
  'dix-huit heures,dix-neuf heures,vingt heures,vingt et une heures,vingt-deux heures,vingt-trois heures,minuit'
).split(',')

const hoursEn = 'twelve,one,two,three,four,five,six,seven,eight,nine,ten,eleven'.split(',')

const partOfDay = (hour: number) =>
  hour < 12 ? 'in the morning' : hour < 18 ? 'in the afternoon' : 'in the evening'

const words: Readonly<Record<Language, Words>> = {
  fr: {
    sentence: (entries) =>
      entries.length === 0
        ? 'Nos techniciens rappellent dès que possible.'
        : `Nos techniciens répondent ${joined(entries, ', ', ', et ')}.`,
    days: 'dimanche,lundi,mardi,mercredi,jeudi,vendredi,samedi'.split(','),
    single: (day) => `le ${day}`,
    range: (first, last) => `du ${first} au ${last}`,
    everyDay: 'tous les jours',
    and: ' et ',
    allDay: 'jour et nuit',
    time: (hour, minutes) => (minutes === '' ? hoursFr[hour] : `${hoursFr[hour]} ${minutes}`),
    span: (from, to) => `de ${from} à ${to}`,
  },
  en: {
    sentence: (entries) =>
      entries.length === 0
        ? 'Our technicians call back as soon as possible.'
        : `Our technicians answer ${joined(entries, ', ', ', and ')}.`,
    days: 'Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday'.split(','),
    single: (day) => `on ${day}`,
    range: (first, last) => `from ${first} to ${last}`,
    everyDay: 'every day',
    and: ' and ',
    allDay: 'day and night',
    time(hour, minutes) {
      if (minutes === '' && hour % 12 === 0) return hour === 12 ? 'noon' : 'midnight'
      return `${[hoursEn[hour % 12], minutes].join(' ').trim()} ${partOfDay(hour)}`
    },
    span: (from, to) => `from ${from} to ${to}`,
  },
}

/**
 * @param week the hours by weekday; 0 is Sunday
 * @param numbers `00`…`59` in words, as the phrase file has them
 */
export function hoursSentence(
  language: Language,
  week: readonly (readonly Span[])[],
  numbers: Readonly<Record<string, string>>,
): string {
  const say = words[language]
  const timeOf = (minute: number) => {
    const rest = minute % 60
    return say.time(Math.floor(minute / 60), rest === 0 ? '' : numbers[String(rest).padStart(2, '0')])
  }
  const spanOf = ({ from, to }: Span) =>
    from === 0 && to === 1_440 ? say.allDay : say.span(timeOf(from), timeOf(to))
  const entries = sameHours(week).map(([days, spans]) => {
    const runs = days.length === 7 ? [say.everyDay] : runsOf(days).flatMap((run) => daysOf(say, run))
    return `${joined(runs, ', ', say.and)}, ${joined(spans.map(spanOf), ', ', say.and)}`
  })
  return say.sentence(entries)
}

const mondayFirst = [1, 2, 3, 4, 5, 6, 0]

/** Days with the same hours together, from Monday on; closed days left out. */
function sameHours(week: readonly (readonly Span[])[]): [days: number[], spans: readonly Span[]][] {
  const groups = new Map<string, [number[], readonly Span[]]>()
  for (const day of mondayFirst) {
    const spans = week[day].toSorted((a, b) => a.from - b.from)
    if (spans.length === 0) continue
    const key = JSON.stringify(spans)
    const group = groups.get(key) ?? [[], spans]
    group[0].push(day)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** Days that follow each other in the week. */
function runsOf(days: readonly number[]): number[][] {
  const runs: number[][] = []
  for (const day of days) {
    const run = runs.at(-1)
    if (run !== undefined && (run.at(-1)! + 1) % 7 === day) run.push(day)
    else runs.push([day])
  }
  return runs
}

const daysOf = ({ days, single, range }: Words, run: readonly number[]): string[] =>
  run.length < 3 ? run.map((day) => single(days[day])) : [range(days[run[0]], days[run.at(-1)!])]

const joined = (parts: readonly string[], between: string, last: string): string =>
  parts.length < 2 ? parts.join('') : parts.slice(0, -1).join(between) + last + parts.at(-1)
