// Which decisions the language model may word, and which lines of the script remain to be said after its words. Pure.

import { noticeLines } from '../../dialogue/recording.ts'
import type { Decision, Line } from '../../dialogue/types.ts'

/** Whether only the desk's own words will do: the last words of a call, a number read back, digits being collected. */
export function isExact(decision: Decision): boolean {
  return (
    decision.say.length === 0 ||
    decision.end !== undefined ||
    decision.ask !== undefined ||
    decision.recording !== undefined ||
    decision.language !== undefined ||
    decision.say.some(
      ({ name, uninterruptible }) => uninterruptible === true || isNumber(name) || exactLines.has(name),
    )
  )
}

/** A digit to read back, or a key to press. */
const isNumber = (name: string): boolean => name.startsWith('numbers.') || name.startsWith('press_')

/** What is said of the recording must be true, and be heard word for word. */
const exactLines: ReadonlySet<string> = new Set([...noticeLines, 'not_recorded'])

const isQuestion = (line: Line): boolean => /\?\s*$/.test(line.text)

/** A step that the caller is to try. */
const isStep = ({ name }: Line): boolean => /^step_(?!say|keys)/.test(name)

/** Words with the same beginning count as the same word: `débranchez`, `débrancher`. */
const stemOf = (word: string): string => word.slice(0, 5)
/** A step counts as given when this share of its longer words occurs in the model's words. */
const stepShare = 0.4

function givesStep({ text }: Line, stems: ReadonlySet<string>): boolean {
  const words = longWords(text).map(stemOf)
  return words.filter((word) => stems.has(word)).length >= stepShare * words.length
}

/** A line counts as said when this share of its longer words occurs in the model's words. */
const saidShare = 0.5

/**
 * The lines of the script that remain to be said after the model's words: all of them when it said nothing; after a
 * complete reply only a question that it forgot and a step that it did not give; after one that broke off, the lines
 * that it had not reached.
 *
 * @param spoken what the model said, '' for nothing
 */
export function unsaidLines(say: readonly Line[], spoken: string, isWhole: boolean): readonly Line[] {
  if (spoken === '') return say
  const asks = spoken.includes('?')
  if (isWhole) {
    const stems = new Set(longWords(spoken).map(stemOf))
    return say.filter((line, i) =>
      isStep(line) ? !givesStep(line, stems) : i === say.length - 1 && isQuestion(line) && !asks,
    )
  }
  const said = new Set(longWords(spoken))
  return say.filter((line) => {
    if (isQuestion(line)) return !asks
    const words = longWords(line.text)
    return (
      !openings.has(line.name) && words.filter((word) => said.has(word)).length < saidShare * words.length
    )
  })
}

/** Lines that only introduce what follows; after the model's words they are out of place. */
const openings = new Set(['ok', 'sorry_trouble', 'thanks_name', 'steps_intro', 'next_step', 'new_problem'])

const longWords = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []

/** Whether two decisions say the same lines. */
export function sameWords(a: Decision, b: Decision): boolean {
  return a.say.length === b.say.length && a.say.every((line, i) => line.text === b.say[i].text)
}
