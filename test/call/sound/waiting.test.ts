// What the caller hears while nobody speaks.

import { describe, expect, test } from 'bun:test'
import { levelDb } from '../../../src/audio/pcm.ts'
import { musicLoop, noiseDb, noiseLoop } from '../../../src/audio/waiting-loops.ts'
import { Downlink } from '../../../src/call/sound/downlink.ts'
import { type WaitingKind, WaitingSound } from '../../../src/call/sound/waiting.ts'
import { CallLab } from '../../support/lab/call-lab.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

const sine = (hz: number, samples: number, peak: number) =>
  Int16Array.from({ length: samples }, (_, i) => peak * Math.sin((2 * Math.PI * hz * i) / 8_000))
/** The largest step from one sample to the next. */
const largestStep = (samples: Int16Array) =>
  samples.reduce((most, one, i) => (i === 0 ? 0 : Math.max(most, Math.abs(one - samples[i - 1]!))), 0)
const twice = (loop: Int16Array) => Int16Array.from([...loop, ...loop])

describe('the noise', () => {
  const loop = noiseLoop()

  test('is soft, of whole frames, and even over its length', () => {
    expect(loop.length % 160).toBe(0)
    expect(levelDb(loop)).toBeCloseTo(noiseDb, 1)
    for (let at = 0; at < loop.length; at += 4_000)
      expect(Math.abs(levelDb(loop.subarray(at, at + 4_000)) - noiseDb)).toBeLessThan(1.5)
  })

  test('has no joint, and more of the low frequencies', () => {
    const joint = twice(loop).subarray(loop.length - 40, loop.length + 40)
    expect(largestStep(joint)).toBeLessThanOrEqual(largestStep(loop))
    const steps = loop.map((one, i) => one - (loop[i - 1] ?? 0))
    // White noise has steps 3 dB above its level.
    expect(levelDb(steps)).toBeLessThan(noiseDb)
  })
})

describe('the music', () => {
  test('gets the level that is wanted, and a joint without a click', () => {
    // Its end does not fit its beginning.
    const loop = musicLoop(sine(440, 20_037, 12_000), -30)!
    expect(loop.length % 160).toBe(0)
    expect(levelDb(loop)).toBeCloseTo(-30, 1)
    const joint = twice(loop).subarray(loop.length - 40, loop.length + 40)
    expect(largestStep(joint)).toBeLessThanOrEqual(largestStep(loop.subarray(2_000, 4_000)) + 1)
  })

  test('is refused when it is too short or silent', () => {
    expect(musicLoop(sine(440, 3_000, 12_000), -30)).toBeUndefined()
    expect(musicLoop(new Int16Array(20_000), -30)).toBeUndefined()
  })
})

describe('the downlink', () => {
  function downlink() {
    let speech: number | undefined
    let wanted: WaitingKind | undefined = 'noise'
    const sent: Int16Array[] = []
    const farEnd: boolean[] = []
    const recorded: boolean[] = []
    const loops = { noise: new Int16Array(480).fill(100), music: new Int16Array(320).fill(3_000) }
    const line = new Downlink({
      clock: new FakeClock(),
      connection: {
        sendFrame: (frame) => sent.push(frame.slice()),
        sendSilence: () => sent.push(new Int16Array(160)),
      },
      next(frame) {
        if (speech === undefined) return false
        frame.fill(speech)
        return true
      },
      recorder: { agent: (frame) => recorded.push(frame !== null) },
      echo: { sent: (frame) => farEnd.push(frame !== null) },
      waiting: { sound: new WaitingSound(loops), wanted: () => wanted },
    })
    let nowMs = 0
    const tick = (count = 1) => {
      for (let i = 0; i < count; i++) {
        nowMs += 20
        line.beforeTick(nowMs)
        line.tick()
        line.afterTick(nowMs)
      }
      return sent.at(-1)!
    }
    return {
      ...{ tick, sent, farEnd, recorded },
      says: (value: number | undefined) => {
        speech = value
      },
      wants: (kind: WaitingKind | undefined) => {
        wanted = kind
      },
      whole: () => Int16Array.from(sent.flatMap((frame) => [...frame])),
    }
  }

  test('fills silence with noise that fades in, and keeps it from record and echo canceller', () => {
    const { tick, whole, farEnd, recorded } = downlink()
    expect(tick(12)[159]).toBe(100)
    expect(largestStep(whole())).toBeLessThanOrEqual(1)
    expect([...farEnd, ...recorded]).not.toContain(true)
  })

  test('gives music to the echo canceller, and not to the record', () => {
    const { tick, wants, farEnd, recorded } = downlink()
    wants('music')
    expect(tick(12)[0]).toBe(3_000)
    expect(farEnd).not.toContain(false)
    expect(recorded).not.toContain(true)
  })

  test('falls silent within a frame when the caller speaks, without a click', () => {
    const { tick, wants, whole, sent } = downlink()
    wants('music')
    tick(12)
    wants(undefined)
    expect(tick()[159]).toBe(0)
    expect(tick().every((sample) => sample === 0)).toBe(true)
    expect(largestStep(whole())).toBeLessThanOrEqual(20)
    expect(sent).toHaveLength(14)
  })

  test('lets the first frame of speech take over the end of the music', () => {
    const { tick, wants, says, whole } = downlink()
    wants('music')
    tick(12)
    says(0)
    expect(tick()[0]).toBeGreaterThan(2_900)
    expect(tick()[0]).toBe(0)
    expect(largestStep(whole())).toBeLessThanOrEqual(20)
  })

  test('goes from music to noise through silence', () => {
    const { tick, wants, whole } = downlink()
    wants('music')
    tick(12)
    wants('noise')
    expect(tick(12)[0]).toBeLessThan(110)
    expect(largestStep(whole())).toBeLessThanOrEqual(20)
  })
})

describe('a call', () => {
  const loops = { noise: new Int16Array(1_600).fill(100), music: new Int16Array(1_600).fill(400) }
  /** The lab's phrases are 1 000 at each sample. */
  const heard = (lab: CallLab, from: number) => new Set(lab.connection.audibleSamples.slice(from))

  test('has noise between phrases, and none while the caller speaks', async () => {
    const lab = new CallLab({ session: { waitingLoops: loops } })
    await lab.untilQuiet()
    await lab.run(1_000)
    expect(lab.connection.audibleSamples.at(-1)).toBe(100)
    await lab.mumbles(200)
    const before = lab.connection.audibleSamples.length
    await lab.mumbles(400)
    expect(lab.connection.audibleSamples.length).toBe(before)
  })

  test('has music while a technician is looked for, until the answer', async () => {
    const found = Promise.withResolvers<{ available: boolean }>()
    let asked = false
    const technicians = () => {
      asked = true
      return found.promise
    }
    const lab = new CallLab({ hearsWords: false, session: { waitingLoops: loops, technicians } })
    await lab.untilQuiet()
    for (const keys of ['1', '0612345678', '1', '1'] as Iterable<'1'>[]) {
      for (const key of keys) lab.key(key)
      await lab.untilQuiet()
    }
    // No step helps.
    for (let i = 0; i < 1_200 && !asked; i++) {
      if (lab.info?.phase === 'listening') lab.key('2')
      await lab.run(100)
    }
    expect(asked).toBe(true)
    const from = lab.connection.audibleSamples.length
    await lab.run(7_500)
    expect([...heard(lab, from)]).toContain(400)
    found.resolve({ available: true })
    await lab.run(200)
    const after = lab.connection.audibleSamples.length
    await lab.run(3_000)
    expect([...heard(lab, after)]).not.toContain(400)
  })
})
