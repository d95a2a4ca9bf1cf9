// Storms over all clouds at once (storm.ts), forty calls each: how each call ends. `storm.live.ts` has two hundred
// calls each.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { storm } from './storm.ts'

setDefaultTimeout(60_000)

/** `lost` would be a connection that broke, `busy` a call that was not taken; a storm of the clouds is neither. */
const proper = ['goodbye', 'transfer', 'hangup', 'error']

describe('a storm over all clouds at once', () => {
  test.each([
    ['now and then', 3, 1],
    ['often', 15, 2],
    ['always', 100, 3],
  ])(
    'that strikes %s leaves forty calls with a proper end each',
    async (_title, faultPercent, seed) => {
      const report = await storm({ seed, calls: 40, faultPercent })
      expect(report.errors).toEqual([])
      expect(Object.keys(report.outcomes).filter((outcome) => !proper.includes(outcome))).toEqual([])
      expect([report.endless, report.left, report.nextSteps]).toEqual([0, 0, 40])
      expect(report.wrongFrames).toBe(0)
      // Proof that it stormed, and that the calls were conversations.
      expect(Object.keys(report.faults).length).toBeGreaterThan(4)
      expect(report.minutes).toBeGreaterThan(2)
    },
    60_000,
  )
})
