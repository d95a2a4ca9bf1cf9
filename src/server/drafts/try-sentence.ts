// What the desk makes of a sentence at each of its questions, and why: for the operator's page, on a thread of its own,
// because the explanation compiles every rule by itself.

import { type DialogueState, step } from '../../dialogue/dialogue-machine.ts'
import { deskAt, reachable } from '../../rehearsal/at-question.ts'
import type { Stage } from '../../rehearsal/replay.ts'
import { explain } from '../../understanding/explain.ts'
import type { Understanding } from '../../understanding/types.ts'
import { nothingUnderstood } from '../../understanding/understand.ts'

export type Tried = {
  question: string
  /** What the desk has just asked. */
  asks: string
  /** What was understood, by the fields of an Understanding; empty when nothing was. */
  understood: Record<string, string>
  /** What the desk says then. */
  says: string
  /** The next question; null when the call ends. */
  next: string | null
  /** The rules that matched, and the words that they matched. */
  why: { rule: string; words: string }[]
  /** What the trained reader took the turn for, how sure it was, and whether that counted; null without one. */
  reader: string | null
}

/** @param stage texts in this language are needed */
export function trySentence(text: string, { desk, texts }: Stage, language: string, wallMs: number): Tried[] {
  const phrases = texts(language, wallMs)
  if (phrases === undefined) return []
  const first = desk.topics[0]?.name
  return reachable.map((question) => {
    const isLate = reachable.indexOf(question) >= reachable.indexOf('symptom')
    const state = deskAt(question, desk, phrases, isLate ? first : undefined)
    const { fired, reader, understanding } = explain(text, state)
    const [after, decision] = step(state, { kind: 'said', understanding })
    return {
      question,
      asks: lastLine(state),
      understood: fieldsOf(understanding),
      says: decision.say.map((line) => line.text).join(' '),
      next: after.asking ?? null,
      why: fired.map(({ rule, words }) => ({ rule, words })),
      reader: reader ?? null,
    }
  })
}

const lastLine = (state: DialogueState): string => state.last.at(-1)?.text ?? ''

/** Counts of words say nothing to an operator. */
const counts = new Set(['wordCount'])

/** The fields that differ from those of a turn in which nothing was understood. */
function fieldsOf(understanding: Understanding): Record<string, string> {
  const found = Object.entries(understanding).filter(
    ([name, value]) =>
      !counts.has(name) && !Bun.deepEquals(value, nothingUnderstood[name as keyof Understanding]),
  )
  return Object.fromEntries(found.map(([name, value]) => [name, textOf(value)]))
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value)
}
