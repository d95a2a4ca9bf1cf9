// The opening hours as a sentence for callers, so that the voice and the clock cannot disagree. For the shipped hours
// it is word for word the line `opening_hours` of the phrase files, whose audio is ready.

/** Minutes since midnight; `to` may be 1 440. */
type Span = { from: number; to: number }

/** The words of one language, with places such as `{day}`: `openingHours` in its folder. */
export type HoursWords = {
  /** `{entries}`: the days with their hours. */
  sentence: string
  /** The sentence of a desk that never opens. */
  never: string
  lastEntry: string
  /** From Sunday on. */
  days: readonly string[]
  single: string
  range: string
  everyDay: string
  and: string
  allDay: string
  span: string
  /** `{hour}`, `{minutes}` and `{part}`; what is empty leaves no space. */
  time: string
  /** 0 to 24. */
  hours: readonly string[]
  /** Hours with a name of their own, used when there are no minutes. */
  exact: Readonly<Record<string, string>>
  /** Parts of the day, each up to an hour. */
  parts: readonly { before: number; words: string }[]
}

/**
 * @param week the hours by weekday; 0 is Sunday
 * @param numbers `00`…`59` in words, as the phrase file has them
 */
export function hoursSentence(
  words: HoursWords,
  week: readonly (readonly Span[])[],
  numbers: Readonly<Record<string, string>>,
): string {
  const spanOf = ({ from, to }: Span) =>
    from === 0 && to === 1_440
      ? words.allDay
      : filled(words.span, { from: timeOf(words, from, numbers), to: timeOf(words, to, numbers) })
  const entries = sameHours(week).map(([days, spans]) => {
    const runs = days.length === 7 ? [words.everyDay] : runsOf(days).flatMap((run) => daysOf(words, run))
    return `${joined(runs, ', ', words.and)}, ${joined(spans.map(spanOf), ', ', words.and)}`
  })
  if (entries.length === 0) return words.never
  return filled(words.sentence, { entries: joined(entries, ', ', words.lastEntry) })
}

/** @param minute since midnight */
function timeOf(words: HoursWords, minute: number, numbers: Readonly<Record<string, string>>): string {
  const hour = Math.floor(minute / 60)
  const rest = minute % 60
  if (rest === 0 && words.exact[hour] !== undefined) return words.exact[hour]
  const minutes = rest === 0 ? '' : numbers[String(rest).padStart(2, '0')]
  const part = words.parts.find(({ before }) => hour < before)?.words ?? ''
  return filled(words.time, { hour: words.hours[hour], minutes, part }).replace(/ +/g, ' ').trim()
}

const filled = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => values[name])

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

const daysOf = ({ days, single, range }: HoursWords, run: readonly number[]): string[] =>
  run.length < 3
    ? run.map((day) => filled(single, { day: days[day] }))
    : [filled(range, { first: days[run[0]], last: days[run.at(-1)!] })]

const joined = (parts: readonly string[], between: string, last: string): string =>
  parts.length < 2 ? parts.join('') : parts.slice(0, -1).join(between) + last + parts.at(-1)
