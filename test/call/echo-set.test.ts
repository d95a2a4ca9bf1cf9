// A sample of the labelled echo sets, one track in each room; `echo-set.live.ts` plays all of them.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { Detector } from '../../src/audio/detector.ts'
import { bargeInDefaults } from '../../src/call/agent/bargein.ts'
import { echoSet, heldOutEcho, tunedEcho } from './echo-set.ts'
import { hearEcho, plainEar } from './hear-echo.ts'
import { InlineJudge } from './inline-judge.ts'

setDefaultTimeout(60_000)

const { confirmMs } = bargeInDefaults

test.each([tunedEcho, heldOutEcho])(
  'a detector alone lets the echo of -6 dB interrupt the agent: $name',
  (cast) => {
    const some = { ...cast, delaysMs: cast.delaysMs.slice(1, 2) }
    const rows = { 'echo -6 dB': { echoDb: -6 }, 'caller -20 dB over it': { echoDb: -6, callerDb: -20 } }
    const [alone, over] = hearEcho(
      echoSet(some, rows, 1),
      () => plainEar(new Detector(new InlineJudge()), confirmMs),
      confirmMs,
    )
    expect(alone!.false).toBeGreaterThan(0)
    expect(over!.early).toBeGreaterThan(0)
  },
)
