// What a language says when it dictates a number: from the words in its numbers.yaml come all phrases that are one
// number. The readers (numbers.ts, number-words.ts, number-paths.ts) know no word of any language.

type Values = Readonly<Record<string, number>>

/** The words of a numbers.yaml (languages/language.ts says what each part is). */
export type NumberData = {
  units: Values
  teens: Values
  tens: Values
  compounds: Values
  hundreds: Values
  hundred?: { words: readonly string[]; alone: boolean }
  and?: { word: string; before: readonly number[] }
  unitsFirst?: string
  vigesimal: boolean
  repeats: Values
  plurals: Values
  times?: { words: ReadonlySet<string>; between: ReadonlySet<string> }
  articles: readonly string[]
  indefinite: ReadonlySet<string>
  soundsLike: Readonly<Record<string, string>>
  fillers: ReadonlySet<string>
  corrections: ReadonlySet<string>
  maybeCorrections: ReadonlySet<string>
  denials: readonly (readonly string[])[]
  zeroInFront: readonly (readonly string[])[]
  ends: readonly (readonly string[])[]
  places: readonly { phrase: readonly string[]; group: number }[]
  measures: ReadonlySet<string>
  counted: ReadonlySet<string>
}

export type NumberGrammar = NumberData & {
  /** Digits of every phrase that is one number: `quatre vingt dix sept` → `97`. */
  spoken: ReadonlyMap<string, string>
  /** Every word of the phrases, without the joiners. */
  words: ReadonlySet<string>
  /** Words that belong to a number only inside a phrase, as the "et" of "vingt et un". */
  joiners: ReadonlySet<string>
  /** Words of the longest phrase. */
  longest: number
}

/** All phrases of a language, from its words. */
export function numberGrammar(data: NumberData): NumberGrammar {
  const low = underHundred(data)
  const all = [...low, ...overHundred(data, low)]
  const spoken = new Map(all.map(([phrase, value]): [string, string] => [phrase, String(value)]))
  for (const [word, value] of Object.entries(data.units)) if (value === 0) spoken.set(word, '0')
  for (const [phrase, digits] of counted(data)) spoken.set(phrase, digits)
  const phrases = [...spoken.keys()].map((phrase) => phrase.split(' '))
  const joiners = new Set([data.and?.word, data.unitsFirst].filter((word) => word !== undefined))
  const words = new Set(phrases.flat().filter((word) => !joiners.has(word)))
  return { ...data, spoken, words, joiners, longest: Math.max(...phrases.map((phrase) => phrase.length)) }
}

/** "Two zeros", "three sevens". */
const counted = ({ units, plurals }: NumberData): [phrase: string, digits: string][] =>
  Object.entries(units)
    .filter(([, count]) => count >= 2 && count <= 5)
    .flatMap(([word, count]) =>
      Object.entries(plurals).map(([plural, digit]): [string, string] => [
        `${word} ${plural}`,
        String(digit).repeat(count),
      ]),
    )

type Phrase = [phrase: string, value: number]

/** 1 to 99. */
function underHundred(data: NumberData): Phrase[] {
  const { and, vigesimal, unitsFirst } = data
  const units = Object.entries(data.units).filter(([, value]) => value > 0)
  const teens: Phrase[] = Object.entries(data.teens)
  if (vigesimal)
    teens.push(
      ...joined(
        ofValue(data.teens, 10),
        units.filter(([, value]) => value >= 7),
      ),
    )
  const found: Phrase[] = [...units, ...teens, ...Object.entries(data.compounds)]
  for (const [word, ten] of Object.entries(data.tens)) {
    found.push([word, ten])
    for (const [unit, value] of units) {
      // Where "vingt et un" is said, "vingt un" is two numbers.
      if (and?.before.includes(value)) found.push([`${word} ${and.word} ${unit}`, ten + value])
      else if (unitsFirst === undefined) found.push([`${word} ${unit}`, ten + value])
      if (unitsFirst !== undefined)
        for (const phrase of [`${unit}${unitsFirst}${word}`, `${unit} ${unitsFirst} ${word}`])
          found.push([phrase, ten + value])
    }
  }
  if (vigesimal) found.push(...vigesimals(data, units, teens))
  return found
}

/** "Soixante-dix", "quatre-vingts", "quatre-vingt-dix-sept". */
function vigesimals(
  { and, tens, units }: NumberData,
  low: readonly Phrase[],
  teens: readonly Phrase[],
): Phrase[] {
  const eighty = joined(ofValue(units, 4), ofValue(tens, 20)).map(([phrase]): Phrase => [phrase, 80])
  const sixty = ofValue(tens, 60)
  const isJoined = ([, value]: Phrase): boolean => and?.before.includes(value) === true
  const withAnd = (list: readonly Phrase[]): Phrase[] =>
    list.filter(isJoined).map(([phrase, value]) => [`${and?.word} ${phrase}`, value])
  return [
    ...eighty,
    // With its s it stands alone: "quatre vingts douze" is 80 and 12.
    ...eighty.map(([phrase]): Phrase => [`${phrase}s`, 80]),
    ...joined(eighty, [...low, ...teens, ...withAnd(low)]),
    ...joined(sixty, [...teens, ...withAnd(teens)]),
  ]
}

/** "Cent douze", "huit cents", "seiscientos": three digits, as in numbers that begin with 0 800. */
function overHundred({ hundred, hundreds, units }: NumberData, low: readonly Phrase[]): Phrase[] {
  const whole: Phrase[] = Object.entries(hundreds)
  for (const word of hundred?.words ?? []) {
    if (hundred?.alone) whole.push([word, 100])
    for (const [unit, value] of Object.entries(units))
      if (value > (hundred?.alone ? 1 : 0)) whole.push([`${unit} ${word}`, value * 100])
  }
  return [...whole, ...joined(whole, low)]
}

const ofValue = (values: Values, wanted: number): Phrase[] =>
  Object.entries(values).filter(([, value]) => value === wanted)

const joined = (first: readonly Phrase[], second: readonly Phrase[]): Phrase[] =>
  first.flatMap(([one, value]) => second.map(([other, more]): Phrase => [`${one} ${other}`, value + more]))
