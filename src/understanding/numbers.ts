// Reads spoken numbers: every reading that the words at one position can have. The words are in each language's
// numbers.yaml. dictation.ts decides which reading is meant, because it knows the whole number.

import { languageOf, type NumberWords } from './languages/index.ts'
import type { Word } from './words.ts'

/** `length` words, read as these digits. A `soft` reading repairs a recogniser's `60 12` into 72. */
export type Reading = { length: number; digits: string; soft?: boolean }

/** Whether a word can be part of a number. `et` and `plus` by themselves are not. @param language its code */
export function isNumberWord(word: string, language: string): boolean {
  const { units, teens, tens, compounds, repeats, hundred } = languageOf(language).numbers
  const tables = [units, teens, tens, compounds, repeats]
  return (
    /^\d+$/.test(word) || tables.some((table) => Object.hasOwn(table, word)) || hundred.words.includes(word)
  )
}

type Found = { length: number; value: number }

/** Every number under 100 that begins at index `at`, the longest first. */
function underHundred(list: readonly Word[], at: number, words: NumberWords): Found[] {
  const { units, teens, tens, compounds, and, vigesimal } = words
  const found: Found[] = []
  const unit = own(units, list[at])
  if (unit !== undefined) found.push({ length: 1, value: unit })
  if (own(teens, list[at]) !== undefined) found.push(...teenForms(list, at, words))
  const whole = own(compounds, list[at])
  if (whole !== undefined) found.push({ length: 1, value: whole })
  // "quatre vingt(s)", and the same with a unit or a teen.
  const next = list[at + 1]
  if (vigesimal && unit === 4 && own(tens, next) === 20 && !next!.apart) found.push(...compound(80, 2))
  const ten = own(tens, list[at])
  if (ten !== undefined) found.push(...compound(ten, 1))
  return found.sort((a, b) => b.length - a.length)

  function compound(base: number, length: number): Found[] {
    const forms: Found[] = [{ length, value: base }]
    const joins = and !== undefined && list[at + length]?.text === and.word
    const next = at + length + (joins ? 1 : 0)
    if (list[next] === undefined || list[next].apart || (joins && list[at + length].apart)) return forms
    const mayFollow = (low: number): boolean => !joins || and.before.includes(low)
    // "vingt et un" is one number; in "vingt et deux" the "et" separates two.
    const low = own(units, list[next])
    if (low !== undefined && low > 0 && mayFollow(low))
      forms.push({ length: next - at + 1, value: base + low })
    const takesTeen = vigesimal && (base === 60 || (base === 80 && length === 2))
    const teen = own(teens, list[next])
    if (takesTeen && teen !== undefined && mayFollow(teen))
      for (const form of teenForms(list, next, words))
        forms.push({ length: next - at + form.length, value: base + form.value })
    return forms
  }
}

/** "dix", and also "dix sept" as one number. */
function teenForms(list: readonly Word[], at: number, { units, teens, vigesimal }: NumberWords): Found[] {
  const value = teens[list[at].text]
  const forms: Found[] = [{ length: 1, value }]
  const next = list[at + 1]
  if (vigesimal && value === 10 && next !== undefined && !next.apart) {
    const unit = own(units, next)
    if (unit !== undefined && unit >= 7) forms.push({ length: 2, value: 10 + unit })
  }
  return forms
}

/** Every reading of the number words at index `at`, as digits of a telephone number. @param language its code */
export function readings(list: readonly Word[], at: number, language: string): Reading[] {
  const word = list[at].text
  if (/^\d+$/.test(word)) return writtenReadings(list, at)
  const words = languageOf(language).numbers
  const found: Reading[] = underHundred(list, at, words).map(({ length, value }) => ({
    length,
    digits: String(value),
  }))
  const next = list[at + 1]
  const times = own(words.repeats, list[at])
  if (times !== undefined && next !== undefined) {
    const unit = /^\d$/.test(next.text) ? Number(next.text) : own(words.units, next)
    if (unit !== undefined) found.push({ length: 2, digits: String(unit).repeat(times) })
  }
  found.push(...hundreds(list, at, words))
  return found
}

/** "huit cent", "cent vingt": three digits, as in numbers that begin with 0 800. */
function hundreds(list: readonly Word[], at: number, words: NumberWords): Reading[] {
  const isHundred = (i: number): boolean => words.hundred.words.includes(list[i]?.text ?? '')
  const unit = own(words.units, list[at])
  const many = isHundred(at) && words.hundred.alone ? 1 : unit
  const length = isHundred(at) ? 1 : 2
  if (many === undefined || many === 0 || (length === 2 && (!isHundred(at + 1) || list[at + 1].apart)))
    return []
  const found: Reading[] = [{ length, digits: String(many * 100) }]
  const rest = list[at + length]
  if (rest === undefined || rest.apart) return found
  for (const low of underHundred(list, at + length, words))
    if (low.value > 0) found.push({ length: length + low.length, digits: String(many * 100 + low.value) })
  return found
}

/** Digits as written; as a soft reading also `60 12` for 72 and `20 4` for 24, which some recognisers write. */
function writtenReadings(list: readonly Word[], at: number): Reading[] {
  const word = list[at].text
  const found: Reading[] = [{ length: 1, digits: word }]
  const next = list[at + 1]?.text ?? ''
  if (/^[2-9]0$/.test(word) && /^([1-9]|1\d)$/.test(next)) {
    const low = Number(next)
    if (low < 10 || word === '60' || word === '80')
      found.push({ length: 2, digits: String(Number(word) + low), soft: true })
  }
  return found
}

const own = (table: Readonly<Record<string, number>>, word: Word | undefined): number | undefined =>
  word !== undefined && Object.hasOwn(table, word.text) ? table[word.text] : undefined
