// A turn that the language model is asked about: the prediction that it is to word, its request, and what it has said
// so far. The order of the steps is at the head of thinker.ts.

import { type DialogueState, step } from '../../dialogue/dialogue-machine.ts'
import { createGate, type Gate } from '../../dialogue/model/gate/gate.ts'
import { contradicts, merge } from '../../dialogue/model/merge.ts'
import { buildPrompt, type PromptTemplates, parseUnderstood } from '../../dialogue/model/prompt.ts'
import type { Decision, DialogueInput, Line } from '../../dialogue/types.ts'
import type { Llm } from '../../providers/llm.ts'
import type { Understanding } from '../../understanding/types.ts'
import { understand } from '../../understanding/understand.ts'
import { type HistoryEntry, supervisorMark } from '../history.ts'
import { ModelTurn } from './model-turn.ts'
import { isExact, sameWords } from './wording.ts'

export type ReplyModel = { llm: Llm; templates: PromptTemplates }

export type ModelReply = {
  /** The caller's words. */
  readonly text: string
  /** What the rules alone understood. */
  readonly rules: Understanding
  /** What the dialogue would decide on that: the words that the model is to replace. */
  readonly predicted: Decision
  readonly request: ModelTurn
  /** Judges each sentence before it is spoken. */
  readonly gate: Gate
  /** The decision ends something in the desk's own words: the model may only object to it (second-reader.ts). */
  readonly mayOnlyObject: boolean
  /** The operator's instruction that the request has. */
  readonly hint: string | undefined
  /** The turn it answers; 0 while the turn is not certainly over. */
  turn: number
  /** What was decided, once the first sentence is spoken. */
  decision: Decision | undefined
  /** The sentences of the model that were passed on. */
  spoken: readonly Line[]
}

/**
 * Predicts the decision and asks the model to word it, or to object to it where it is an ending.
 *
 * @param history as heard, without the caller's present words
 * @param onToken called with the reply's turn when the model's first token is read
 * @param operatorHint what the operator wants said in this answer; an objection to an ending does not get it
 * @returns undefined when the script answers better: the words must be exact, or there is nothing to say
 */
export function askModel(
  model: ReplyModel,
  state: DialogueState,
  text: string,
  history: readonly HistoryEntry[],
  onToken: (turn: number) => void,
  operatorHint?: string,
): ModelReply | undefined {
  const rules = understand(text, state)
  // A caller who gives orders to the machine gets the desk's own words; "again" wants the same words, not others.
  if (rules.givesOrders || rules.intent === 'repeat') return undefined
  const [, predicted] = step(state, said(rules))
  const [, unsure] = step(state, said({ ...rules, doubtful: true }))
  const mayOnlyObject = isExact(predicted)
  // Its objection would change nothing, or the words leave no doubt: the ending does not wait for a model.
  if (mayOnlyObject && (rules.evident || sameWords(unsure, predicted))) return undefined
  const hint = mayOnlyObject ? undefined : operatorHint
  const messages = buildPrompt({
    state,
    hint,
    // A goodbye as the goal would tell the model how to read the caller's words.
    predicted: mayOnlyObject ? unsure : predicted,
    history: history.map(heardTurn),
    callerText: text,
    templates: model.templates,
  })
  const request = new ModelTurn(model.llm, messages, () => onToken(reply.turn))
  const gate = createGate({
    ...{ language: state.language, texts: state.texts, name: rules.name ?? state.known.name },
    approved: [approvedText(state, predicted), hint ?? ''].join(' '),
  })
  const reply: ModelReply = {
    text,
    rules,
    predicted,
    request,
    gate,
    mayOnlyObject,
    hint,
    turn: 0,
    decision: undefined,
    spoken: [],
  }
  return reply
}

/** A supervisor's words are not known; the model knows that they were said. */
function heardTurn({ who, text, cut }: HistoryEntry): { by: HistoryEntry['who']; text: string } {
  if (who === 'agent' && text === supervisorMark)
    return { by: who, text: '(a human colleague spoke with the caller)' }
  return { by: who, text: cut ? `${text} […]` : text }
}

/** The only source of numbers and claims: what is to be said, and the open question, which may be asked again. */
const approvedText = (state: DialogueState, { say }: Decision): string =>
  [...say, ...state.last.slice(-1)].map(({ text }) => text).join(' ')

/**
 * Weighs the model's understanding into that of the rules.
 *
 * @param line the model's first line
 * @returns the input for the dialogue, and whether the model's wording still fits the decision that follows from it:
 * not when that decision says other words than predicted, and not when the model understood something else than counted
 */
export function checkUnderstood(
  { rules, text, predicted }: ModelReply,
  line: string,
  state: DialogueState,
): { input: DialogueInput; fits: boolean } {
  const understood = parseUnderstood(line, state.desk)
  const counted = merge(rules, understood, state, text)
  const input = said(counted)
  if (understood && contradicts(counted, understood, state.asking)) return { input, fits: false }
  return { input, fits: sameWords(step(state, input)[1], predicted) }
}

export const said = (understanding: Understanding): DialogueInput => ({ kind: 'said', understanding })
