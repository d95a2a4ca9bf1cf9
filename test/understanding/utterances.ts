// Reads the files of labelled utterances (the head of utterances.fr.txt describes the format) and compares each label
// with what the rules understand.

import { stateAt } from '../../src/desk/script.ts'
import { readLabelled as read } from '../../src/understanding/labelled.ts'
import type { Understanding } from '../../src/understanding/types.ts'
import { type Listening, understand } from '../../src/understanding/understand.ts'
import { desk } from '../support/shipped-desk.ts'

export type Labelled = { state: Listening; text: string; expected: Record<string, string>; line: number }

/** @throws {Error} with the line number, for a line that does not fit the form */
export async function readLabelled(path: string, language: string): Promise<Labelled[]> {
  return read(await Bun.file(path).text()).flatMap(({ question, topic, text, fields, line }) => {
    const state: Listening = { name: stateAt[question], language, asking: question, desk, known: { topic } }
    // A turn whose meaning is still open has nothing to be compared with.
    return fields === undefined ? [] : [{ state, text, expected: fields, line }]
  })
}

/** The differences between label and rules, as text; empty when they agree. */
export function differences(labelled: Labelled): string[] {
  const said = understand(labelled.text, labelled.state)
  const { expected } = labelled
  const wrong: string[] = []
  const check = (key: keyof Understanding, value: string): void => {
    if (String(said[key]) !== value) wrong.push(`${key} ${String(said[key])} instead of ${value}`)
  }
  for (const [key, value] of Object.entries(expected)) check(key as keyof Understanding, value)
  if (expected.phone === undefined) check('phone', 'null')
  if (expected.ambiguous === undefined) check('ambiguous', 'false')
  if (expected.intent === undefined && (said.intent === 'human' || said.intent === 'goodbye'))
    wrong.push(`intent ${said.intent} instead of none`)
  return wrong
}

/** The number of lines whose label agrees with the rules, and the others, ready to print. */
export function score(list: readonly Labelled[]): { right: number; of: number; wrong: string[] } {
  const wrong = list.flatMap((labelled) => {
    const found = differences(labelled)
    return found.length === 0
      ? []
      : [`${labelled.line} [${labelled.state.asking}] ${labelled.text}: ${found.join(', ')}`]
  })
  return { right: list.length - wrong.length, of: list.length, wrong }
}
