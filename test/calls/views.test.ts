// What the operator's page sees of a call.

import { expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import type { CallEvent } from '../../src/call/events.ts'
import type { Session } from '../../src/call/session.ts'
import { CallLog } from '../../src/calls/call-log.ts'
import { callMetrics } from '../../src/calls/call-metrics.ts'
import { unannounced } from '../../src/calls/call-start.ts'
import { callInfo, publicEvents } from '../../src/calls/views.ts'

/** A call in its third turn, with what the page sees of it. */
function world() {
  const ignore = () => {}
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, with: () => log }
  const about = { ...unannounced('fr', 'desk'), ...{ adapters: {}, policy: 'notice' as const } } as const
  const metrics = new Metrics()
  const callLog = new CallLog(log, callMetrics(metrics), about)
  const session = {
    dialogue: { stateName: 'welcome' },
    phase: 'thinking',
    turn: 3,
    story: { startedMs: 0, elapsedMs: 900 },
  } as unknown as Session
  const take = (event: CallEvent) => {
    callLog.take(event)
    return structuredClone(publicEvents('c', session, callLog, event))
  }
  return { callLog, metrics, take, info: () => callInfo('c', 0, 900, session, callLog) }
}

test('each sentence of the model that is held back tells the page all counts so far, and no words', () => {
  const { take, info } = world()
  const events = (['number', 'claim', 'number'] as const).flatMap((reason) =>
    take({ kind: 'held', turn: 3, reason }),
  )
  expect(events).toEqual([
    { callId: 'c', atMs: 900, kind: 'held', held: { number: 1 } },
    { callId: 'c', atMs: 900, kind: 'held', held: { number: 1, claim: 1 } },
    { callId: 'c', atMs: 900, kind: 'held', held: { number: 2, claim: 1 } },
  ])
  expect(info().held).toEqual({ number: 2, claim: 1 })
})

test('the echo of a telephone is on the record and the page, with its newest figures, and counts once', () => {
  const { callLog, info, metrics, take } = world()
  expect(info().echo).toBeNull()
  take({ kind: 'echo', echo: { levelDb: -9, delayMs: 240 } })
  const echo = { levelDb: -10, delayMs: 250 }
  expect(take({ kind: 'echo', echo })).toEqual([{ callId: 'c', atMs: 900, kind: 'echo', echo }])
  expect([callLog.details.echo, info().echo]).toEqual([echo, echo])
  expect(metrics.snapshot().find(({ name }) => name === 'echo_calls_total')).toMatchObject({ value: 1 })
})
