// A desk to talk to in tests: the machine with the project's own texts, told in words and keys.

import english from '../../assets/phrases/en.json'
import french from '../../assets/phrases/fr.json'
import { parseTexts } from '../../src/desk/script.ts'
import type { Language } from '../../src/desk/types.ts'
import {
  createDialogue,
  type DialogueOptions,
  type DialogueState,
  step,
} from '../../src/dialogue/dialogue-machine.ts'
import type { Decision, DialogueInput } from '../../src/dialogue/types.ts'
import { understand } from '../../src/understanding/understand.ts'

export const texts = { fr: parseTexts(french), en: parseTexts(english) }

/** Words, `#keys`, or any other input as it is. */
export type Told = string | DialogueInput

export type Desk = {
  state: DialogueState
  decision: Decision
  /** Every decision since the start, the start's included. */
  decisions: Decision[]
  tell(...told: Told[]): Decision
  /** Names of the lines of the last decision. */
  said(): string[]
}

/** A desk that has said its welcome, unless `start` is false. */
export function deskOf(options: Partial<DialogueOptions> & { start?: boolean } = {}): Desk {
  const language: Language = options.language ?? 'fr'
  const { start = true, ...given } = options
  const desk: Desk = {
    state: createDialogue({ language, texts: texts[language], hearsWords: true, ...given }),
    decision: { say: [], expect: { kind: 'open', noInputMs: 0, keyterms: [] }, transitions: [] },
    decisions: [],
    tell(...told) {
      for (const one of told) {
        for (const input of inputsOf(one, desk.state)) {
          const [state, decision] = step(desk.state, input)
          desk.state = state
          desk.decision = decision
          desk.decisions.push(decision)
        }
      }
      return desk.decision
    },
    said: () => desk.decision.say.map((line) => line.name),
  }
  if (start) desk.tell({ kind: 'start' })
  return desk
}

function inputsOf(told: Told, state: DialogueState): DialogueInput[] {
  if (typeof told !== 'string') return [told]
  if (told.startsWith('#')) return [...told.slice(1)].map((key) => ({ kind: 'key', key }))
  return [{ kind: 'said', text: told, understanding: understand(told, state) }]
}

/** The states that were entered, in order. */
export const wayOf = (desk: Desk): string[] =>
  desk.decisions.flatMap((decision) => decision.transitions.map((transition) => transition.to))
