// What the days are counted by, at the end of calls.

import { expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { noTroubles } from '../../src/call/reply/troubles.ts'
import { createDayMetrics, type EndedDay } from '../../src/calls/day-metrics.ts'
import { CallLab } from '../support/lab/call-lab.ts'

const names = { topics: ['internet'], steps: ['restart', 'cables'] }

function days() {
  const metrics = new Metrics()
  const counted = createDayMetrics(metrics, () => names)
  const call: EndedDay = {
    outcome: 'goodbye',
    known: { topic: 'internet', stepsDone: ['cables', 'restart'], callBack: false },
    troubles: noTroubles,
    states: ['solution', 'verification', 'goodbye'],
    handOverLine: undefined,
  }
  const ended = (change: Partial<EndedDay>) => counted.ended({ ...call, ...change })
  const known = (change: Partial<EndedDay['known']>) => ended({ known: { ...call.known, ...change } })
  /** The samples that are not 0: `name value label`. */
  const counts = () =>
    metrics
      .snapshot()
      .filter((sample) => sample.kind === 'counter' && sample.value > 0)
      .map((sample) => `${sample.name} ${Object.values(sample.labels).join(' ')}`)
  return { metrics, ended, known, counts }
}

test('every name of the desk is there before the first call', () => {
  const { metrics, counts } = days()
  expect(counts()).toEqual([])
  const labels = metrics.snapshot().map((sample) => Object.values(sample.labels).join(' '))
  for (const label of ['internet goodbye', 'none hangup', 'other lost', 'restart', 'notUnderstood'])
    expect(labels).toContain(label)
})

test('a call that ended well counts for its last step', () => {
  const { ended, counts } = days()
  ended({})
  expect(counts()).toEqual(['topic_calls_total internet goodbye', 'step_helped_total restart'])
})

test('no step helped where a call-back was promised, or the call ended before the question', () => {
  const { ended, known, counts } = days()
  known({ callBack: true })
  ended({ states: ['solution', 'goodbye'] })
  expect(counts()).toEqual(['call_backs_total ', 'topic_calls_total internet goodbye'])
})

test('a name that no desk has is counted as other', () => {
  const { known, counts } = days()
  known({ topic: 'x'.repeat(500), stepsDone: ['y'] })
  expect(counts()).toEqual(['topic_calls_total other goodbye', 'step_helped_total other'])
})

test.each([
  ['transfer', 'asked'],
  ['no_match_human', 'notUnderstood'],
  ['technician_found', 'problem'],
] as const)('a call handed over with the line %s counts as %s', (handOverLine, reason) => {
  const { ended, counts } = days()
  ended({ outcome: 'transfer', handOverLine })
  expect(counts()).toContain(`transfers_total ${reason}`)
})

test('turns that went wrong are added up', () => {
  const { metrics, ended } = days()
  ended({ troubles: { notUnderstood: 3, silences: 2, complaints: 1, stuck: 1 } })
  const value = (name: string) => metrics.counter(name, '').value
  expect(['turns_not_understood_total', 'turns_silent_total', 'turns_angry_total'].map(value)).toEqual([
    3, 2, 1,
  ])
})

test('a whole call of a caller who asks for a person', async () => {
  const seen: EndedDay[] = []
  const lab = new CallLab({ days: { ended: (call) => seen.push(call) } })
  await lab.untilQuiet()
  await lab.says('je veux parler à un conseiller')
  await lab.run(30_000)
  expect(seen).toMatchObject([{ outcome: 'transfer', handOverLine: 'transfer', known: { topic: null } }])
})
