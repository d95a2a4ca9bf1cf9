// The whole labelled echo sets; `echo-set.test.ts` plays a sample. Codec rows need ffmpeg with libopus and libgsm.

import { expect, test } from 'bun:test'
import { Detector } from '../../src/audio/detector.ts'
import { EchoCancellers } from '../../src/audio/echo.ts'
import { bargeInDefaults } from '../../src/call/agent/bargein.ts'
import { aloneRows, callerRows, movedRows, noEchoRows, softRows } from './echo-rows.ts'
import { type EchoCast, type EchoRow, echoSet, secondEcho, tunedEcho } from './echo-set.ts'
import { cancelledEar, type EchoResult, hearEcho, printed } from './hear-echo.ts'
import { InlineJudge } from './inline-judge.ts'

const { confirmMs } = bargeInDefaults
/** Three minutes of computing on an idle core for the longest. */
const timeoutMs = 600_000
const cancellers = new EchoCancellers(2)
const sum = (results: EchoResult[], of: (result: EchoResult) => number) =>
  results.reduce((total, result) => total + of(result), 0)

function hear(rows: Readonly<Record<string, EchoRow>>, cast: EchoCast = tunedEcho): EchoResult[] {
  let before: { close(): void } | undefined
  const open = () => {
    before?.close()
    const canceller = cancellers.open()!
    before = canceller
    return cancelledEar(canceller, new Detector(new InlineJudge()), confirmMs)
  }
  const results = hearEcho(echoSet(cast, rows, 1), open, confirmMs)
  before?.close()
  for (const result of results) console.log(printed(result))
  return results
}

test(
  'of 126 agents alone at most 1 % are interrupted by their echo, which is 15 dB lower from second 3 on',
  () => {
    const results = hear(aloneRows)
    expect(sum(results, ({ items }) => items)).toBe(126)
    expect(sum(results, (result) => result.false)).toBeLessThanOrEqual(1)
    const loud = results.filter(({ row }) => /-(6|12) dB$/.test(row) && !row.includes('lost'))
    for (const { row, lossDb } of loud) {
      const least = row.includes('ppm') ? 10 : 15
      expect(lossDb.sort((a, b) => a - b)[lossDb.length >> 1]).toBeGreaterThanOrEqual(least)
    }
  },
  timeoutMs,
)

test(
  'of 126 callers over an echo at most 1 % cut early and 2 % are missed',
  () => {
    const results = hear(callerRows)
    expect(sum(results, ({ items }) => items)).toBe(126)
    expect(sum(results, ({ early }) => early)).toBeLessThanOrEqual(1)
    expect(sum(results, ({ missed }) => missed)).toBeLessThanOrEqual(2)
  },
  timeoutMs,
)

test.each([tunedEcho, secondEcho])(
  'callers as soft as the echo are missed in less than a fifth, and none cuts early: $name',
  (cast) => {
    const [soft] = hear(softRows, cast)
    expect(soft!.early).toBe(0)
    expect(soft!.missed / soft!.items).toBeLessThan(11 / 54)
  },
  timeoutMs,
)

test(
  'without an echo callers are heard at the same time as without the canceller',
  () => {
    const plain = hearEcho(
      echoSet(tunedEcho, noEchoRows, 1),
      () => cancelledEar(undefined, new Detector(new InlineJudge()), confirmMs),
      confirmMs,
    )
    expect(hear(noEchoRows)).toEqual(plain)
  },
  timeoutMs,
)

test(
  'an echo that moves by 150 ms interrupts at most one agent in nine',
  () => {
    expect(hear(movedRows)[0]!.false).toBeLessThanOrEqual(1)
  },
  timeoutMs,
)
