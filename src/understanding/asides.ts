// Reads what callers say that does not answer the open question: that it is about a bill, that it works again, that
// they are back, refuse to say, are angry, or want to know whether this is a machine.

import type { Question } from '../desk/script.ts'
import { type Answer, blank, readAnswer } from './answers.ts'
import { has, type Lexicon } from './lexicon.ts'
import type { Problem } from './topics.ts'
import type { Intent } from './types.ts'

/** What the other rules have read in this turn, and the question that it answers. */
type ReadSoFar = {
  intent: Intent
  answer: Answer
  problem: Problem
  asking: Question | undefined
  known: string | null
}

/**
 * The intent, after weighing what was said beside the question.
 *
 * @param text plain (Lexicon.plain)
 */
export function readAside(text: string, lexicon: Lexicon, read: ReadSoFar): Intent {
  const { intent, answer, problem, asking } = read
  if (intent === 'human' || intent === 'goodbye') return intent
  const business = blank(text, lexicon.notOtherDesk)
  if (has(lexicon.otherDesk, business)) return 'otherDesk'
  if (problem.symptom === null && has(lexicon.otherDeskAlone, business)) return 'otherDesk'
  if (intent === 'wait') return tellsProblem(text, lexicon, read) ? 'none' : 'wait'
  if (isBack(text, lexicon)) return 'back'
  if (
    asking === 'step'
      ? isSolvedByStep(text, lexicon, intent)
      : !solvedIsNoAside.has(asking ?? 'open') && isSolved(text, lexicon)
  )
    return 'solved'
  if ((asking === 'name' || asking === 'phone') && has(lexicon.refuses, text)) return 'refuse'
  // Who asks why the number is needed may still give it: the desk asks again.
  if (has(lexicon.asksWhy, text)) {
    if (asking === 'name') return 'refuse'
    if (asking === 'phone') return 'none'
  }
  if ((intent === 'none' || intent === 'confused') && has(lexicon.robot, text)) return 'robot'
  const open = intent === 'none' || intent === 'stuck' || intent === 'confused'
  return open && answer.answer !== 'yes' && has(lexicon.complaint, text) ? 'complaint' : intent
}

/**
 * Whether the caller has another problem and does not say which.
 *
 * @param text flat (words.ts), not plain
 */
export const tellsOfAnotherProblem = (text: string, lexicon: Lexicon): boolean =>
  has(lexicon.anotherProblem, text) && !has(lexicon.noOtherProblem, text)

/** Questions at which "it works" is the answer, or comes too late to matter. */
const solvedIsNoAside: ReadonlySet<Question> = new Set(['verify', 'technician', 'callBack'])

/** Questions at which naming a thing says what the call is about. */
const asksForProblem: ReadonlySet<Question> = new Set(['open', 'topic', 'symptom'])

/** "Wait, it is my mobile that has no network" is no request to wait; "wait, I'll fetch my mobile" is. */
function tellsProblem(text: string, lexicon: Lexicon, { problem, asking, known }: ReadSoFar): boolean {
  if (asking === 'symptom' && problem.symptom !== null && !has(lexicon.fetches, text)) return true
  if (problem.topic === 'unknown' || problem.topic === known) return false
  if (!has(lexicon.fetches, text)) return problem.symptom !== null || asksForProblem.has(asking ?? 'open')
  // What the caller fetches may be named like a symptom ("la télé") without being broken.
  return problem.symptom !== null && readAnswer(text, lexicon, true).answer === 'no'
}

/** The turn says only that the caller is there. If it says anything else, that counts instead. */
const isBack = (text: string, { back, backWith }: Lexicon): boolean =>
  has(back, text) && blank(blank(text, back), backWith).trim() === ''

const isSolved = (text: string, lexicon: Lexicon): boolean =>
  has(lexicon.solved, text) && readAnswer(text, lexicon, true).answer === 'yes'

/** "It is plugged in again" is about the step; "I have Internet again" is about the problem. */
function isSolvedByStep(text: string, lexicon: Lexicon, intent: Intent): boolean {
  if (intent !== 'none' && intent !== 'done') return false
  const besides = blank(text, lexicon.done)
  const tells = has(lexicon.solved, besides) || has(lexicon.hasAgain, besides)
  return tells && readAnswer(text, lexicon, true).answer === 'yes'
}
