// What callers say beside the question that is open: that it is about a bill, that it works again, that they are
// back, that they will not say, that they are angry, or whether a machine is speaking.

import type { Question } from '../desk/script.ts'
import type { Topic } from '../desk/types.ts'
import { type Answer, blank, readAnswer } from './answers.ts'
import { type Asides, has, type Lexicon } from './lexicon.ts'
import type { Problem } from './topics.ts'
import type { Intent } from './types.ts'

/** What the other rules have read in the turn, and the question it answers. */
type ReadSoFar = {
  intent: Intent
  answer: Answer
  problem: Problem
  asking: Question | undefined
  known: Topic | null
}

/**
 * The intent with the asides weighed in.
 *
 * @param text flat (words.ts)
 */
export function readAside(text: string, lexicon: Lexicon, read: ReadSoFar): Intent {
  const { intent, answer, problem, asking } = read
  const { asides } = lexicon
  if (intent === 'human' || intent === 'goodbye') return intent
  const business = blank(text, asides.notOtherDesk)
  if (has(asides.otherDesk, business)) return 'otherDesk'
  if (problem.symptom === null && has(asides.otherDeskAlone, business)) return 'otherDesk'
  if (intent === 'wait') return tellsProblem(text, lexicon, read) ? 'none' : 'wait'
  if (isBack(text, asides)) return 'back'
  if (
    asking === 'step'
      ? isSolvedByStep(text, lexicon, intent)
      : !later.has(asking ?? 'open') && isSolved(text, lexicon)
  )
    return 'solved'
  if ((asking === 'name' || asking === 'phone') && has(asides.refuses, text)) return 'refuse'
  if ((intent === 'none' || intent === 'confused') && has(asides.robot, text)) return 'robot'
  const open = intent === 'none' || intent === 'stuck' || intent === 'confused'
  return open && answer.answer !== 'yes' && has(asides.complaint, text) ? 'complaint' : intent
}

/**
 * Whether the caller has another problem, without saying which.
 *
 * @param text flat (words.ts), not plain: the "n'" and "ne" may stand in it
 */
export const tellsOfAnotherProblem = (text: string, { asides }: Lexicon): boolean =>
  has(asides.anotherProblem, text) && !has(asides.noOtherProblem, text)

/** Questions at which "it works" is an answer, or comes too late to change what is being settled. */
const later: ReadonlySet<Question> = new Set(['verify', 'technician', 'callBack'])

/** Questions at which a thing that is named is what the call is about. */
const finding: ReadonlySet<Question> = new Set(['open', 'topic', 'symptom'])

/** "Wait, it is my mobile that has no network" waits for nothing; "wait, I fetch my mobile" does. */
function tellsProblem(text: string, lexicon: Lexicon, { problem, asking, known }: ReadSoFar): boolean {
  if (asking === 'symptom' && problem.symptom !== null && !has(lexicon.asides.fetches, text)) return true
  if (problem.topic === 'unknown' || problem.topic === known) return false
  if (!has(lexicon.asides.fetches, text)) return problem.symptom !== null || finding.has(asking ?? 'open')
  // What is fetched may have a symptom's name, "la télé", without anything being wrong with it.
  return problem.symptom !== null && readAnswer(text, lexicon, true).answer === 'no'
}

/** Nothing but that the caller is there: whatever else was said counts instead. */
const isBack = (text: string, { back, backWith }: Asides): boolean =>
  has(back, text) && blank(blank(text, back), backWith).trim() === ''

const isSolved = (text: string, lexicon: Lexicon): boolean =>
  has(lexicon.asides.solved, text) && readAnswer(text, lexicon, true).answer === 'yes'

/** "It is back in" tells of the step, "I have Internet again" of the problem. */
function isSolvedByStep(text: string, lexicon: Lexicon, intent: Intent): boolean {
  if (intent !== 'none' && intent !== 'done') return false
  const besides = blank(text, lexicon.done)
  const tells = has(lexicon.asides.solved, besides) || has(lexicon.asides.hasAgain, besides)
  return tells && readAnswer(text, lexicon, true).answer === 'yes'
}
