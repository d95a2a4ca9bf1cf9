import { expect, test } from 'bun:test'
import type { CallOutcome } from '../../src/call/events.ts'
import { RecentCalls } from '../../src/calls/recent-calls.ts'
import type { CallInfo } from '../../src/calls/views.ts'
import type { Known } from '../../src/dialogue/types.ts'

const nothing: Known = {
  ...{ name: null, phone: null, topic: null, symptom: null },
  stepsDone: [],
  tried: [],
  callBack: false,
  notes: [],
}

const call = (id: string, outcome: CallOutcome, numbers: string[] = []) => ({
  info: { id, outcome, transcript: [] as CallInfo['transcript'] } as CallInfo,
  language: 'fr',
  known: { ...nothing, name: id },
  numbers,
  recording: { choice: 'objected' as const, noticeHeard: true },
})

test('the 200 newest ended calls are kept, newest first', () => {
  const recent = new RecentCalls()
  for (let i = 0; i < 201; i++) recent.add(call(`${i}`, 'goodbye'))
  const ids = recent.list().map(({ id }) => id)
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([200, '200', '1'])
})

test('a call that comes back is listed once, as its last part ended', () => {
  const recent = new RecentCalls()
  recent.add(call('a', 'transfer'))
  recent.add(call('b', 'goodbye'))
  recent.add(call('a', 'goodbye'))
  expect(recent.list().map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['a goodbye', 'b goodbye'])
})

test.each([
  ['transfer', true],
  ['error', true],
  ['lost', true],
  ['goodbye', false],
  ['hangup', false],
] as const)('after %s a call that comes back is known from before: %p', (outcome, isKnown) => {
  const recent = new RecentCalls()
  recent.add(call('a', outcome))
  const known = { ...nothing, name: 'a' }
  expect(recent.earlierPartOf('a')).toEqual(
    isKnown ? { known, language: 'fr', choice: 'objected', noticeHeard: true } : (undefined as never),
  )
  expect(recent.earlierPartOf('b')).toBeUndefined()
})

test('a call is known from before only once, because the dialplan sends a caller back only once', () => {
  const recent = new RecentCalls()
  recent.add(call('a', 'transfer'))
  expect(recent.earlierPartOf('a')?.known.name).toBe('a')
  recent.add(call('a', 'transfer'))
  expect(recent.earlierPartOf('a')).toBeUndefined()
})

test('a number forgets all calls in which it was given', () => {
  const recent = new RecentCalls()
  recent.add(call('a', 'hangup', ['0612345678', '0687654321']))
  recent.add(call('b', 'hangup', ['0612345678']))
  recent.add(call('c', 'hangup', ['0687654321']))
  expect(recent.forgetCaller('0612345678')).toEqual(['a', 'b'])
  expect(recent.list().map(({ id }) => id)).toEqual(['c'])
})
