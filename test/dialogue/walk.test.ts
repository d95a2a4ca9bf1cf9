// A walk over everything the machine can become: from each new state every input of an alphabet is tried, until
// nothing new appears. The oracle is the list of transitions below, written from the dialogue's description.

import { expect, test } from 'bun:test'
import { step } from '../../src/dialogue/machine.ts'
import { createDialogue, type DialogueState } from '../../src/dialogue/state.ts'
import type { Decision, DialogueInput } from '../../src/dialogue/types.ts'
import { understand } from '../../src/dialogue/understand.ts'
import { texts } from './desk.ts'

/** From each state, where it may go; within one decision several may follow each other. */
const edges: Record<string, string> = {
  init: 'welcome goodbye transfer error',
  welcome: 'identification verification goodbye transfer error',
  identification: 'diagnostic verification goodbye transfer error',
  diagnostic: 'solution verification goodbye transfer error',
  solution: 'verification diagnostic goodbye transfer error',
  verification: 'solution identification diagnostic goodbye transfer error',
  goodbye: 'diagnostic transfer error',
  transfer: '',
  error: '',
}

const phrases = [
  ...[
    'il pleut sur la ville',
    'oui',
    'non',
    "c'est fait",
    'ça ne marche pas',
    "je n'ai pas compris",
    'attendez',
  ],
  ...['répétez', 'au revoir', 'un conseiller', 'internet', 'mobile', 'le wifi', 'ma carte sim est bloquée'],
  ...["je m'appelle martin", 'dupont', '06 12 34 56 78', 'zéro six douze', 'allô'],
  ...['zéro six quatre vingt douze trente quatre cinquante six', '', 'ça remarche'],
]

const events: DialogueInput[] = [
  { kind: 'start' },
  { kind: 'start', resumed: true },
  ...[...'0123459*#A'].map((key): DialogueInput => ({ kind: 'key', key })),
  { kind: 'silence' },
  { kind: 'unheard' },
  { kind: 'technician', available: true },
  { kind: 'technician', available: false },
  { kind: 'timeUp' },
  { kind: 'operator', wants: 'transfer' },
  { kind: 'operator', wants: 'goodbye' },
  { kind: 'failed' },
]

/**
 * What tells two states apart for what comes next. Wording, whose number it is and which steps exactly were tried do
 * not; and of the ladders only the first that was climbed counts, because each climbs without the others.
 */
function keyOf(state: DialogueState): string {
  const { known, digits, pending, noInput, noMatch, unheard, justKeyed, identified } = state
  const rung = noInput > 0 ? `i${noInput}` : noMatch > 0 ? `m${noMatch}` : `u${unheard}`
  const number = [known.phone !== null, pending !== null, digits === '0', digits.length > 0, state.phoneTries]
  const problem = [known.topic, known.symptom, known.stepsDone.length, state.stepIndex]
  const mood = [justKeyed, identified, state.holding, state.presence, state.ended, rung]
  return [state.name, state.asking, known.name !== null, known.callBack, number, problem, mood].join()
}

const understood = new Map<string, ReturnType<typeof understand>>()

/** The rules' reading, kept: it depends on little of the state, and the walk asks for it often. */
function reading(text: string, state: DialogueState): ReturnType<typeof understand> {
  const key = [text, state.name, state.asking, state.digits, state.known.topic].join()
  let found = understood.get(key)
  if (found === undefined) {
    found = understand(text, state)
    understood.set(key, found)
  }
  return found
}

type Walk = { states: number; steps: number; taken: Set<string>; ended: Set<string>; questions: Set<string> }

function walk(hearsWords: boolean, most: number): Walk {
  const first = createDialogue({ language: 'fr', texts: texts.fr, hearsWords })
  const seen = new Set([keyOf(first)])
  const queue = [first]
  const found: Walk = { states: 0, steps: 0, taken: new Set(), ended: new Set(), questions: new Set() }
  for (let state = queue.shift(); state !== undefined && found.states < most; state = queue.shift()) {
    found.states++
    found.questions.add(`${state.name}/${state.asking}`)
    const said = hearsWords ? phrases : []
    const inputs: DialogueInput[] = said.map((text) => ({
      kind: 'said',
      text,
      understanding: reading(text, state),
    }))
    for (const input of [...inputs, ...events]) {
      const [next, decision] = step(state, input)
      found.steps++
      check(state, next, decision, found)
      const key = keyOf(next)
      if (seen.has(key)) continue
      seen.add(key)
      queue.push(next)
    }
  }
  return found
}

function check(state: DialogueState, next: DialogueState, decision: Decision, found: Walk): void {
  let at = state.name as string
  for (const { from, to } of decision.transitions) {
    if (from !== at || !edges[from].split(' ').includes(to))
      throw new Error(`no edge ${from} > ${to} at ${at}`)
    found.taken.add(`${from} > ${to}`)
    at = to
  }
  if (at !== next.name) throw new Error(`transitions end in ${at}, the state is ${next.name}`)
  if (decision.end !== undefined) found.ended.add(decision.end)
  // An open call always has a question; an ended one never has.
  const open = next.ended === null && next.name !== 'init'
  if (open !== (next.asking !== undefined)) throw new Error(`${next.name} with question ${next.asking}`)
  if (decision.say.some((line) => line.text === '')) throw new Error('an empty line')
  if (decision.expect.noInputMs < 7_000) throw new Error('too short a wait')
}

const reachable = Object.entries(edges).flatMap(([from, to]) =>
  to === '' ? [] : to.split(' ').map((name) => `${from} > ${name}`),
)

test('a walk over every state reaches every transition of the description, and no other', () => {
  const { states, steps, taken, ended, questions } = walk(true, 16_000)
  console.log(
    `walk: ${states} states, ${steps} steps, ${taken.size} transitions, ${questions.size} questions`,
  )
  expect([...taken].sort()).toEqual([...reachable].sort())
  expect([...ended].sort()).toEqual(['error', 'goodbye', 'transfer'])
}, 60_000)

test('a walk by keys alone is finite and ends in every way', () => {
  const { states, steps, taken, ended } = walk(false, 30_000)
  console.log(`walk by keys: ${states} states, ${steps} steps, ${taken.size} transitions`)
  expect(states).toBeLessThan(30_000)
  expect([...ended].sort()).toEqual(['error', 'goodbye', 'transfer'])
  expect(taken.has('solution > verification')).toBe(true)
}, 60_000)

test('silence alone ends every call, whatever question is open', () => {
  const { state } = { state: createDialogue({ language: 'fr', texts: texts.fr, hearsWords: true }) }
  const queue: DialogueState[] = [step(state, { kind: 'start' })[0]]
  for (const text of phrases) {
    const at = queue[queue.length - 1]
    if (at.ended === null)
      queue.push(step(at, { kind: 'said', text, understanding: understand(text, at) })[0])
  }
  for (const one of queue) {
    let next = one
    for (let count = 0; count < 10 && next.ended === null; count++) next = step(next, { kind: 'silence' })[0]
    expect(next.ended).not.toBeNull()
  }
})
