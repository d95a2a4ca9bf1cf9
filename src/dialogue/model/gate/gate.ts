// The gate between the language model and the voice. Each sentence is judged by itself as it arrives. It is spoken only
// if it has the form of speech in the call's language and states nothing that the desk has not decided. A sentence that
// is held back is dropped; what the reply lacks then, the script says. Pure.

import type { Texts } from '../../../desk/texts.ts'
import { languageOf, languages } from '../../../understanding/languages/index.ts'
import { foldedWords } from '../../../understanding/words.ts'
import { isForeign, isOffTopic, numbersIn, stemsOf, unapprovedClaim } from './facts.ts'
import { formFault, formReasons } from './form.ts'

/** Longest reply: sentences, and characters of all of them together. */
const mostSentences = 3
const mostChars = 300

/**
 * Why a sentence was held back, for the metric: a fault of its form, `number` and `claim` that the desk has not
 * decided, `offTopic`, another `language`, `repeated`, or `long` for what exceeds the longest reply.
 */
export const heldReasons = [...formReasons, 'claim', 'offTopic', 'repeated', 'long'] as const
export type HeldReason = (typeof heldReasons)[number]

export type GateOptions = {
  language: string
  /** The desk's texts: their words are ordinary here. */
  texts: Texts
  /** What the reply has to say, and what is known: the only source of numbers and claims. */
  approved: string
  /** The caller's name, which may be said. */
  name: string | null
}

export type Gate = {
  /** @returns why the sentence must not be spoken, or undefined when it may */
  judge(sentence: string): HeldReason | undefined
  /** The reply has its longest length: no further sentence will be spoken. */
  readonly isFull: boolean
}

/** Stems of all words of the desk's texts; the texts of a server rarely change. */
const deskStems = new WeakMap<Texts, ReadonlySet<string>>()

function stemsOfDesk(texts: Texts): ReadonlySet<string> {
  let stems = deskStems.get(texts)
  if (!stems) {
    const lines = Object.values(texts.lines).flatMap((line) =>
      typeof line === 'string' ? [line] : (line ?? []),
    )
    stems = stemsOf(lines.join(' '))
    deskStems.set(texts, stems)
  }
  return stems
}

const stemsOfTalk = new Map<string, ReadonlySet<string>>()

function talkStems(language: string): ReadonlySet<string> {
  let stems = stemsOfTalk.get(language)
  if (!stems) {
    stems = stemsOf(languageOf(language).gate.talk)
    stemsOfTalk.set(language, stems)
  }
  return stems
}

/** @returns the gate for one reply */
export function createGate({ language, texts, approved, name }: GateOptions): Gate {
  const rules = languageOf(language).gate
  const others = languages.filter((code) => code !== language).map((code) => languageOf(code).gate)
  const numbers = new Set(numbersIn(foldedWords(approved), rules))
  // Not one set of all three: the desk has thousands of stems, and each reply would copy them.
  const stems = [stemsOfDesk(texts), talkStems(language), stemsOf(`${approved} ${name ?? ''}`)]
  const isKnown = (stem: string) => stems.some((known) => known.has(stem))
  const spoken = new Set<string>()
  let sentences = 0
  let chars = 0

  const faultOf = (sentence: string): HeldReason | undefined => {
    const form = formFault(sentence)
    if (form) return form
    const text = foldedWords(sentence)
    if (isForeign(sentence, rules, others)) return 'language'
    if (numbersIn(text, rules).some((number) => !numbers.has(number))) return 'number'
    if (unapprovedClaim(sentence, approved, rules)) return 'claim'
    if (isOffTopic(sentence, isKnown, rules)) return 'offTopic'
    if (spoken.has(text)) return 'repeated'
    if (sentences >= mostSentences || chars + sentence.length > mostChars) return 'long'
    return undefined
  }

  return {
    get isFull() {
      return sentences >= mostSentences
    },
    judge(sentence) {
      const fault = faultOf(sentence)
      if (fault) return fault
      spoken.add(foldedWords(sentence))
      chars += sentence.length
      // The splitter may cut a long sentence at a comma; only its end counts. A line without any mark is a sentence.
      if (!/[,;:]["»”)]*\s*$/.test(sentence)) sentences++
      return undefined
    },
  }
}
