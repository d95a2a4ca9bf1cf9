// The machine walked along a model: an independent statechart (chart/) tells after every input which question is open
// and what is known. Here the ways of the keys are walked whole and those of the voice by a thousand random callers;
// `walk.live.ts` walks every way.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { step } from '../../src/dialogue/dialogue-machine.ts'
import { keyEvents, otherEvents, wordEvents } from './chart/memory.ts'
import { questions, transitions } from './chart/shape.ts'
import { walk } from './chart/walk.ts'
import { randomWays, waysOf } from './chart/ways.ts'

setDefaultTimeout(30_000)

/** For two thousand ways on a busy machine; an idle one needs a second. */
const timeoutMs = 60_000

test(
  'a thousand random callers, and every input at the end of their ways, find the machine where the model is',
  () => {
    const { inputs, ...reached } = walk(randomWays(1, 1_000, 12, true), true, step)
    expect(inputs).toBeGreaterThan(5_000)
    expect(reached.questions.size).toBeGreaterThanOrEqual(questions.length - 3)
    expect([...reached.ends].sort()).toEqual(['error', 'goodbye', 'transfer'])
    expect(reached.transitions.size).toBeGreaterThanOrEqual(transitions.length - 5)
    expect([...reached.events].sort()).toEqual([...wordEvents, ...keyEvents, ...otherEvents].sort())
  },
  timeoutMs,
)

test(
  'on every way of the model without words, with every key at its end, the machine is where the model is',
  () => {
    const { states, inputs, ...reached } = walk(waysOf(false), false, step)
    console.log(`walk by keys: ${states} states, ${inputs} inputs tried in them`)
    // Nobody can key in a name, and who keys has named the topic before anything else.
    const wordsOnly = ['identification/name', 'diagnostic/topic']
    expect([...reached.questions].sort()).toEqual(questions.filter((name) => !wordsOnly.includes(name)))
    expect([...reached.ends].sort()).toEqual(['error', 'goodbye', 'transfer'])
  },
  timeoutMs,
)
