// Counts what goes wrong in a conversation, for the operator who looks at many calls at once. Pure; nothing in a call
// depends on it.

import type { Question } from '../../desk/script.ts'
import type { DialogueState } from '../../dialogue/dialogue-machine.ts'
import type { DialogueInput } from '../../dialogue/types.ts'

export type Troubles = {
  /**
   * Turns of the caller that the desk could not use: other words than an answer, a wrong key, speech without words, a
   * name that was not caught, or a number that was read back wrong.
   */
  readonly notUnderstood: number
  /** How often the caller said nothing for so long that the desk asked. */
  readonly silences: number
  /** Turns in which the caller was angry. */
  readonly complaints: number
  /** Turns of the first two kinds since the last answer that made sense. */
  readonly stuck: number
}

/** Where in the conversation the caller said something that the desk could not use. */
export type AskedThen = { question: Question; topic: string | null; language: string }

export const noTroubles: Troubles = { notUnderstood: 0, silences: 0, complaints: 0, stuck: 0 }

/** @param from the dialogue before the input @param to the dialogue after it */
export function troublesAfter(
  troubles: Troubles,
  input: DialogueInput,
  from: DialogueState,
  to: DialogueState,
): Troubles {
  const isAskedAgain =
    to.phoneTries > from.phoneTries || (to.nameTries > from.nameTries && to.asking === 'name')
  const isUseless = input.kind === 'unheard' || to.noMatch > from.noMatch || isAskedAgain
  const isAngry = input.kind === 'said' && input.understanding.intent === 'complaint'
  return {
    notUnderstood: troubles.notUnderstood + Number(isUseless),
    silences: troubles.silences + Number(input.kind === 'silence'),
    complaints: troubles.complaints + Number(isAngry),
    stuck: to.noMatch + to.noInput + to.unheard,
  }
}
