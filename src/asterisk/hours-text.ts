// Reads opening hours as people write them, in English and in French: `mo-fr 09:00-19:00; ph off`, `lun-sam 8h-20h`,
// `du lundi au vendredi de 9h à 12h et de 14h à 18h`, `7j/7 8h-22h`, `24h/24`. The text becomes tokens, the tokens
// become entries. A word that is not known is a fault: hours that are half understood would send callers into an empty
// queue.

/** Minutes since midnight; `to` may be 1 440. */
export type OpenSpan = { from: number; to: number }

export type HoursEntry = {
  /** 0 is Sunday. All seven when the text names no day. */
  days: readonly number[]
  /** Whether the text names days or holidays. */
  named: boolean
  holidays: boolean
  /** Empty when closed. */
  spans: readonly OpenSpan[]
}

type Token =
  | { kind: 'day'; day: number }
  | { kind: 'everyDay' | 'holidays' | 'closed' | 'allDay' | 'to' | 'and' | 'end' }
  | { kind: 'time'; minute: number }
  /** A number that is an hour only before `to` and a time: the 9 of `9-19h`. */
  | { kind: 'hour'; minute: number }

const everyDay = [1, 2, 3, 4, 5, 6, 0]
const wholeDay: OpenSpan = { from: 0, to: 1_440 }

/** Day names by weekday, without accents; a plural S is dropped before they are looked up. */
const dayNames = [
  'su sun sunday di dim dimanche',
  'mo mon monday lu lun lundi',
  'tu tue tues tuesday ma mar mardi',
  'we wed wednesday me mer mercredi',
  'th thu thur thurs thursday je jeu jeudi',
  'fr fri friday ve ven vendredi',
  'sa sat saturday sam samedi',
]

const wordTokens: Readonly<Record<string, Token | undefined>> = {
  ...tokensOf('to', 'to until a au aux jusqu jusque'),
  ...tokensOf('and', 'and et'),
  ...tokensOf('closed', 'off closed ferme fermee fermeture'),
  ...tokensOf('holidays', 'ph holiday ferie'),
  ...tokensOf('everyDay', 'daily'),
  ...Object.fromEntries(
    dayNames.flatMap((names, day) => names.split(' ').map((name) => [name, { kind: 'day', day }] as const)),
  ),
  midi: { kind: 'time', minute: 720 },
  noon: { kind: 'time', minute: 720 },
  minuit: { kind: 'time', minute: 1_440 },
  midnight: { kind: 'time', minute: 1_440 },
}

/** Words that change nothing: `du lundi au vendredi, de 9h à 12h`. */
const fillers = new Set('de du des d le la les l from the on of at public jour day ouvert open'.split(' '))

/** What a piece of the text means; the first pattern that fits at a place counts. */
const patterns: readonly [RegExp, (match: RegExpExecArray) => readonly Token[] | undefined][] = [
  [/24 ?h? ?(?:\/|sur) ?(?:24|7)(?: ?h\b)?|h24/y, () => [{ kind: 'allDay' }]],
  [/7 ?j(?:ours?)? ?(?:\/|sur) ?7(?: ?j(?:ours?)?)?|7 ?\/ ?7|tous les jours|every ?day/y, () => all],
  [/week-?ends?/y, () => [6, 0].map((day) => ({ kind: 'day', day }))],
  [/(\d{1,2}):(\d{2})(?!\d)/y, ([, hour, minute]) => time(hour, minute)],
  [/(\d{1,2}) ?h(?:eures?)?(?: ?(\d{2})(?! ?[\dh:/]))?/y, ([, hour, minute = '0']) => time(hour, minute)],
  [/(\d{1,2})(?!\d)/y, ([, hour]) => [{ kind: 'hour', minute: Number(hour) * 60 }]],
  [/[a-z]+/y, ([word]) => wordToken(word)],
  [/-/y, () => [{ kind: 'to' }]],
  [/[,&+]/y, () => [{ kind: 'and' }]],
  [/[;\n]/y, () => [{ kind: 'end' }]],
  [/[\s:.']/y, () => []],
]
const all: readonly Token[] = [{ kind: 'everyDay' }]

function tokensOf(kind: 'to' | 'and' | 'closed' | 'holidays' | 'everyDay', words: string) {
  return Object.fromEntries(words.split(' ').map((word) => [word, { kind } as const]))
}

function time(hour: string, minute: string): readonly Token[] | undefined {
  const total = Number(hour) * 60 + Number(minute)
  return Number(minute) > 59 || total > 1_440 ? undefined : [{ kind: 'time', minute: total }]
}

function wordToken(word: string): readonly Token[] | undefined {
  const one = word.length > 2 ? word.replace(/s$/, '') : word
  const token = wordTokens[word] ?? wordTokens[one]
  if (token !== undefined) return [token]
  return fillers.has(word) || fillers.has(one) ? [] : undefined
}

/** @returns undefined when a piece of the text is not known */
function tokenize(text: string): Token[] | undefined {
  const plain = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[‐-―]/g, '-')
    .replaceAll('’', "'")
    .replace(/[^\S\n]+/g, ' ')
  const tokens: Token[] = []
  for (let at = 0; at < plain.length; ) {
    let length = 0
    for (const [pattern, tokensFor] of patterns) {
      pattern.lastIndex = at
      const match = pattern.exec(plain)
      if (match === null) continue
      const found = tokensFor(match)
      if (found === undefined) return undefined
      tokens.push(...found)
      length = match[0].length
      break
    }
    if (length === 0) return undefined
    at += length
  }
  return tokens
}

/** @returns the entries in the order of the text; undefined when it cannot be read */
export function readHours(text: string): HoursEntry[] | undefined {
  const tokens = tokenize(text)
  if (tokens === undefined) return undefined
  const reader = new Reader(tokens)
  const entries: HoursEntry[] = []
  while (!reader.done) {
    const entry = reader.entry()
    if (entry === undefined) return undefined
    entries.push(entry)
  }
  return entries
}

const isUnnamed = ({ days, holidays }: { days: readonly number[]; holidays: boolean }) =>
  days.length === 0 && !holidays

class Reader {
  private at = 0

  constructor(private readonly tokens: readonly Token[]) {
    this.skip('end', 'and')
  }

  get done(): boolean {
    return this.at >= this.tokens.length
  }

  /** Days, then hours; or hours, then days; or hours alone, which are those of every day. */
  entry(): HoursEntry | undefined {
    let days = this.days()
    const isAllDay = this.peek()?.kind === 'allDay'
    const spans = this.hours()
    if (days !== undefined && isUnnamed(days)) {
      days = this.days()
      // `9h-12h lun 14h-18h` could mean two things.
      if (days !== undefined && !isUnnamed(days) && !this.done && this.peek()?.kind !== 'end')
        return undefined
    }
    if (days === undefined || spans === undefined) return undefined
    this.skip('end', 'and')
    // A desk that never closes does not close on holidays either.
    const named = !isUnnamed(days)
    const week = named ? days.days : everyDay
    return { days: week, named, holidays: days.holidays || (isAllDay && week.length === 7), spans }
  }

  private days(): { days: number[]; holidays: boolean } | undefined {
    const days = new Set<number>()
    let holidays = false
    for (;;) {
      const token = this.peek()
      if (token?.kind === 'day') {
        this.at++
        const range = this.range(token.day)
        if (range === undefined) return undefined
        for (const day of range) days.add(day)
      } else if (this.take('everyDay')) for (const day of everyDay) days.add(day)
      else if (this.take('holidays')) holidays = true
      else if (!(token?.kind === 'and' && this.take('and'))) return { days: [...days], holidays }
    }
  }

  /** The day itself, or all days up to the one behind `to`; a range may wrap around the end of the week. */
  private range(first: number): number[] | undefined {
    if (!this.take('to')) return [first]
    const last = this.peek()
    if (last?.kind !== 'day') return undefined
    this.at++
    const days: number[] = []
    for (let day = first; ; day = (day + 1) % 7) {
      days.push(day)
      if (day === last.day) return days
    }
  }

  private hours(): OpenSpan[] | undefined {
    if (this.take('closed')) return []
    if (this.take('allDay')) return [wholeDay]
    const spans: OpenSpan[] = []
    for (;;) {
      const span = this.span()
      if (span === undefined) return undefined
      spans.push(span)
      const next = this.peek(this.peek()?.kind === 'and' ? 1 : 0)?.kind
      if (next !== 'time' && next !== 'hour') return spans
      this.skip('and')
    }
  }

  private span(): OpenSpan | undefined {
    const [from, to, until] = [this.peek(), this.peek(1), this.peek(2)]
    if ((from?.kind !== 'time' && from?.kind !== 'hour') || to?.kind !== 'to' || until?.kind !== 'time')
      return undefined
    this.at += 3
    const begin = from.minute === 1_440 ? 0 : from.minute
    return begin < until.minute ? { from: begin, to: until.minute } : undefined
  }

  private peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead]
  }

  private take(kind: Token['kind']): boolean {
    if (this.peek()?.kind !== kind) return false
    this.at++
    return true
  }

  private skip(...kinds: Token['kind'][]): void {
    while (kinds.some((kind) => this.take(kind)));
  }
}
