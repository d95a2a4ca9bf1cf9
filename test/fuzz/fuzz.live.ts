// The short form of `bun run fuzz`.

import { expect, test } from 'bun:test'
import { findings, fuzz } from './run.ts'

test('twelve hundred streams do a live server and five good calls beside them no harm', async () => {
  const report = await fuzz({
    seed: 3,
    streams: 1_200,
    seconds: 20,
    goodCalls: 5,
    peers: 16,
    records: true,
  })
  expect(findings(report, 5)).toEqual([])
  expect(report.attack.sent).toBe(1_200)
  // Proof that the streams came as far as calls.
  expect(report.counters.audiosocket_calls_total).toBeGreaterThan(300)
  expect(report.good.frames).toBeGreaterThan(300)
}, 40_000)
