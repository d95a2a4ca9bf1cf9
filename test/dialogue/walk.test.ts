// Compares the machine with a model: an independent statechart (chart/) that predicts after every input which question
// is open and what is known. Here the machine plays all ways by keys, and a thousand random callers by voice;
// `walk.live.ts` plays every way.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { step } from '../../src/dialogue/dialogue-machine.ts'
import { keyEvents, otherEvents, wordEvents } from './chart/memory.ts'
import { questions, transitions } from './chart/shape.ts'
import { walk } from './chart/walk.ts'
import { randomWays, waysOf } from './chart/ways.ts'
import { fiveTopics } from './five-topics.ts'

setDefaultTimeout(60_000)

/** Enough for two thousand ways on a busy computer; an idle one needs a second. */
const timeoutMs = 120_000

test(
  'with a thousand random callers, and after every input at the end of their ways, the machine agrees with the model',
  () => {
    const { inputs, ...reached } = walk(randomWays(3, 1_000, 14, true), true, step)
    expect(inputs).toBeGreaterThan(5_000)
    expect(reached.questions.size).toBeGreaterThanOrEqual(questions.length - 3)
    expect([...reached.ends].sort()).toEqual(['error', 'goodbye', 'transfer'])
    expect(reached.transitions.size).toBeGreaterThanOrEqual(transitions.length - 5)
    expect([...reached.events].sort()).toEqual([...wordEvents, ...keyEvents, ...otherEvents].sort())
  },
  timeoutMs,
)

test(
  'on every way by keys, and after every key at its end, the machine agrees with the model',
  () => {
    const { states, inputs, ...reached } = walk(waysOf(false), false, step)
    console.log(`walk by keys: ${states} states, ${inputs} inputs tried in them`)
    // A name cannot be keyed in, and a caller who uses keys has already chosen the topic.
    const wordsOnly = ['identification/name', 'diagnostic/topic']
    expect([...reached.questions].sort()).toEqual(questions.filter((name) => !wordsOnly.includes(name)))
    expect([...reached.ends].sort()).toEqual(['error', 'goodbye', 'transfer'])
  },
  timeoutMs,
)

test(
  'with a made-up desk of five topics, on every way by keys and with random callers, they agree too',
  () => {
    const byKeys = walk(waysOf(false, fiveTopics), false, step, fiveTopics)
    const byVoice = walk(randomWays(7, 500, 14, true, fiveTopics), true, step, fiveTopics)
    console.log(`walk of five topics: ${byKeys.states} states, ${byKeys.inputs} inputs tried in them by keys`)
    expect(byKeys.states).toBeGreaterThan(500)
    expect(byVoice.inputs).toBeGreaterThan(2_000)
    // Straight from the diagnostic to a person, and to the offer of a call-back.
    for (const way of ['diagnostic > verification', 'diagnostic > goodbye', 'solution > verification'])
      expect(byKeys.transitions).toContain(way)
  },
  timeoutMs,
)
