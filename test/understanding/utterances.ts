// Reads the files of labelled utterances (the head of utterances.fr.txt describes the format) and compares each label
// with what the rules understand.

import type { Question } from '../../src/desk/script.ts'
import type { DialogueStateName } from '../../src/desk/types.ts'
import type { Understanding } from '../../src/understanding/types.ts'
import { type Listening, understand } from '../../src/understanding/understand.ts'
import { desk } from '../support/shipped-desk.ts'

export type Labelled = { state: Listening; text: string; expected: Record<string, string>; line: number }

const stateOf: Record<string, DialogueStateName> = {
  consent: 'welcome',
  open: 'welcome',
  name: 'identification',
  phone: 'identification',
  phoneConfirm: 'identification',
  topic: 'diagnostic',
  symptom: 'diagnostic',
  step: 'solution',
  verify: 'verification',
  callBack: 'goodbye',
}

/** @throws {Error} with the line number, for a line that does not fit the format */
export async function readLabelled(path: string, language: string): Promise<Labelled[]> {
  const list: Labelled[] = []
  let state: Listening | undefined
  for (const [index, raw] of (await Bun.file(path).text()).split('\n').entries()) {
    const text = raw.trim()
    if (text === '' || text.startsWith('#')) continue
    const section = /^\[(\w+)(?::(\w+))?\]$/.exec(text)
    if (section !== null) {
      const name = stateOf[section[1]]
      if (name === undefined) throw new Error(`${path}:${index + 1}: no question '${section[1]}'`)
      const topic = section[2] ?? null
      state = { name, language, asking: section[1] as Question, desk, known: { topic } }
      continue
    }
    const [said, fields] = text.split(' -> ')
    if (fields === undefined || state === undefined)
      throw new Error(`${path}:${index + 1}: no ' -> ' or no question`)
    const expected: Record<string, string> = {}
    if (fields !== '-')
      for (const field of fields.split(' ')) {
        const [key, value = 'true'] = field.split('=')
        expected[key] = value.replaceAll('_', key === 'name' ? ' ' : '_')
      }
    list.push({ state, text: said, expected, line: index + 1 })
  }
  return list
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
