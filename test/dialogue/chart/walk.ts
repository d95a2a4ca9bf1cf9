// Leads a machine along the ways of the model: after every input both have to agree.

import { getInitialSnapshot, getNextSnapshot } from 'xstate'
import { createDialogue, type DialogueState, type step } from '../../../src/dialogue/dialogue-machine.ts'
import type { Decision } from '../../../src/dialogue/types.ts'
import { desk as shipped } from '../../support/shipped-desk.ts'
import { holdMs, noInputMs, texts } from '../test-dialogue.ts'
import { type ChartState, chart } from './chart.ts'
import type { EventName } from './memory.ts'
import { eventsAt, isFarEnough, placeOf, type Way } from './ways.ts'
import { inputs } from './words.ts'

/** The model's prediction for a state, and the machine's actual state, in the same form. */
function predicted(chartState: ChartState) {
  const { topic, symptom, done, name, phone, callBack, holding } = chartState.context
  return {
    ...placeOf(chartState),
    topic,
    symptom,
    done: [...done],
    hasName: name,
    hasPhone: phone,
    callBack,
    holds: holding && chartState.status !== 'done',
  }
}
function actual({ name, asking, ended, known }: DialogueState, holds: boolean) {
  const { topic, symptom, stepsDone, callBack } = known
  const place = { name, asking: asking ?? null, end: ended }
  const learnt = { topic, symptom, done: [...stepsDone], hasName: known.name !== null }
  return { ...place, ...learnt, hasPhone: known.phone !== null, callBack, holds }
}

export type Walked = {
  states: number
  inputs: number
  questions: Set<string>
  events: Set<string>
  ends: Set<string>
  transitions: Set<string>
}

/**
 * Leads a machine along every way and tries every input at its end.
 *
 * @throws {Error} with the inputs up to the first disagreement between machine and model
 */
export function walk(
  ways: readonly Way[],
  hearsWords: boolean,
  machine: typeof step,
  desk = shipped,
): Walked {
  const walked: Walked = {
    ...{ states: 0, inputs: 0, questions: new Set(), events: new Set() },
    ...{ ends: new Set(), transitions: new Set() },
  }
  const first = createDialogue({ language: 'fr', desk, texts: texts.fr, hearsWords })
  for (const { events, states } of ways) {
    let at = first
    for (const [i, event] of events.entries())
      at = take(machine, at, event, states[i], () => events.slice(0, i + 1), walked)
    const model = states.at(-1) ?? getInitialSnapshot(chart, { hearsWords, desk })
    walked.states++
    const { name, asking, end } = placeOf(model)
    if (asking !== null) walked.questions.add(`${name}/${asking}`)
    if (end !== null) walked.ends.add(end)
    if (isFarEnough(model)) continue
    for (const event of eventsAt(model, hearsWords)) {
      const next = getNextSnapshot(chart, model, event)
      take(machine, at, event.type, next, () => [...events, event.type], walked)
      walked.inputs++
      walked.events.add(event.type)
    }
  }
  return walked
}

/** Plays one input. The machine has to agree with the model, and a call must be able to go on after its decision. */
function take(
  machine: typeof step,
  before: DialogueState,
  name: EventName,
  model: ChartState,
  way: () => readonly EventName[],
  { transitions }: Walked,
): DialogueState {
  let state = before
  let waitsMs = 0
  for (const input of inputs[name](before)) {
    let at = state.name
    const [next, decision] = machine(state, input)
    for (const { from, to } of decision.transitions) {
      if (from !== at) throw new Error(`after ${way().join(' ')} a transition from ${from} at ${at}`)
      transitions.add(`${from} > ${to}`)
      at = to
    }
    const fault = faultOf(next, decision, at)
    if (fault !== undefined) throw new Error(`after ${way().join(' ')} ${fault}`)
    state = next
    waitsMs = decision.expect.noInputMs
  }
  const [is, shall] = [actual(state, waitsMs === holdMs && state.ended === null), predicted(model)]
  if (Bun.deepEquals(is, shall, true)) return state
  throw new Error(
    `after ${way().join(' ')} the machine is ${JSON.stringify(is)}, the model ${JSON.stringify(shall)}`,
  )
}

function faultOf(state: DialogueState, { say, expect, end }: Decision, at: string): string | undefined {
  if (at !== state.name) return `the transitions end in ${at}, the state is ${state.name}`
  if ((end ?? null) !== state.ended) return `the decision ends with ${end}, the state with ${state.ended}`
  const isOpen = state.ended === null && state.name !== 'init'
  if (isOpen !== (state.asking !== undefined)) return `the question ${state.asking} is open in ${state.name}`
  if (say.some(({ text }) => text === '')) return 'a line is empty'
  return expect.noInputMs < noInputMs ? 'too short a silence is waited for' : undefined
}
