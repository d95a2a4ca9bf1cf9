// What of a decision the language model may word, and what is still to be said after its words. Pure.

import type { Decision, Line } from '../../dialogue/types.ts'

/** Said in the desk's own words or not at all: the last words, a number read back, digits that are being collected. */
export function isExact(decision: Decision): boolean {
  return (
    decision.say.length === 0 ||
    decision.end !== undefined ||
    decision.ask !== undefined ||
    decision.say.some((line) => line.uninterruptible === true || line.name.startsWith('numbers.'))
  )
}

const isQuestion = (line: Line): boolean => /\?\s*$/.test(line.text)

/** Share of a line's longer words that says that the line was said, in whatever words around them. */
const saidShare = 0.5

/**
 * What of the script is still to be said after the model's words: all of it when there were none; after a whole reply
 * only a question that it forgot; after one that broke off, what it had not come to.
 */
export function missing(say: readonly Line[], spoken: string, whole: boolean): readonly Line[] {
  if (spoken === '') return say
  const asks = spoken.includes('?')
  if (whole) return asks ? [] : say.slice(-1).filter(isQuestion)
  const said = new Set(longWords(spoken))
  return say.filter((line) => {
    if (isQuestion(line)) return !asks
    const words = longWords(line.text)
    return (
      !openings.has(line.name) && words.filter((word) => said.has(word)).length < saidShare * words.length
    )
  })
}

/** Lines that only lead over to what is meant; after words of whatever kind they are out of place. */
const openings = new Set(['ok', 'sorry_trouble', 'thanks_name', 'steps_intro', 'next_step', 'new_problem'])

const longWords = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []

export function sameWords(a: Decision, b: Decision): boolean {
  return a.say.length === b.say.length && a.say.every((line, i) => line.text === b.say[i].text)
}
