// The whole labelled barge-in sets: half an hour of audio. `bargein-set.test.ts` plays a tenth of it.

import { expect, test } from 'bun:test'
import { Detector } from '../../src/audio/detector.ts'
import { Vad } from '../../src/audio/vad.ts'
import { bargeInDefaults } from '../../src/call/agent/bargein.ts'
import { bargeInSet, type Cast, heldOutCast, tunedCast } from './bargein-set.ts'
import { hearSet, type Row } from './hear-item.ts'
import { InlineJudge } from './inline-judge.ts'

const { confirmMs } = bargeInDefaults
/** A set is a quarter of an hour of audio: 4 s of computing on an idle core. */
const timeoutMs = 60_000
const sum = (rows: readonly Row[], of: (row: Row) => number) =>
  rows.reduce((total, row) => total + of(row), 0)
const isOther = (row: Row) => !row.row.startsWith('speech')

const casts: [string, Cast][] = [
  ['the voices it was tuned on', tunedCast],
  ['voices it was not tuned on', heldOutCast],
]

test.each(casts)(
  'no barge-in is missed and at most 2 %% are false: %s',
  (_, cast) => {
    const rows = hearSet(bargeInSet(cast), () => new Detector(new InlineJudge()), confirmMs)
    const callers = rows.filter((row) => !isOther(row))
    const others = rows.filter(isOther)
    expect(sum(callers, (row) => row.items)).toBeGreaterThanOrEqual(100)
    expect(sum(others, (row) => row.items)).toBeGreaterThanOrEqual(100)
    expect(callers.filter((row) => row.missed > 0)).toEqual([])
    expect(sum(others, (row) => row.false) / sum(others, (row) => row.items)).toBeLessThanOrEqual(0.02)
    // Keys, tones, noise, clicks, the agent's echo and voices behind a silent caller: none at all.
    const never = others.filter((row) => !['music', 'coughs and breath'].includes(row.row))
    expect(never.filter((row) => row.false > 0)).toEqual([])
    const delaysMs = callers.flatMap((row) => row.delaysMs).sort((a, b) => a - b)
    expect(delaysMs.length).toBeGreaterThanOrEqual(sum(callers, (row) => row.items) - 1)
    expect(delaysMs[Math.floor(delaysMs.length * 0.5)]).toBeLessThanOrEqual(confirmMs + 20)
    expect(delaysMs[Math.floor(delaysMs.length * 0.9)]).toBeLessThanOrEqual(confirmMs + 80)
  },
  timeoutMs,
)

test(
  'the set is hard enough that the energy gate alone fails it',
  () => {
    const rows = hearSet(bargeInSet(tunedCast), () => new Vad(), confirmMs)
    expect(sum(rows, (row) => row.missed)).toBeGreaterThan(5)
    expect(sum(rows, (row) => row.false)).toBeGreaterThan(10)
  },
  timeoutMs,
)
