import { describe, expect, test } from 'bun:test'
import { createExpectedCalls } from '../../src/asterisk/expected-calls.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

const callId = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01'

describe('an announced call', () => {
  test('is expected once, in upper or lower case', () => {
    const calls = createExpectedCalls({ clock: new FakeClock() })
    expect([calls.has(callId), calls.take(callId)]).toEqual([false, undefined])
    expect(calls.announce(callId.toUpperCase())).toBe(true)
    expect(calls.has(callId)).toBe(true)
    expect([calls.take(callId), calls.take(callId)]).toEqual([{}, undefined])
  })

  test('expires 30 s after the last announcement', () => {
    const clock = new FakeClock()
    const calls = createExpectedCalls({ clock })
    calls.announce(callId)
    clock.advance(29_000)
    calls.announce(callId)
    clock.advance(29_000)
    expect(calls.take(callId)).toEqual({})
    calls.announce(callId)
    clock.advance(30_000)
    expect([calls.take(callId), calls.size]).toEqual([undefined, 0])
  })

  test('keeps what the last announcement says of it', () => {
    const calls = createExpectedCalls<Record<'language' | 'desk' | 'dialled', string>>({
      clock: new FakeClock(),
    })
    calls.announce(callId, { language: 'en', dialled: '0123456789' })
    calls.announce(callId, { language: 'fr', desk: 'shop' })
    expect(calls.take(callId.toUpperCase())).toEqual({ language: 'fr', desk: 'shop' })
  })

  test('is refused when too many are pending, and the pending ones stay', () => {
    const clock = new FakeClock()
    const calls = createExpectedCalls({ clock, capacity: 2 })
    const ids = [1, 2, 3].map((n) => callId.slice(0, -1) + n)
    expect(ids.map((id) => calls.announce(id))).toEqual([true, true, false])
    expect(ids.map((id) => calls.take(id))).toEqual([{}, {}, undefined])
    expect(calls.announce(ids[2])).toBe(true)
  })
})
