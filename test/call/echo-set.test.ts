// A sample of the labelled echo sets, one track in each room; `echo-set.live.ts` plays all of them.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { Detector } from '../../src/audio/detector.ts'
import { EchoCancellers } from '../../src/audio/echo.ts'
import { bargeInDefaults } from '../../src/call/agent/bargein.ts'
import { softRows } from './echo-rows.ts'
import { type EchoCast, echoSet, heldOutEcho, secondEcho, tunedEcho } from './echo-set.ts'
import { cancelledEar, hearEcho, plainEar } from './hear-echo.ts'
import { InlineJudge } from './inline-judge.ts'

setDefaultTimeout(60_000)

const { confirmMs } = bargeInDefaults

const rows = { 'echo -6 dB': { echoDb: -6 }, 'caller -20 dB over it': { echoDb: -6, callerDb: -20 } }
const sampleOf = (cast: EchoCast) => echoSet({ ...cast, delaysMs: cast.delaysMs.slice(1, 2) }, rows, 1)

test.each([tunedEcho, heldOutEcho])(
  'a detector alone lets the echo of -6 dB interrupt the agent: $name',
  (cast) => {
    const open = () => plainEar(new Detector(new InlineJudge()), confirmMs)
    const [alone, over] = hearEcho(sampleOf(cast), open, confirmMs)
    expect(alone!.false).toBeGreaterThan(0)
    expect(over!.early).toBeGreaterThan(0)
  },
)

test.each([tunedEcho, heldOutEcho])(
  'behind the canceller nothing but the caller interrupts, and the caller does: $name',
  (cast) => {
    const cancellers = new EchoCancellers(100)
    const open = () => cancelledEar(cancellers.open()!, new Detector(new InlineJudge()), confirmMs)
    const [alone, over] = hearEcho(sampleOf(cast), open, confirmMs)
    expect(alone).toMatchObject({ items: 3, false: 0 })
    expect(over).toMatchObject({ items: 3, early: 0, missed: 0 })
    expect(Math.min(...alone!.lossDb)).toBeGreaterThanOrEqual(15)
  },
)

test('callers as soft as the echo are heard', () => {
  const cancellers = new EchoCancellers(100)
  const open = () => cancelledEar(cancellers.open()!, new Detector(new InlineJudge()), confirmMs)
  const set = echoSet({ ...secondEcho, delaysMs: secondEcho.delaysMs.slice(1, 2) }, softRows, 1)
  expect(hearEcho(set, open, confirmMs)[0]).toMatchObject({ items: 3, early: 0, missed: 0 })
})
