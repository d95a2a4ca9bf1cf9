// A thread of its own for some rows of an echo set, so that the sets use all cores of a machine.

import { Detector } from '../../src/audio/detector.ts'
import { EchoCancellers } from '../../src/audio/echo.ts'
import { bargeInDefaults } from '../../src/call/agent/bargein.ts'
import * as rowSets from './echo-rows.ts'
import { echoSet, secondEcho, tunedEcho } from './echo-set.ts'
import { cancelledEar, type EchoResult, hearEcho } from './hear-echo.ts'
import { InlineJudge } from './inline-judge.ts'

export type WantedRows = {
  rows: keyof typeof rowSets
  cast: 'tuned' | 'second'
  /** Whether the canceller is used. */
  cancels: boolean
}

const { confirmMs } = bargeInDefaults
const casts = { tuned: tunedEcho, second: secondEcho }

function hear({ rows, cast, cancels }: WantedRows): EchoResult[] {
  const cancellers = new EchoCancellers(1)
  let before: { close(): void } | undefined
  const open = () => {
    before?.close()
    const canceller = cancels ? cancellers.open()! : undefined
    before = canceller
    return cancelledEar(canceller, new Detector(new InlineJudge()), confirmMs)
  }
  return hearEcho(echoSet(casts[cast], rowSets[rows], 1), open, confirmMs)
}

declare const self: Worker
self.onmessage = ({ data }: MessageEvent<WantedRows>) => self.postMessage(hear(data))
