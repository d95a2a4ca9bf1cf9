import { expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { amplitudeOf, frameMs, frameSamples, levelDb, toSample } from '../../src/audio/pcm.ts'
import { Vad } from '../../src/audio/vad.ts'
import { readWav } from '../../src/audio/wav.ts'

setDefaultTimeout(60_000)

const rateHz = 8_000
const names = ['hello', 'internet', 'yes', 'no', 'number'] as const

/** White noise, the same each time, of RMS 1. */
function noise(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
  return () => uniform() + uniform() + uniform()
}

/** A voice-coloured noise, as of a car or a ventilator: each sample leans on the one before. */
function rumble(seed: number): () => number {
  const white = noise(seed)
  let last = 0
  return () => {
    last = 0.9 * last + white()
    return last * Math.sqrt(1 - 0.81)
  }
}

function utterance(name: string, db: number): Float64Array {
  const wav = readWav(readFileSync(new URL(`../fixtures/audio/utterance-${name}.wav`, import.meta.url)))
  const gain = amplitudeOf(db) / amplitudeOf(levelDb(wav.samples))
  return Float64Array.from(wav.samples, (sample) => sample * gain)
}

type Part = { fromMs: number; toMs: number }
type Scene = { samples: Int16Array; utterances: Part[] }

/** Five utterances at `db`, 1 s apart after a first second of background. */
function talk(db: number, background: () => number): Scene {
  const gapMs = 1_000
  const utterances: Part[] = []
  const spoken: number[] = []
  for (const name of names) {
    for (let i = 0; i < (gapMs * rateHz) / 1_000; i++) spoken.push(0)
    const fromMs = (spoken.length * 1_000) / rateHz
    for (const value of utterance(name, db)) spoken.push(value)
    utterances.push({ fromMs, toMs: (spoken.length * 1_000) / rateHz })
  }
  for (let i = 0; i < gapMs * 8; i++) spoken.push(0)
  return { samples: Int16Array.from(spoken, (value) => toSample(value + background())), utterances }
}

function scene(seconds: number, value: (i: number) => number): Scene {
  return {
    samples: Int16Array.from({ length: seconds * rateHz }, (_, i) => toSample(value(i))),
    utterances: [],
  }
}

type Heard = { missed: number; onsetMs: number; falsePercent: number; coveredPercent: number }

/** What the detector made of a scene; false frames are those 300 ms (hang-over) and more away from any utterance. */
function hear({ samples, utterances }: Scene, agentSpeaks = false): Heard {
  const vad = new Vad()
  const onsets = utterances.map(() => Number.POSITIVE_INFINITY)
  let falseFrames = 0
  let quietFrames = 0
  let covered = 0
  let spoken = 0
  for (let at = 0; at + frameSamples <= samples.length; at += frameSamples) {
    const speech = vad.push(samples.subarray(at, at + frameSamples), agentSpeaks) === 'speech'
    const endMs = ((at + frameSamples) * 1_000) / rateHz
    const index = utterances.findIndex((part) => endMs > part.fromMs && endMs - frameMs < part.toMs + 300)
    if (index < 0) {
      quietFrames++
      if (speech) falseFrames++
      continue
    }
    const part = utterances[index]!
    if (speech) onsets[index] = Math.min(onsets[index]!, endMs - part.fromMs)
    if (endMs <= part.toMs && endMs > part.fromMs + 120) {
      spoken++
      if (speech) covered++
    }
  }
  return {
    missed: onsets.filter((ms) => ms === Number.POSITIVE_INFINITY).length,
    onsetMs: Math.max(0, ...onsets),
    falsePercent: (100 * falseFrames) / Math.max(1, quietFrames),
    coveredPercent: (100 * covered) / Math.max(1, spoken),
  }
}

/** What G.711 leaves of a scene: 14-bit steps of a logarithmic scale, as a trunk delivers it. */
function muLaw({ samples, utterances }: Scene): Scene {
  const coded = samples.map((sample) => {
    const biased = Math.min(Math.abs(sample), 32_635) + 132
    const exponent = Math.floor(Math.log2(biased)) - 7
    const mantissa = (biased >> (exponent + 3)) & 15
    return Math.sign(sample) * ((((mantissa << 3) + 132) << exponent) - 132)
  })
  return { samples: coded, utterances }
}

const at = (db: number, source: () => number) => () => amplitudeOf(db) * source()

const speech: [string, Scene][] = [
  ['-12 dB, line at -60', talk(-12, at(-60, noise(1)))],
  ['-20 dB, line at -55', talk(-20, at(-55, noise(2)))],
  ['-30 dB, line at -60', talk(-30, at(-60, noise(3)))],
  ['-35 dB, line at -55', talk(-35, at(-55, noise(4)))],
  ['-20 dB, digital silence', talk(-20, () => 0)],
  ['-20 dB, white noise 15 dB under it', talk(-20, at(-35, noise(5)))],
  ['-20 dB, white noise 5 dB under it', talk(-20, at(-25, noise(6)))],
  ['-20 dB, rumble 15 dB under it', talk(-20, at(-35, rumble(7)))],
]

test.each([...speech, ...speech.map(([name, scene]): [string, Scene] => [`${name}, µ-law`, muLaw(scene)])])(
  'every utterance is heard within 120 ms: %s',
  (_, scene) => {
    const heard = hear(scene)
    expect(heard.missed).toBe(0)
    // The utterances are cut at -45 dB and begin anywhere in a frame: 120 ms and that part of a frame.
    expect(heard.onsetMs).toBeLessThanOrEqual(122)
    expect(heard.coveredPercent).toBeGreaterThanOrEqual(98)
    expect(heard.falsePercent).toBeLessThanOrEqual(2)
  },
)

test.each([...names])('a call that begins with %s at once is heard within 200 ms', (name) => {
  const words = utterance(name, -20)
  const hiss = at(-55, noise(20))
  const samples = Int16Array.from({ length: words.length + 8_000 }, (_, i) =>
    toSample((words[i] ?? 0) + hiss()),
  )
  const toMs = (words.length * 1_000) / rateHz
  const heard = hear({ samples, utterances: [{ fromMs: 0, toMs }] })
  expect(heard.onsetMs).toBeLessThanOrEqual(200)
  expect(heard.falsePercent).toBe(0)
})

const sine = (hz: number, i: number) => Math.sin((2 * Math.PI * hz * i) / rateHz)
const noise10 = noise(12)
const hush = at(-55, noise(9))
const loudHiss = at(-25, noise10)
const loudRumble = at(-30, rumble(13))
const ringing = (i: number) => i % 40_000 < 12_000
const others: [string, Scene][] = [
  ['white noise from the start, -25 dB', scene(6, at(-25, noise(10)))],
  ['white noise after 3 s, -25 dB', scene(6, (i) => (i < 24_000 ? hush() : loudHiss()))],
  ['rumble from the start, -30 dB', scene(6, at(-30, rumble(11)))],
  ['ring tone 425 Hz, -18 dB', scene(12, (i) => (ringing(i) ? amplitudeOf(-15) * sine(425, i) : 0) + hush())],
  ['busy tone 440 and 480 Hz', scene(6, (i) => amplitudeOf(-15) * (sine(440, i) + sine(480, i)) + hush())],
  ['mains hum 50 Hz, -20 dB', scene(4, (i) => amplitudeOf(-17) * sine(50, i) + hush())],
  ['clicks, 4 a second', scene(6, (i) => (i % 2_000 < 20 ? amplitudeOf(-6) * noise10() : hush()))],
  ['an offset, -12 dB', scene(4, () => amplitudeOf(-12) + hush())],
  ['full-scale square of 8 samples', scene(4, (i) => (i % 8 < 4 ? 32_767 : -32_768))],
  ...['1:697:1209', '5:770:1336', '9:852:1477', '0:941:1336', 'D:941:1633'].map((text): [string, Scene] => {
    const [key, low, high] = text.split(':')
    const tone = (i: number) => amplitudeOf(-14) * (sine(Number(low), i) + sine(Number(high), i))
    return [`DTMF ${key}, 100 ms of 200`, scene(4, (i) => (i % 1_600 < 800 ? tone(i) : 0) + hush())]
  }),
]

test.each([...others, ...others.map(([name, scene]): [string, Scene] => [`${name}, µ-law`, muLaw(scene)])])(
  'not speech: %s',
  (_, scene) => {
    expect(hear(scene).falsePercent).toBeLessThanOrEqual(2)
  },
)

test('rumble that starts during a call counts as speech for at most 600 ms', () => {
  const vad = new Vad()
  const frames = framesOf(scene(6, (i) => (i < 24_000 ? hush() : loudRumble())).samples)
  expect(frames.filter((frame) => vad.push(frame) === 'speech').length * frameMs).toBeLessThanOrEqual(600)
})

test("the agent's echo at -40 dB counts as speech only while the agent is silent", () => {
  const echo = talk(-40, at(-60, noise(14)))
  expect(hear(echo, false).missed).toBe(0)
  expect(hear(echo, true).missed).toBe(names.length)
})

test('a caller at -20 dB is heard over the echo of the agent', () => {
  const caller = talk(-20, at(-60, noise(15)))
  const echo = talk(-40, () => 0).samples.subarray(4_000)
  const samples = caller.samples.map((sample, i) => sample + (echo[i] ?? 0))
  const heard = hear({ ...caller, samples }, true)
  expect(heard.missed).toBe(0)
  expect(heard.onsetMs).toBeLessThanOrEqual(160)
  expect(heard.falsePercent).toBeLessThanOrEqual(2)
})

test('the floor is learnt within 6 frames and after a change of the line within 2 s', () => {
  const vad = new Vad()
  const frames = framesOf(scene(6, (i) => (i < 24_000 ? hush() : loudHiss())).samples)
  for (const frame of frames.slice(0, 6)) vad.push(frame)
  expect(vad.floorDb).toBeCloseTo(-55, -1)
  for (const frame of frames.slice(6, 250)) vad.push(frame)
  expect(Math.abs(vad.floorDb - -25)).toBeLessThan(2)
})

test('speechMs counts frames like speech, and silenceMs the time since', () => {
  const vad = new Vad()
  const words = utterance('yes', -20)
  const samples = Int16Array.from({ length: 16_000 }, (_, i) => toSample((words[i - 8_000] ?? 0) + hush()))
  let longest = 0
  for (const frame of framesOf(samples)) {
    const state = vad.push(frame)
    longest = Math.max(longest, vad.speechMs)
    if (state === 'speech') expect(vad.speechMs).toBeGreaterThanOrEqual(60)
  }
  expect(longest).toBeGreaterThanOrEqual(180)
  expect(longest).toBeLessThanOrEqual(260)
  expect(vad.speechMs).toBe(0)
  expect(vad.silenceMs).toBeGreaterThanOrEqual(700)
})

test('after reset a detector is like new', () => {
  const { samples } = talk(-20, at(-40, noise(16)))
  const states = (vad: Vad) => framesOf(samples).map((frame) => vad.push(frame))
  const used = new Vad()
  states(used)
  used.reset()
  expect(states(used)).toEqual(states(new Vad()))
})

function framesOf(samples: Int16Array): Int16Array[] {
  return Array.from({ length: Math.floor(samples.length / frameSamples) }, (_, i) =>
    samples.subarray(i * frameSamples, (i + 1) * frameSamples),
  )
}
