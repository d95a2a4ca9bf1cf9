// How soon the agent makes room for a caller, over the whole labelled barge-in sets; see hear-yield.ts for what counts.

import { expect, test } from 'bun:test'
import { Detector } from '../../src/audio/detector.ts'
import { bargeInDefaults } from '../../src/call/agent/bargein.ts'
import { bargeInSet, type Cast, heldOutCast, tunedCast } from './bargein-set.ts'
import { at, yieldOf } from './hear-yield.ts'
import { InlineJudge } from './inline-judge.ts'

const timeoutMs = 240_000
const casts: [string, Cast][] = [
  ['the voices it was tuned on', tunedCast],
  ['voices it was not tuned on', heldOutCast],
]
const never = Number.POSITIVE_INFINITY

test.each(casts)(
  'the agent is 12 dB lower within 220 ms and silent within 400, in 95 of 100 interruptions: %s',
  (_, cast) => {
    const all = Array.from(bargeInSet(cast), (item) =>
      yieldOf(item, new Detector(new InlineJudge()), bargeInDefaults.confirmMs),
    )
    expect(all.filter(({ isExact }) => !isExact)).toEqual([])
    const callers = all.filter(({ isSpeech }) => isSpeech)
    const others = all.filter(({ isSpeech }) => !isSpeech)
    expect(callers.length).toBeGreaterThanOrEqual(100)
    expect(others.length).toBeGreaterThanOrEqual(100)
    const low = callers.map(({ lowMs }) => lowMs ?? never)
    const silent = callers.map(({ silentMs }) => silentMs ?? never)
    console.log({
      lowMs: [at(low, 0.5), at(low, 0.95), at(low, 1)],
      silentMs: [at(silent, 0.5), at(silent, 0.95), at(silent, 1)],
      lowForNothing: others.filter(({ lowMs }) => lowMs !== undefined).map(({ row }) => row),
      silentForNothing: others.filter(({ silentMs }) => silentMs !== undefined).map(({ row }) => row),
    })
    expect(at(low, 0.95)).toBeLessThanOrEqual(220)
    expect(at(silent, 0.5)).toBeLessThanOrEqual(300)
    expect(at(silent, 0.95)).toBeLessThanOrEqual(400)
    // Voices behind a silent caller and music make him wait for nothing, and then he goes on. Nothing else does.
    const waits = others.filter(({ silentMs }) => silentMs !== undefined)
    expect(waits.length / others.length).toBeLessThanOrEqual(0.04)
    // 700 ms, and 160 after the voice; a second voice may make him wait again.
    expect(Math.max(...waits.map(({ silentFrames }) => silentFrames * 20))).toBeLessThanOrEqual(2_000)
    expect(waits.filter(({ row }) => !/^(babble|music)/.test(row))).toEqual([])
  },
  timeoutMs,
)
