// Reads spoken numbers: every reading that the words at one position can have, in the French of France, Belgium and
// Switzerland, and in English. dictation.ts decides which reading is meant, because it knows the whole number.

import type { Language } from '../desk/types.ts'
import type { Word } from './words.ts'

/** `length` words, read as these digits. A `soft` reading repairs a recogniser's `60 12` into 72. */
export type Reading = { length: number; digits: string; soft?: boolean }

const units: Readonly<Record<Language, Readonly<Record<string, number>>>> = {
  fr: { zero: 0, un: 1, une: 1, deux: 2, trois: 3, quatre: 4, cinq: 5, six: 6, sept: 7, huit: 8, neuf: 9 },
  en: {
    ...{ zero: 0, oh: 0, o: 0, nought: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 },
    ...{ seven: 7, eight: 8, nine: 9 },
  },
}

const teens: Readonly<Record<Language, Readonly<Record<string, number>>>> = {
  fr: { dix: 10, onze: 11, douze: 12, treize: 13, quatorze: 14, quinze: 15, seize: 16 },
  en: {
    ...{ ten: 10, eleven: 11, twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16 },
    ...{ seventeen: 17, eighteen: 18, nineteen: 19 },
  },
}

const tens: Readonly<Record<Language, Readonly<Record<string, number>>>> = {
  fr: {
    ...{ vingt: 20, vingts: 20, trente: 30, quarante: 40, cinquante: 50, soixante: 60 },
    ...{ septante: 70, huitante: 80, octante: 80, nonante: 90 },
  },
  en: {
    ...{ twenty: 20, thirty: 30, forty: 40, fourty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80 },
    ninety: 90,
  },
}

const repeats: Readonly<Record<string, number>> = { double: 2, triple: 3 }

/** Whether a word can be part of a number. `et` and `plus` by themselves are not. */
export const isNumberWord = (word: string, language: Language): boolean =>
  /^\d+$/.test(word) ||
  word in units[language] ||
  word in teens[language] ||
  word in tens[language] ||
  (word in repeats && word !== '') ||
  (language === 'fr' ? word === 'cent' || word === 'cents' : word === 'hundred')

type Found = { length: number; value: number }

/** Every number under 100 that begins at index `at`, the longest first. */
function underHundred(list: readonly Word[], at: number, language: Language): Found[] {
  const word = list[at]?.text
  if (word === undefined) return []
  const found: Found[] = []
  const unit = (i: number): number | undefined => own(units[language], list[i])
  const teen = (i: number): number | undefined => own(teens[language], list[i])
  if (word in units[language]) found.push({ length: 1, value: units[language][word] })
  if (word in teens[language]) found.push(...teenForms(list, at, language))
  // "quatre vingt(s)", and the same with a unit or a teen.
  const fourTwenty = language === 'fr' && word === 'quatre' && /^vingts?$/.test(list[at + 1]?.text ?? '')
  if (fourTwenty && !list[at + 1].apart) found.push(...compound(80, 2))
  if (word in tens[language]) found.push(...compound(tens[language][word], 1))
  return found.sort((a, b) => b.length - a.length)

  function compound(base: number, length: number): Found[] {
    const forms: Found[] = [{ length, value: base }]
    const and = list[at + length]?.text === 'et' && language === 'fr' ? 1 : 0
    const next = at + length + and
    if (list[next] === undefined || list[next].apart || (and === 1 && list[at + length].apart)) return forms
    const low = unit(next)
    // "vingt et un" is one number; in "vingt et deux" the "et" separates two.
    if (low !== undefined && low > 0 && (and === 0 || low === 1))
      forms.push({ length: length + and + 1, value: base + low })
    const vigesimal = language === 'fr' && (base === 60 || (base === 80 && length === 2))
    if (vigesimal && teen(next) !== undefined && (and === 0 || teen(next) === 11))
      for (const form of teenForms(list, next, language))
        forms.push({ length: length + and + form.length, value: base + form.value })
    return forms
  }
}

/** "dix", and also "dix sept" as one number. */
function teenForms(list: readonly Word[], at: number, language: Language): Found[] {
  const value = teens[language][list[at].text]
  const forms: Found[] = [{ length: 1, value }]
  const next = list[at + 1]
  if (language === 'fr' && value === 10 && next !== undefined && !next.apart) {
    const unit = own(units.fr, next)
    if (unit !== undefined && unit >= 7) forms.push({ length: 2, value: 10 + unit })
  }
  return forms
}

/** Every reading of the number words at index `at`, as digits of a telephone number. */
export function readings(list: readonly Word[], at: number, language: Language): Reading[] {
  const word = list[at].text
  if (/^\d+$/.test(word)) return writtenReadings(list, at)
  const found: Reading[] = underHundred(list, at, language).map(({ length, value }) => ({
    length,
    digits: String(value),
  }))
  const next = list[at + 1]
  if (word in repeats && next !== undefined) {
    const unit = /^\d$/.test(next.text) ? Number(next.text) : own(units[language], next)
    if (unit !== undefined) found.push({ length: 2, digits: String(unit).repeat(repeats[word]) })
  }
  found.push(...hundreds(list, at, language))
  return found
}

/** "huit cent", "cent vingt": three digits, as in numbers that begin with 0 800. */
function hundreds(list: readonly Word[], at: number, language: Language): Reading[] {
  const isHundred = (i: number): boolean => /^(cents?|hundred)$/.test(list[i]?.text ?? '')
  const unit = own(units[language], list[at])
  const many = isHundred(at) && language === 'fr' ? 1 : unit
  const length = isHundred(at) ? 1 : 2
  if (many === undefined || many === 0 || (length === 2 && (!isHundred(at + 1) || list[at + 1].apart)))
    return []
  const found: Reading[] = [{ length, digits: String(many * 100) }]
  const rest = list[at + length]
  if (rest === undefined || rest.apart) return found
  for (const low of underHundred(list, at + length, language))
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
