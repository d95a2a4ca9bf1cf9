// What the operator's page sees of a call.

import { expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import type { Session } from '../../src/call/session.ts'
import { CallLog } from '../../src/calls/call-log.ts'
import { callMetrics } from '../../src/calls/call-metrics.ts'
import { unannounced } from '../../src/calls/call-start.ts'
import { callInfo, publicEvents } from '../../src/calls/views.ts'

test('each sentence of the model that is held back tells the page all counts so far, and no words', () => {
  const ignore = () => {}
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, with: () => log }
  const about = {
    ...unannounced('fr', 'desk'),
    ...{ adapters: {}, policy: 'notice' as const },
  } as const
  const callLog = new CallLog(log, callMetrics(new Metrics()), about)
  const session = {
    dialogue: { stateName: 'welcome' },
    phase: 'thinking',
    turn: 3,
    story: { startedMs: 0, elapsedMs: 900 },
  }
  const events = (['number', 'claim', 'number'] as const).flatMap((reason) => {
    const event = { kind: 'held', turn: 3, reason } as const
    callLog.take(event)
    return structuredClone(publicEvents('c', session as unknown as Session, callLog, event))
  })
  expect(events).toEqual([
    { callId: 'c', atMs: 900, kind: 'held', held: { number: 1 } },
    { callId: 'c', atMs: 900, kind: 'held', held: { number: 1, claim: 1 } },
    { callId: 'c', atMs: 900, kind: 'held', held: { number: 2, claim: 1 } },
  ])
  expect(callInfo('c', 0, 900, session as unknown as Session, callLog).held).toEqual({ number: 2, claim: 1 })
})
