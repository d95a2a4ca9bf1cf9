// Which events the operator's own system gets of a call, and what they tell of the caller.

import { expect, test } from 'bun:test'
import type { CallDetails } from '../../src/calls/call-log.ts'
import { unannounced } from '../../src/calls/call-start.ts'
import type { RecordingChoice } from '../../src/desk/types.ts'
import type { Known } from '../../src/dialogue/types.ts'
import { webhookEvents } from '../../src/server/integrations.ts'

const phone = '0612345678'
const known = {
  ...{ name: 'Zoé Martin', phone, topic: 'internet', symptom: 'slow' },
  ...{ stepsDone: ['restart'], notes: [], callBack: true },
} as unknown as Known

function ended(outcome: 'transfer' | 'goodbye', choice: RecordingChoice | null) {
  const details = { outcome, reason: null, dialled: '0199000043', callerNumber: phone, recording: { choice } }
  const step = { verb: 'queue', target: 'sales' } as const
  const summary = 'Zoé Martin, 0612345678, Internet: slow'
  return webhookEvents({
    ...{ kind: 'ended', callId: 'c1', details: details as unknown as CallDetails, known },
    ...{ summary, step, durationMs: 61_000 },
  })
}

test('a transfer is told before the end, with where to, the facts and the summary', () => {
  const [transferred, end] = ended('transfer', 'agreed')
  const facts = { callerNumber: phone, name: 'Zoé Martin', phone, topic: 'internet', recordingRefused: false }
  expect(transferred).toMatchObject(['call.transferred', { to: 'queue|sales', ...facts }])
  expect(end).toMatchObject(['call.ended', { outcome: 'transfer', durationMs: 61_000, ...facts }])
  expect(end[1].summary).toContain('Internet')
  expect(ended('goodbye', null).map(([type]) => type)).toEqual(['call.ended'])
})

test.each(['objected', 'declined'] as const)('who %s to the recording is named by no event', (choice) => {
  const start = { ...unannounced('fr', 'desk'), callerNumber: phone, callerName: 'Zoé Martin' }
  const again = webhookEvents({ kind: 'started', callId: 'c1', start, resumed: true, choice })
  expect(again).toMatchObject([['call.started', { resumed: true, recordingRefused: true }]])
  const events = [...again, ...ended('transfer', choice)]
  expect(events.map(([type]) => type)).toEqual(['call.started', 'call.transferred', 'call.ended'])
  expect(JSON.stringify(events)).not.toMatch(/Zoé|0612345678/)
  // The problem says nothing of who has it.
  expect(events[2][1]).toMatchObject({
    name: null,
    phone: null,
    summary: null,
    topic: 'internet',
    callBack: true,
  })
})

test('who asked to be called back is named, whatever else they refused', () => {
  const events = webhookEvents({ kind: 'callBackPromised', callId: 'c1', known })
  expect(events).toEqual([
    ['callback.promised', { name: 'Zoé Martin', phone, topic: 'internet', symptom: 'slow' }],
  ])
})
