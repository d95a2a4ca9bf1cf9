// What the technician reads about a call, in one line and in the words of the desk's language.

import type { Desk } from '../desk/desk.ts'
import type { Known } from './types.ts'

/**
 * "Internet, plus de connexion. Essayé : box redémarrée, voyants regardés. Souhaite être rappelé."
 *
 * @param vulnerable as the operator's own system says
 */
export function summaryOf(desk: Desk, language: string, known: Known, vulnerable = false): string {
  const words = desk.words[language]
  if (words === undefined) return ''
  const { names, summary } = words
  const named = (table: keyof typeof names, name: string | null): string[] =>
    name === null ? [] : [names[table][name] ?? name]
  const problem = [...named('topics', known.topic), ...named('symptoms', known.symptom)]
  const steps = [...new Set([...known.tried, ...known.stepsDone])].flatMap((step) => named('steps', step))
  const notes = known.notes.flatMap((note) => named('notes', note))
  const sentences = [
    problem.length === 0 ? summary.unknown : problem.join(', '),
    steps.length === 0 ? summary.nothingTried : `${summary.tried} ${steps.join(', ')}`,
    ...(vulnerable ? [summary.vulnerable] : []),
    ...notes,
    ...(known.callBack ? [summary.callBack] : []),
  ]
  return sentences.map((sentence) => `${sentence[0].toUpperCase()}${sentence.slice(1)}.`).join(' ')
}
