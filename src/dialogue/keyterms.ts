// Words that the recogniser is told to expect, for each question.

import type { Question } from '../desk/script.ts'
import type { Language } from '../desk/types.ts'

const always: Readonly<Record<Language, readonly string[]>> = {
  fr: ['Wouippleul', 'conseiller'],
  en: ['Wouippleul', 'adviser'],
}

const problem: Readonly<Record<Language, readonly string[]>> = {
  fr: ['Internet', 'box', 'fibre', 'Wi-Fi', 'mobile', 'forfait', 'carte SIM', 'réseau', 'décodeur'],
  en: ['Internet', 'box', 'fibre', 'Wi-Fi', 'mobile', 'SIM card', 'signal', 'decoder'],
}

const step: Readonly<Record<Language, readonly string[]>> = {
  fr: ["c'est fait", 'attendez', 'répétez', 'voyant', 'mode avion', 'câble'],
  en: ['done', 'wait', 'repeat', 'light', 'flight mode', 'cable'],
}

const yesNo: Readonly<Record<Language, readonly string[]>> = {
  fr: ['oui', 'non', 'ça marche'],
  en: ['yes', 'no', 'it works'],
}

const number: Readonly<Record<Language, readonly string[]>> = {
  fr: ['zéro', 'six', 'sept', 'soixante-dix', 'quatre-vingts', 'septante', 'nonante'],
  en: ['zero', 'double', 'six', 'seven'],
}

const byQuestion: Readonly<Record<Question, typeof problem | undefined>> = {
  consent: yesNo,
  open: problem,
  name: undefined,
  phone: number,
  phoneConfirm: yesNo,
  topic: problem,
  symptom: problem,
  step,
  verify: yesNo,
  technician: undefined,
  callBack: yesNo,
}

const cache = new Map<string, readonly string[]>()

/** The words for one question in one language. Returns the same array each time. */
export function keyterms(language: Language, question: Question | undefined): readonly string[] {
  const key = `${language} ${question}`
  let words = cache.get(key)
  if (words === undefined) {
    const own = question === undefined ? undefined : byQuestion[question]
    words = [...always[language], ...(own?.[language] ?? [])]
    cache.set(key, words)
  }
  return words
}
