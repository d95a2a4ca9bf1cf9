// What calls report for the operator's own system, when they have several parts.

import { expect, test } from 'bun:test'
import { unannounced } from '../../src/calls/call-start.ts'
import type { CallReport } from '../../src/calls/report.ts'
import type { Known } from '../../src/dialogue/types.ts'
import { CallLab, LabConnection } from '../support/lab/call-lab.ts'

const known: Known = {
  ...{ name: null, phone: '0612345678', topic: null, symptom: null },
  ...{ stepsDone: [], tried: [], callBack: true, notes: [] },
}

test('a call that comes back says so, and its call-back is not promised again', async () => {
  const reports: CallReport[] = []
  const lab = new CallLab({ hearsWords: false, report: (report) => void reports.push(report) })
  const connection = new LabConnection('back', lab.clock, lab.clock.now())
  const earlier = { known, language: 'fr', choice: 'declined', noticeHeard: true } as const
  lab.registry.offer(connection, unannounced('fr', 'desk'), earlier)
  await lab.run(1_000)
  connection.destroy('gone')
  lab.hangUp()
  const facts = reports.map(({ kind, callId, ...rest }) => [
    ...[callId, kind],
    'resumed' in rest && rest.resumed,
    'choice' in rest && rest.choice,
  ])
  const first = lab.connection.callId
  expect(facts).toEqual([
    [first, 'started', false, null],
    ['back', 'started', true, 'declined'],
    ['back', 'ended', false, false],
    [first, 'ended', false, false],
  ])
})

test.each([true, false])('the end of a call is told by the machine that has it: %p', async (isOurs) => {
  const told: string[] = []
  const lab = new CallLab({
    ...{ hearsWords: false, report: ({ kind }) => void told.push(kind) },
    days: { ended: ({ outcome }) => void told.push(outcome) },
    sharing: {
      ...{ begin() {}, progressed() {}, mayReturn() {}, isTaken: () => false },
      end: async () => isOurs,
    },
  })
  await lab.run(1_000)
  lab.hangUp()
  expect([told, lab.registry.liveCalls]).toEqual([['started'], 0])
  await lab.registry.empty()
  expect(told).toEqual(isOurs ? ['started', 'hangup', 'ended'] : ['started'])
})
