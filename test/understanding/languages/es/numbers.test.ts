// Spanish numbers, written in words here by hand and read back by the rules.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { dictation } from '../../../../src/understanding/dictation.ts'
import { isPhone, nationalNumber, phoneFormOf, phoneGroups } from '../../../../src/understanding/phone.ts'
import { texts } from '../../../support/shipped-desk.ts'
import { parseCardinal } from '../../cardinals.ts'
import { randomOf } from '../../spoken.ts'

setDefaultTimeout(60_000)

const low =
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve'.split(
    ' ',
  )
const tens = 'x x x treinta cuarenta cincuenta sesenta setenta ochenta noventa'.split(' ')
const hundreds =
  'x ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos'.split(
    ' ',
  )

function underHundred(n: number): string {
  if (n < 30) return low[n]
  return tens[Math.floor(n / 10)] + (n % 10 === 0 ? '' : ` y ${low[n % 10]}`)
}

const pair = (digits: string): string =>
  digits[0] === '0' ? `cero ${low[Number(digits[1])]}` : underHundred(Number(digits))
const each = (digits: string): string => [...digits].map((digit) => low[Number(digit)]).join(' ')

/** "Seiscientos doce", "cero cuarenta y cinco". */
function triple(digits: string): string {
  if (digits[0] === '0') return `cero ${pair(digits.slice(1))}`
  if (digits === '100') return 'cien'
  const rest = Number(digits.slice(1))
  return hundreds[Number(digits[0])] + (rest === 0 ? '' : ` ${underHundred(rest)}`)
}

const cut = (digits: string, sizes: readonly number[]): string[] =>
  sizes.map((size, i) => {
    const at = sizes.slice(0, i).reduce((sum, one) => sum + one, 0)
    return digits.slice(at, at + size)
  })

/** The ways in which people in Spain say their number; each gives the parts between which they pause. */
const ways: Record<string, (digits: string) => string[]> = {
  'digit by digit': (digits) => cut(digits, [3, 2, 2, 2]).map(each),
  '3-2-2-2 in hundreds': (digits) =>
    cut(digits, [3, 2, 2, 2]).map((part, at) => (at === 0 ? triple(part) : pair(part))),
  '3-3-3 in hundreds': (digits) => cut(digits, [3, 3, 3]).map(triple),
  '1-2-2-2-2': (digits) =>
    cut(digits, [1, 2, 2, 2, 2]).map((part, at) => (at === 0 ? each(part) : pair(part))),
  '2-3-2-2': (digits) => cut(digits, [2, 3, 2, 2]).map((part, at) => (at === 1 ? each(part) : pair(part))),
  'with doubles': (digits) =>
    cut(digits, [3, 2, 2, 2]).map((part, at) =>
      at > 0 && part[0] === part[1] ? `doble ${low[Number(part[0])]}` : each(part),
    ),
  'behind +34': (digits) => ['más treinta y cuatro', ...cut(digits, [3, 2, 2, 2]).map(each)],
}

function randomNumbers(count: number): string[] {
  const random = randomOf(11)
  const form = phoneFormOf('es')
  const list: string[] = []
  while (list.length < count) {
    const digits =
      `${[6, 6, 7, 9][Math.floor(random() * 4)]}${Math.floor(1e8 + random() * 9e8) % 1e8}`.padEnd(9, '0')
    if (isPhone(digits, form)) list.push(digits)
  }
  return list
}

/** What the desk reads back after these turns; undefined when it asks again. */
function heard(turns: readonly string[]): string | undefined {
  let before: readonly string[] = []
  for (const turn of turns) {
    const read = dictation(turn, 'es', before, true)
    if (read.phone !== null) return read.phone
    if (read.ambiguous) return undefined
    if (read.digits !== null) before = [read.digits, ...read.otherDigits]
  }
  return undefined
}

test('every number from 0 to 99 is read, as it is said and as the phrases write it', () => {
  for (let n = 0; n < 100; n++) {
    expect([n, parseCardinal(underHundred(n), 'es')]).toEqual([n, n])
    const digits = String(n).padStart(2, '0')
    expect([digits, dictation(`seis uno dos ${texts.es.numbers[digits]}`, 'es', [], true).digits]).toEqual([
      digits,
      `612${digits}`,
    ])
  }
})

/** In one breath, with pauses, in two turns. */
const pauses: readonly ((parts: string[]) => string[])[] = [
  (parts) => [parts.join(' ')],
  (parts) => [parts.join(', ')],
  (parts) => [parts.slice(0, 2).join(' '), parts.slice(2).join(' ')],
]

test.each(Object.keys(ways))('1 000 random numbers said %s: none is read wrong', (way) => {
  let asked = 0
  const wrong: string[] = []
  randomNumbers(1_000).forEach((number, at) => {
    const said = pauses[at % pauses.length](ways[way](number))
    const got = heard(said)
    if (got === undefined) asked++
    else if (got !== number) wrong.push(`${said.join(' | ')} → ${got}`)
  })
  console.log(`Spanish numbers, ${way}: ${wrong.length} wrong, ${asked} of 1000 asked again`)
  expect(wrong).toEqual([])
  expect(asked).toBeLessThanOrEqual(20)
})

test('a number is written and read in the Spanish form', () => {
  const form = phoneFormOf('es')
  expect(phoneGroups('612345678', form).join(' ')).toBe('612 34 56 78')
  for (const text of ['612 34 56 78', '612 345 678', '+34 612345678', '0034 612 34 56 78'])
    expect([text, nationalNumber(text)]).toEqual([text, '612345678'])
  for (const [digits, valid] of [
    ['612345678', true],
    ['911234567', true],
    ['0612345678', false],
    ['61234567', false],
    ['512345678', false],
  ] as const)
    expect([digits, isPhone(digits, form)]).toEqual([digits, valid])
})
