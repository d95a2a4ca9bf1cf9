import { describe, expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { httpFailure, type ProviderFailure } from '../../src/providers/errors.ts'
import { createSttChain } from '../../src/providers/fallback-stt.ts'
import type { Stt, SttEvent, SttHints, SttOpen } from '../../src/providers/stt.ts'
import { openCall } from '../support/hearing.ts'
import { FakeClock, settle } from '../support/lab/fake-clock.ts'

/** A recogniser whose events the test sends by hand. */
function manual(name: string, hearsWords = true) {
  const sessions: {
    options: SttOpen
    hints: SttHints[]
    closed: boolean
    coveredTo: number
  }[] = []
  const stt: Stt = {
    name,
    hearsWords,
    open(options) {
      const state = {
        options,
        hints: [] as SttHints[],
        closed: false,
        coveredTo: 0,
      }
      sessions.push(state)
      return {
        hint: (hints) => {
          state.hints.push(hints)
        },
        finalize() {},
        coveredTo: () => state.coveredTo,
        close() {
          state.closed = true
        },
      }
    },
    close() {},
  }
  const tell = (event: SttEvent) => sessions.at(-1)?.options.onEvent(event)
  return { stt, sessions, tell }
}

const frame = (value: number) => new Int16Array(160).fill(value)
const open: SttEvent = { kind: 'link', state: 'open' }
const failed: SttEvent = { kind: 'link', state: 'failed', code: 'auth' }

function setUp(adapters: Stt[], options: Parameters<typeof createSttChain>[2] = {}) {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const troubles: [string, string | undefined][] = []
  const onTrouble = (label: string, reason: string | undefined) => void troubles.push([label, reason])
  const chain = createSttChain(adapters, { clock, random: () => 0.5, metrics, onTrouble }, options)
  const events: SttEvent[] = []
  const start = () => openCall(chain, { language: 'fr', callId: 'c', onEvent: (event) => events.push(event) })
  return { clock, metrics, chain, events, start, troubles }
}

describe('when a recogniser fails for good', () => {
  test('the next one takes over in the same call and begins with the audio without a transcript', () => {
    const [a, b] = [manual('a'), manual('b')]
    const { events, start } = setUp([a.stt, b.stt])
    const session = start()
    session.hint({ keyterms: ['box'], expect: 'yesNo' })
    a.tell(open)
    for (const value of [1, 2, 3]) session.write(frame(value))
    a.sessions[0].coveredTo = 200
    a.tell(failed)
    session.write(frame(4))
    b.tell(open)
    b.tell({ kind: 'transcript', text: 'oui', isFinal: true })
    expect(b.sessions[0].options).toMatchObject({ from: 200, audio: session.audio })
    expect(session.pending()).toHaveLength(4 * 160)
    expect(b.sessions[0].hints).toEqual([{ keyterms: ['box'], expect: 'yesNo' }])
    expect(a.sessions[0].closed).toBe(true)
    expect(events).toEqual([
      open,
      { kind: 'link', state: 'lost', code: 'auth' },
      open,
      { kind: 'transcript', text: 'oui', isFinal: true },
    ])
  })

  test('the outcome of each link is counted once, however often it reopens', () => {
    const [a, b] = [manual('a'), manual('b')]
    const { start, metrics } = setUp([a.stt, b.stt])
    start()
    a.tell(open)
    a.tell({ kind: 'link', state: 'lost' })
    a.tell(open)
    a.tell(failed)
    b.tell(open)
    const counts = metrics
      .snapshot()
      .flatMap((one) => (one.name === 'provider_requests_total' && one.kind === 'counter' ? [one] : []))
      .filter(({ value }) => value !== 0)
    expect(counts.map(({ labels, value }) => [labels.adapter, labels.outcome, value])).toEqual([
      ['stt/a', 'ok', 1],
      ['stt/a', 'auth', 1],
      ['stt/b', 'ok', 1],
    ])
  })

  test('a link that only opens does not close its breaker; words do, and so does staying open for 5 s', async () => {
    for (const [event, afterMs, value] of [
      [undefined, 0, 1],
      [{ kind: 'transcript', text: 'oui', isFinal: false }, 0, 0],
      [undefined, 5_000, 0],
    ] as const) {
      const a = manual('a')
      const clock = new FakeClock()
      const metrics = new Metrics()
      const deps = { clock, random: () => 0.5, metrics }
      // The breaker lets a probe through at once: its clock is the real one.
      const chain = createSttChain([a.stt], deps, { breaker: { openMs: 0 } })
      const start = () => openCall(chain, { language: 'fr', callId: 'c', onEvent() {} })
      start()
      a.tell(failed)
      await settle()
      start()
      a.tell(open)
      if (event) a.tell(event)
      await clock.run(afterMs)
      await settle()
      const state = metrics.snapshot().find(({ name }) => name === 'provider_breaker_state')
      expect(state).toMatchObject({ value })
    }
  })

  test('one that takes over late hears no more than the last 15 s', async () => {
    const a = manual('a')
    const { clock, start } = setUp([a.stt], { breaker: { openMs: 0 } })
    const session = start()
    a.tell(failed)
    for (let i = 0; i < 1_000; i++) session.write(frame(i))
    await clock.run(10_000)
    expect(a.sessions.map(({ options }) => options.from)).toEqual([0, 5 * 8_000])
  })

  test('its later events are ignored', () => {
    const [a, b] = [manual('a'), manual('b')]
    const { events, start } = setUp([a.stt, b.stt])
    start()
    a.tell(failed)
    a.tell({ kind: 'transcript', text: 'tard', isFinal: true })
    expect(events).toHaveLength(1)
  })

  test('the next call begins with the recogniser that works, until the breaker permits a probe', async () => {
    const [a, b] = [manual('a'), manual('b')]
    const { start } = setUp([a.stt, b.stt])
    start()
    a.tell(failed)
    await settle()
    start()
    expect([a.sessions.length, b.sessions.length]).toEqual([1, 2])
  })

  test('and no other is left, the call gets `failed`, and the list is tried again from the last transcript on', async () => {
    const a = manual('a')
    const { clock, events, start, metrics } = setUp([a.stt, manual('embedded', false).stt])
    const session = start()
    session.write(frame(7))
    session.write(frame(8))
    a.sessions[0].coveredTo = 160
    a.tell(failed)
    session.write(frame(9))
    await clock.run(10)
    expect(events.at(-1)).toEqual({ kind: 'link', state: 'failed', code: 'unavailable' })
    expect(session.pending()).toEqual(Int16Array.of(...frame(8), ...frame(9)))
    await clock.run(10_000)
    await settle()
    expect(metrics.snapshot().find(({ name }) => name === 'stt_unheard_ms_total')).toMatchObject({
      value: 20,
    })
    session.close()
    await clock.run(60_000)
    expect(clock.pending).toBe(0)
  })
})

describe('a recogniser that refuses all requests', () => {
  const refusals: [title: string, failure: ProviderFailure, says: string][] = [
    ['a wrong key', refusal(401, 'INVALID_AUTH'), 'a answered 401 (INVALID_AUTH)'],
    ['no credit', refusal(402, 'ASR_PAYMENT_REQUIRED'), 'a answered 402 (ASR_PAYMENT_REQUIRED)'],
    ['no credit, as 429', refusal(429, 'insufficient_quota'), 'a answered 429 (insufficient_quota)'],
    ['an unknown model', refusal(404, 'model_not_found'), 'a answered 404 (model_not_found)'],
  ]
  function refusal(status: number, reason: string) {
    return httpFailure('a', status, undefined, 0, { reason, parameters: [] })
  }

  test.each(refusals)(
    'for %s is switched off for all calls, and this is said once',
    async (_, failure, says) => {
      const [a, b] = [manual('a'), manual('b')]
      // The breaker permits a probe at once, so that only the switch keeps the recogniser away.
      const { clock, metrics, start, troubles } = setUp([a.stt, b.stt], { breaker: { openMs: 0 } })
      start()
      start()
      for (const session of a.sessions)
        session.options.onEvent({ kind: 'link', state: 'failed', code: failure.code, failure })
      await settle()
      for (let call = 0; call < 3; call++) start()
      expect(a.sessions).toHaveLength(2)
      expect(troubles).toEqual([['stt/a', says]])
      const counts = metrics.snapshot().filter(({ name }) => name === 'provider_refusals_total')
      expect(counts).toMatchObject([{ labels: { adapter: 'stt/a', reason: failure.reason }, value: 2 }])
      await clock.run(300_000)
      start()
      expect(a.sessions).toHaveLength(3)
      a.tell(open)
      a.tell({ kind: 'transcript', text: 'oui', isFinal: true })
      expect(troubles.at(-1)).toEqual(['stt/a', undefined])
    },
  )

  test('for the request alone is reported, and tried again by the next call', async () => {
    const [a, b] = [manual('a'), manual('b')]
    const { start, troubles } = setUp([a.stt, b.stt], { breaker: { openMs: 0 } })
    start()
    a.tell({ ...failed, failure: refusal(400, 'INVALID_QUERY_PARAMETER') })
    await settle()
    start()
    a.tell(open)
    expect(a.sessions).toHaveLength(2)
    expect(troubles).toEqual([['stt/a', 'a answered 400 (INVALID_QUERY_PARAMETER)']])
  })
})

test('no turn has more than 2 000 characters of text, and the next turn begins anew', () => {
  const a = manual('a')
  const { events, start, metrics } = setUp([a.stt])
  const session = start()
  const said = () => events.flatMap((event) => ('text' in event ? [event.text.length] : []))
  a.tell({ kind: 'transcript', text: 'x'.repeat(9_000_000), isFinal: false })
  for (let i = 0; i < 3; i++) a.tell({ kind: 'transcript', text: 'x'.repeat(900), isFinal: true })
  a.tell({ kind: 'eagerEndOfTurn', text: 'x'.repeat(900) })
  a.tell({ kind: 'endOfTurn' })
  a.tell({ kind: 'transcript', text: 'oui', isFinal: true })
  session.answered?.()
  a.tell({ kind: 'transcript', text: 'x'.repeat(2_001), isFinal: true })
  expect(said()).toEqual([2_000, 900, 900, 200, 0, 3, 2_000])
  const left = metrics.snapshot().find(({ name }) => name === 'stt_left_out_total')
  expect(left).toMatchObject({ value: 4 })
})

test('a list of only embedded is a recogniser that hears no words', () => {
  const deaf = manual('embedded', false)
  const { chain, start, events } = setUp([deaf.stt])
  expect(chain.hearsWords).toBe(false)
  start()
  deaf.tell(open)
  expect(events).toEqual([open])
})

test('closing ends the recogniser in use and every later event', () => {
  const a = manual('a')
  const { start, events, clock } = setUp([a.stt])
  const session = start()
  session.close()
  a.tell(open)
  session.write(frame(1))
  expect(a.sessions[0]).toMatchObject({ closed: true })
  expect(events).toEqual([])
  expect(clock.pending).toBe(0)
})
