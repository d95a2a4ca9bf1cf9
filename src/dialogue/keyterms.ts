// Words that the recogniser is told to expect, for each question.

import type { Desk } from '../desk/desk.ts'
import type { Question } from '../desk/script.ts'
import { keytermsOf } from '../understanding/languages/index.ts'

/** `desk`: the names that the desk's own words give for its topics. */
const byQuestion: Readonly<Record<Question, 'desk' | 'step' | 'yesNo' | 'number' | undefined>> = {
  consent: 'yesNo',
  open: 'desk',
  name: undefined,
  phone: 'number',
  phoneConfirm: 'yesNo',
  topic: 'desk',
  symptom: 'desk',
  step: 'step',
  verify: 'yesNo',
  technician: undefined,
  callBack: 'yesNo',
}

const cache = new WeakMap<Desk, Map<string, readonly string[]>>()

/** The words for one question in one language. Returns the same array each time. */
export function keyterms(desk: Desk, language: string, question: Question | undefined): readonly string[] {
  const ofDesk = cache.get(desk) ?? new Map<string, readonly string[]>()
  cache.set(desk, ofDesk)
  const key = `${language} ${question}`
  let words = ofDesk.get(key)
  if (words === undefined) {
    const terms = keytermsOf(language)
    const own = question === undefined ? undefined : byQuestion[question]
    words = [
      ...terms.always,
      ...(own === 'desk' ? deskTerms(desk, language) : own === undefined ? [] : terms[own]),
    ]
    ofDesk.set(key, words)
  }
  return words
}

const deskTerms = ({ topics, words }: Desk, language: string): readonly string[] =>
  topics.flatMap(({ name }) => words[language]?.topics[name].keyterms ?? [])
