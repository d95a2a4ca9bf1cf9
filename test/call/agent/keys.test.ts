// Which keys count: doubled presses, keys in a hurry, keys for a question that was not heard yet.

import { expect, test } from 'bun:test'
import type { Key } from '../../../src/base/keys.ts'
import { step } from '../../../src/call/agent/agent-machine.ts'
import { type AgentInput, agentDefaults, createAgent } from '../../../src/call/agent/state.ts'
import type { Expect, Line } from '../../../src/dialogue/types.ts'

const open: Expect = { kind: 'open', noInputMs: 7_000, keyterms: [] }
const yesNo: Expect = { ...open, kind: 'yesNo' }
const number: Expect = { ...open, kind: 'number' }
const ok: Line = { name: 'ok', text: 'bien' }
const question: Line = { name: 'question', text: 'est-ce que ça marche ?', asks: true }

/** A call whose first question was heard, with the agent listening. Keys that count are in `counted`. */
function call(expect_: Expect) {
  let state = createAgent({ ...agentDefaults, hearsWords: false, language: 'fr' }, 0)
  const counted: string[] = []
  const feed = (input: AgentInput, atMs: number): void => {
    const [next, effects] = step(state, input, atMs)
    state = next
    for (const effect of effects)
      if (effect.kind === 'respond' && effect.cause.kind === 'key') counted.push(effect.cause.key)
  }
  const reply = (lines: Line[], then: Expect, atMs: number): void =>
    feed({ kind: 'reply', turn: state.turn, lines, done: { expect: then } }, atMs)
  feed({ kind: 'start' }, 0)
  reply([], expect_, 0)
  return {
    counted,
    key: (key: Key, atMs: number) => feed({ kind: 'key', key }, atMs),
    reply,
    says: (atMs: number) => feed({ kind: 'operator', wants: 'transfer' }, atMs),
    begun: (index: number, atMs: number) => feed({ kind: 'lineBegun', turn: state.turn, index }, atMs),
    ended: (index: number, atMs: number) => feed({ kind: 'lineEnded', turn: state.turn, index }, atMs),
  }
}

test('the same key within 80 ms is one press', () => {
  const one = call(open)
  one.key('1', 5_000)
  one.reply([], yesNo, 5_000)
  one.key('1', 5_079)
  expect(one.counted).toEqual(['1'])
  one.key('1', 5_080)
  expect(one.counted).toEqual(['1', '1'])
})

test('while a number is keyed, two equal digits may arrive together after a stall', () => {
  const one = call(number)
  for (const key of '0612' as Iterable<Key>) {
    one.key(key, 5_000)
    one.reply([], number, 5_000)
  }
  one.key('2', 5_000)
  expect(one.counted.join('')).toBe('06122')
})

test('a key never answers a question that was not asked yet: it interrupts nothing', () => {
  const one = call(open)
  one.key('1', 5_000)
  one.reply([ok, question], yesNo, 5_010)
  one.key('1', 5_300)
  one.begun(0, 5_320)
  one.key('2', 5_600)
  one.ended(0, 6_000)
  one.key('1', 6_010)
  one.begun(1, 6_020)
  one.key('1', 6_419)
  expect(one.counted).toEqual(['1'])
  one.key('1', 6_420)
  expect(one.counted).toEqual(['1', '1'])
})

test('a key while the previous sentence plays may still ask for a human, a repetition, or no recording', () => {
  for (const key of '0*8' as Iterable<Key>) {
    const one = call(open)
    one.key('1', 5_000)
    one.reply([ok, question], yesNo, 5_010)
    one.begun(0, 5_020)
    one.key(key, 5_300)
    expect(one.counted).toEqual(['1', key])
  }
  // Before the question for the number was heard, a zero is not its first digit either.
  const one = call(open)
  one.key('1', 5_000)
  one.reply([ok, question], number, 5_010)
  one.begun(0, 5_020)
  one.key('0', 5_300)
  expect(one.counted).toEqual(['1'])
})

test('within a second after the last digit, # and a digit too many belong to the number', () => {
  const one = call(number)
  one.key('8', 5_000)
  one.reply([question], yesNo, 5_010)
  one.begun(0, 5_020)
  one.key('8', 5_100)
  one.key('#', 5_999)
  expect(one.counted).toEqual(['8'])
  one.key('2', 6_000)
  expect(one.counted).toEqual(['8', '2'])
})

/** A caller whose key led to the question for the number, which begins to play at 5 s. */
const askedForNumber = () => {
  const one = call(open)
  one.key('1', 4_000)
  one.reply([question], number, 4_010)
  one.begun(0, 5_000)
  return one
}

test('the first digits of a number count with the others once the question was heard', () => {
  const one = askedForNumber()
  one.key('0', 5_100)
  one.key('6', 5_390)
  expect(one.counted.join('')).toBe('1')
  one.key('1', 5_700)
  expect(one.counted.join('')).toBe('1061')
  one.reply([], number, 5_700)
  one.key('2', 5_900)
  expect(one.counted.join('')).toBe('10612')
})

test('three digits before the question was heard are a number being typed: they count at once', () => {
  const one = call(open)
  one.key('1', 5_000)
  one.reply([ok, question], number, 5_010)
  one.begun(0, 5_020)
  one.key('0', 5_400)
  one.key('6', 5_500)
  expect(one.counted.join('')).toBe('1')
  one.key('6', 5_500)
  expect(one.counted.join('')).toBe('1066')
})

test('early digits count all or not at all: a pause, a star or another question forgets them', () => {
  const paused = askedForNumber()
  paused.key('0', 5_100)
  paused.key('6', 8_101)
  expect(paused.counted.join('')).toBe('16')
  const starred = askedForNumber()
  for (const [key, atMs] of [
    ['0', 5_100],
    ['*', 5_200],
    ['6', 5_300],
    ['1', 5_500],
  ] as const)
    starred.key(key, atMs)
  expect(starred.counted.join('')).toBe('161')
  const interrupted = askedForNumber()
  interrupted.key('0', 5_100)
  interrupted.says(5_200)
  interrupted.reply([question], number, 5_300)
  interrupted.begun(0, 5_310)
  interrupted.key('6', 5_800)
  expect(interrupted.counted.join('')).toBe('16')
})

test('the key of the menu, pressed once more, is not the first digit of the number', () => {
  const one = askedForNumber()
  one.key('1', 4_900)
  one.key('0', 5_300)
  one.key('6', 5_500)
  expect(one.counted.join('')).toBe('106')
})

test('a question that is only asked again was heard: keys need not wait for it', () => {
  const one = call(number)
  one.key('*', 5_000)
  one.reply([{ ...question, asks: undefined }], number, 5_010)
  one.begun(0, 5_020)
  one.key('0', 5_050)
  expect(one.counted).toEqual(['*', '0'])
})

test('a digit too many and the `#` behind a refused number are no key of the next question', () => {
  const one = call(number)
  one.key('7', 5_000)
  one.reply([question], number, 5_010)
  one.begun(0, 5_020)
  one.key('8', 5_220)
  one.key('#', 5_450)
  expect(one.counted).toEqual(['7'])
  one.key('8', 9_000)
  one.key('#', 9_200)
  expect(one.counted).toEqual(['7', '8', '#'])
})
