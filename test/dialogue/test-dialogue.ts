// A dialogue to talk to in tests: the machine with the project's own texts, driven by words and keys.

import type { Texts } from '../../src/desk/texts.ts'
import {
  createDialogue,
  type DialogueOptions,
  type DialogueState,
  step,
} from '../../src/dialogue/dialogue-machine.ts'
import type { Decision, DialogueInput } from '../../src/dialogue/types.ts'
import { understand } from '../../src/understanding/understand.ts'
import { desk, texts } from '../support/shipped-desk.ts'

export { desk, texts }

const textsOf: Readonly<Record<string, Texts>> = texts

/** How long the desk waits in silence, and how long after "attendez", in ms. */
export const noInputMs = 7_000
export const holdMs = 60_000

/** Words, `#keys`, or any other input as it is. */
export type Told = string | DialogueInput

export type TestDialogue = {
  state: DialogueState
  decision: Decision
  /** Every decision so far, including that of the start. */
  decisions: Decision[]
  tell(...told: Told[]): Decision
  /** Names of the lines of the last decision. */
  said(): string[]
}

/** A dialogue that has said its welcome, unless `start` is false. */
export function testDialogue(options: Partial<DialogueOptions> & { start?: boolean } = {}): TestDialogue {
  const language = options.language ?? 'fr'
  const { start = true, ...given } = options
  const dialogue: TestDialogue = {
    state: createDialogue({ language, desk, texts: textsOf[language], hearsWords: true, ...given }),
    decision: { say: [], expect: { kind: 'open', noInputMs: 0, keyterms: [] }, transitions: [] },
    decisions: [],
    tell(...told) {
      for (const one of told) {
        for (const input of inputsOf(one, dialogue.state)) {
          const [state, decision] = step(dialogue.state, input)
          dialogue.state = state
          dialogue.decision = decision
          dialogue.decisions.push(decision)
        }
      }
      return dialogue.decision
    },
    said: () => dialogue.decision.say.map((line) => line.name),
  }
  if (start) dialogue.tell({ kind: 'start' })
  return dialogue
}

function inputsOf(told: Told, state: DialogueState): DialogueInput[] {
  if (typeof told !== 'string') return [told]
  if (told.startsWith('#')) return [...told.slice(1)].map((key) => ({ kind: 'key', key }))
  return [{ kind: 'said', understanding: understand(told, state) }]
}

/** The states that the dialogue entered, in order. */
export const wayOf = (dialogue: TestDialogue): string[] =>
  dialogue.decisions.flatMap((decision) => decision.transitions.map((transition) => transition.to))
