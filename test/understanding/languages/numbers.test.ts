// Telephone numbers in every language, as people say them and read back by the rules. How they are said is data:
// <language>/numbers.yaml. Digits and pairs are spelled as the phrases of the language have them.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { z } from 'zod'
import { dictation } from '../../../src/understanding/dictation.ts'
import { languages } from '../../../src/understanding/languages/index.ts'
import { isPhone, nationalNumber, phoneFormOf, phoneGroups } from '../../../src/understanding/phone.ts'
import { texts } from '../../support/shipped-desk.ts'
import { parseCardinal } from '../cardinals.ts'
import { randomOf } from '../spoken.ts'

setDefaultTimeout(60_000)

const saidSchema = z.strictObject({
  /** What a national number begins with; twice for what is twice as frequent. */
  begins: z.array(z.string()),
  /** "Doble" before a digit that comes twice. */
  double: z.string().optional(),
  /** 1 to 9 hundred. */
  hundreds: z.array(z.string()).length(9).optional(),
  /** 100 alone, where it differs. */
  exactlyHundred: z.string().optional(),
  /** The calling code in words; the number behind it has no trunk digit. */
  international: z.string(),
  /** How else a recogniser writes or callers say the words: a regular expression and what stands in its place. */
  also: z.record(z.string(), z.strictObject({ from: z.string(), to: z.string() })).default({}),
  /**
   * Ways of saying a number, as parts with their length: `each3` digit by digit, `pair2` as a number, `triple3` with
   * hundreds, `double2` as "double seven" where it can. `+` begins with the calling code. Callers pause between parts.
   */
  ways: z.record(z.string(), z.string()),
  /** Numbers as people write them. */
  written: z.strictObject({
    number: z.string(),
    groups: z.string(),
    same: z.array(z.string()),
    wrong: z.array(z.string()),
  }),
})

/** What the desk reads back after these turns; undefined when it asks again. */
function heard(turns: readonly string[], language: string): string | undefined {
  let before: readonly string[] = []
  for (const turn of turns) {
    const read = dictation(turn, language, before, true)
    if (read.phone !== null) return read.phone
    if (read.ambiguous) return undefined
    if (read.digits !== null) before = [read.digits, ...read.otherDigits]
  }
  return undefined
}

/** In one breath, with pauses, in two turns. */
const pauses: readonly ((parts: string[]) => string[])[] = [
  (parts) => [parts.join(' ')],
  (parts) => [parts.join(', ')],
  (parts) => [parts.slice(0, 2).join(' '), parts.slice(2).join(' ')],
]

const runs = 1_000
/** Of 1 000 numbers so many may be asked again. */
const mostAsked = 20

describe.each([...languages])('in %s', async (code) => {
  const file = Bun.file(new URL(`${code}/numbers.yaml`, import.meta.url))
  const said = saidSchema.parse(Bun.YAML.parse(await file.text()))
  const form = phoneFormOf(code)
  const { numbers } = texts[code]

  const each = (digits: string): string => Array.from(digits, (digit) => numbers[digit]).join(' ')
  const triple = (digits: string): string => {
    const rest = digits.slice(1)
    if (digits[0] === '0') return `${each('0')} ${numbers[rest]}`
    if (digits === '100' && said.exactlyHundred !== undefined) return said.exactlyHundred
    const hundred = said.hundreds?.[Number(digits[0]) - 1] ?? ''
    const isRound = rest === '00'
    return isRound ? hundred : `${hundred} ${rest[0] === '0' ? numbers[rest[1]] : numbers[rest]}`
  }
  const speak: Record<string, (digits: string) => string> = {
    each,
    triple,
    pair: (digits) => numbers[digits],
    double: (digits) => (digits[0] === digits[1] ? `${said.double} ${each(digits[0])}` : each(digits)),
  }

  function partsOf(number: string, way: string): string[] {
    let rest = way.startsWith('+') ? number.slice(form.trunk.length) : number
    return way.split(' ').map((part) => {
      if (part === '+') return said.international
      const [, how, length] = /^([a-z]+)(\d)$/.exec(part)!
      const digits = rest.slice(0, Number(length))
      rest = rest.slice(Number(length))
      return speak[how](digits)
    })
  }

  function randomNumbers(): string[] {
    const random = randomOf(11)
    const length = form.longest
    const list: string[] = []
    while (list.length < runs) {
      const begin = said.begins[Math.floor(random() * said.begins.length)]
      const more = Array.from({ length: length - begin.length }, () => Math.floor(random() * 10)).join('')
      if (isPhone(begin + more, form)) list.push(begin + more)
    }
    return list
  }

  const spellings: Record<string, { from: string; to: string }> = {
    'as written': { from: '(?!)', to: '' },
    ...said.also,
  }

  test('every number from 0 to 99 is read as the phrases write it', () => {
    for (const { from, to } of Object.values(spellings))
      for (let n = 0; n < 100; n++) {
        const digits = String(n).padStart(2, '0')
        const text = numbers[n].replace(new RegExp(from, 'g'), to)
        expect([n, text, parseCardinal(text, code)]).toEqual([n, text, n])
        const begin = said.begins[0]
        const pair = numbers[digits].replace(new RegExp(from, 'g'), to)
        const read = dictation(`${each(begin)} ${each('12')} ${pair}`, code, [], true).digits
        expect([digits, read]).toEqual([digits, `${begin}12${digits}`])
      }
  })

  const all = Object.entries(said.ways).flatMap(([way, parts]) =>
    Object.keys(spellings).map((spelling) => [way, spelling, parts] as const),
  )
  test.each(all)(`${runs} random numbers said %s, %s: none is read wrong`, (way, spelling, parts) => {
    const { from, to } = spellings[spelling]
    let asked = 0
    const wrong: string[] = []
    randomNumbers().forEach((number, at) => {
      const words = partsOf(number, parts).map((part) => part.replace(new RegExp(from, 'g'), to))
      const turns = pauses[at % pauses.length](words)
      const got = heard(turns, code)
      if (got === undefined) asked++
      else if (got !== number) wrong.push(`${turns.join(' | ')} → ${got}`)
    })
    console.log(
      `numbers in ${code}, ${way}, ${spelling}: ${wrong.length} wrong, ${asked} of ${runs} asked again`,
    )
    expect(wrong).toEqual([])
    expect(asked).toBeLessThanOrEqual(mostAsked)
  })

  test('a number is written and read in the form of its country', () => {
    const { number, groups, same, wrong } = said.written
    expect(phoneGroups(number, form).join(' ')).toBe(groups)
    expect(isPhone(number, form)).toBe(true)
    for (const text of same) expect([text, nationalNumber(text)]).toEqual([text, number])
    for (const digits of wrong) expect([digits, isPhone(digits, form)]).toEqual([digits, false])
  })
})
