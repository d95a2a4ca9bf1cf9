// Words that the recogniser is told to expect, for each question.

import type { Question } from '../desk/script.ts'
import { languageOf } from '../understanding/languages/index.ts'

const byQuestion: Readonly<Record<Question, 'problem' | 'step' | 'yesNo' | 'number' | undefined>> = {
  consent: 'yesNo',
  open: 'problem',
  name: undefined,
  phone: 'number',
  phoneConfirm: 'yesNo',
  topic: 'problem',
  symptom: 'problem',
  step: 'step',
  verify: 'yesNo',
  technician: undefined,
  callBack: 'yesNo',
}

const cache = new Map<string, readonly string[]>()

/** The words for one question in one language. Returns the same array each time. */
export function keyterms(language: string, question: Question | undefined): readonly string[] {
  const key = `${language} ${question}`
  let words = cache.get(key)
  if (words === undefined) {
    const terms = languageOf(language).keyterms
    const own = question === undefined ? undefined : byQuestion[question]
    words = [...terms.always, ...(own === undefined ? [] : terms[own])]
    cache.set(key, words)
  }
  return words
}
