// A sample of the labelled barge-in sets: every tenth item. `bargein-set.live.ts` plays all of them.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { Detector } from '../../src/audio/detector.ts'
import { Vad } from '../../src/audio/vad.ts'
import { bargeInDefaults } from '../../src/call/agent/bargein.ts'
import { bargeInSet, type Cast, heldOutCast, tunedCast } from './bargein-set.ts'
import { hearSet, type Row } from './hear-item.ts'
import { InlineJudge } from './inline-judge.ts'

setDefaultTimeout(60_000)

const { confirmMs } = bargeInDefaults
const every = 10
/** A sample is one and a half minutes of audio: about a second of computing on an idle core. */
const timeoutMs = 120_000
const sum = (rows: readonly Row[], of: (row: Row) => number) =>
  rows.reduce((total, row) => total + of(row), 0)
const isOther = (row: Row) => !row.row.startsWith('speech')

const casts: [string, Cast][] = [
  ['the voices it was tuned on', tunedCast],
  ['voices it was not tuned on', heldOutCast],
]

test.each(casts)(
  'in a tenth of the set no barge-in is missed, and no key, tone, noise or echo cuts the agent: %s',
  (_, cast) => {
    const rows = hearSet(bargeInSet(cast, every), () => new Detector(new InlineJudge()), confirmMs)
    const callers = rows.filter((row) => !isOther(row))
    const others = rows.filter(isOther)
    expect(sum(callers, (row) => row.items)).toBeGreaterThanOrEqual(10)
    expect(sum(others, (row) => row.items)).toBeGreaterThanOrEqual(10)
    expect(callers.filter((row) => row.missed > 0)).toEqual([])
    // At most 2 % of the whole set may be false, all of it music or coughs; a tenth is too little to count them.
    const never = others.filter((row) => !['music', 'coughs and breath'].includes(row.row))
    expect(never.filter((row) => row.false > 0)).toEqual([])
    const delaysMs = callers.flatMap((row) => row.delaysMs).sort((a, b) => a - b)
    expect(delaysMs.length).toBeGreaterThanOrEqual(sum(callers, (row) => row.items) - 1)
    expect(delaysMs[Math.floor(delaysMs.length * 0.5)]).toBeLessThanOrEqual(confirmMs + 20)
  },
  timeoutMs,
)

test(
  'the energy gate alone cuts the agent falsely in the same tenth',
  () => {
    const rows = hearSet(bargeInSet(tunedCast, every), () => new Vad(), confirmMs)
    expect(sum(rows, (row) => row.false)).toBeGreaterThan(0)
  },
  timeoutMs,
)
