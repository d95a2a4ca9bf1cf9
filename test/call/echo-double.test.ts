// Five seconds in which caller and agent speak at once: the canceller learns nothing wrong from the caller's voice, and
// goes on knowing the echo.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { Detector } from '../../src/audio/detector.ts'
import { EchoCancellers } from '../../src/audio/echo.ts'
import { levelDb } from '../../src/audio/pcm.ts'
import { bargeInDefaults } from '../../src/call/agent/bargein.ts'
import { doubleRows } from './echo-rows.ts'
import { type EchoItem, echoSet, tunedEcho } from './echo-set.ts'
import { cancelledEar } from './hear-echo.ts'
import { InlineJudge } from './inline-judge.ts'

setDefaultTimeout(60_000)

const cancellers = new EchoCancellers(1)
const cast = { ...tunedEcho, delaysMs: [200] }

/** @returns by how much the echo is lower in the second after the talk, in dB, and what became of the call meanwhile */
function hear(item: EchoItem, fromMs: number, toMs: number) {
  const canceller = cancellers.open()!
  const ear = cancelledEar(canceller, new Detector(new InlineJudge()), bargeInDefaults.confirmMs)
  const out = new Int16Array(item.near.length)
  let unknownMs = 0
  for (let at = 0; at + 160 <= out.length; at += 160) {
    const sound = ear.hear(item.near.subarray(at, at + 160), item.far.subarray(at, at + 160), at / 8)
    if (sound) out.set(sound, at)
    if (at / 8 >= fromMs && canceller.state !== 'cancelled') unknownMs += 20
  }
  canceller.close()
  const after = (sound: Int16Array) => levelDb(sound.subarray((toMs + 100) * 8, (toMs + 1_100) * 8))
  return { lossDb: after(item.near) - after(out), unknownMs, hasCut: ear.hasCut }
}

test.each(Object.entries(doubleRows))('%s: he is heard, and the echo stays lowered', (title, row) => {
  const alone = [...echoSet(cast, { [title]: { ...row, callerDb: undefined } }, 1)]
  for (const [n, item] of [...echoSet(cast, { [title]: row }, 1)].entries()) {
    const { fromMs, toMs } = item.speech!
    const before = hear(alone[n]!, fromMs, toMs)
    const { lossDb, unknownMs, hasCut } = hear(item, fromMs, toMs)
    expect({ hasCut, unknownMs }).toEqual({ hasCut: true, unknownMs: 0 })
    expect(before.lossDb).toBeGreaterThan(15)
    expect(lossDb).toBeGreaterThan(before.lossDb - 3)
  }
})
