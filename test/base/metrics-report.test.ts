import { expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { addChanges, MetricsReport } from '../../src/base/metrics-report.ts'

test('what another thread counted is added once, and a thread that begins at 0 takes nothing away', () => {
  const ours = new Metrics()
  const values = () =>
    Object.fromEntries(
      ours
        .snapshot()
        .map((one) => [one.name, one.kind === 'histogram' ? [...one.counts, one.sum] : one.value]),
    )
  const count = (metrics: Metrics, add: number) => {
    metrics.counter('lost', 'Lost', { adapter: 'a' }).add(add)
    metrics.gauge('state', 'State').value = add
    const times = metrics.histogram('ms', 'Time', [10, 20])
    for (let i = 0; i < add; i++) times.observe(15)
  }
  const theirs = new Metrics()
  const report = new MetricsReport(theirs)
  count(theirs, 0)
  addChanges(ours, structuredClone(report.changes()))
  expect(values()).toEqual({ lost: 0, state: 0, ms: [0, 0, 0, 0] })
  expect(report.changes()).toEqual([])
  count(theirs, 2)
  addChanges(ours, structuredClone(report.changes()))
  count(theirs, 1)
  addChanges(ours, structuredClone(report.changes()))
  expect(values()).toEqual({ lost: 3, state: 1, ms: [0, 3, 0, 45] })
  const next = new Metrics()
  count(next, 0)
  addChanges(ours, new MetricsReport(next).changes())
  expect(values()).toEqual({ lost: 3, state: 0, ms: [0, 3, 0, 45] })
})
