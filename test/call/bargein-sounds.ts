// Sounds of a telephone line that are not voice: keys, tones, coughs and breath, clicks, music; and the tools to make and
// mix them. Computed, identically for the same seed.

import { amplitudeOf, levelDb, rateHz, toSample } from '../../src/audio/pcm.ts'

export type Sound = { name: string; samples: Float64Array }

export const perMs = rateHz / 1_000

/** Uniform random numbers from −1 to 1, the same each time. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

/** White noise of RMS 1. */
export const white = (seed: number) => {
  const next = chance(seed)
  return () => next() + next() + next()
}

export const db = (samples: Float64Array) => levelDb(Int16Array.from(samples, toSample))
export const scaled = (samples: Float64Array, gain: number) => samples.map((value) => value * gain)
export const atDb = (samples: Float64Array, level: number) =>
  scaled(samples, amplitudeOf(level) / amplitudeOf(db(samples)))

export function mix(length: number, ...parts: { samples: Float64Array; atMs: number }[]): Float64Array {
  const out = new Float64Array(length)
  for (const { samples, atMs } of parts) {
    const from = Math.round(atMs * perMs)
    for (let i = 0; i < samples.length && from + i < length; i++) out[from + i]! += samples[i]!
  }
  return out
}

/** A part of a long sound, which is looped. */
export function loop(samples: Float64Array, from: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => samples[(from + i) % samples.length]!)
}

const sine = (hz: number, i: number) => Math.sin((2 * Math.PI * hz * i) / rateHz)
const shape = (ms: number, value: (i: number) => number) =>
  Float64Array.from({ length: ms * perMs }, (_, i) => value(i))

function keys(): Sound[] {
  const lows = [697, 770, 852, 941]
  const highs = [1209, 1336, 1477, 1633]
  const tone = (k: number) => (i: number) =>
    amplitudeOf(-14) * (sine(lows[k >> 2]!, i) + sine(highs[k & 3]!, i))
  const held = Array.from({ length: 16 }, (_, k) => ({
    name: `key ${k} held 1 s`,
    samples: shape(1_000, tone(k)),
  }))
  const typed = [1, 2, 3].map((seed) => ({
    name: `ten keys, ${seed}`,
    samples: shape(2_000, (i) =>
      i % 1_600 < 800 ? tone((Math.floor(i / 1_600) * 7 + seed * 3) % 16)(i) : 0,
    ),
  }))
  return [...held, ...typed]
}

function tones(): Sound[] {
  return [
    { name: 'ring tone 425 Hz, 1.5 s', hz: [425], on: 1_500, off: 3_500 },
    { name: 'busy 425 Hz, 500 ms', hz: [425], on: 500, off: 500 },
    { name: 'ring tone 440 + 480 Hz', hz: [440, 480], on: 2_000, off: 4_000 },
    { name: 'waiting tone 425 Hz, 200 ms', hz: [425], on: 200, off: 200 },
  ].flatMap(({ name, hz, on, off }) =>
    [-15, -25].map((level) => ({
      name: `${name}, ${level} dB`,
      samples: shape(5_000, (i) => {
        if ((i / perMs) % (on + off) >= on) return 0
        return amplitudeOf(level) * hz.reduce((sum, f) => sum + sine(f, i), 0)
      }),
    })),
  )
}

/** Noise through two resonances, with an envelope: a throat without a voice. */
function burst(
  seed: number,
  ms: number,
  hz: [number, number],
  envelope: (part: number) => number,
): Float64Array {
  const next = white(seed)
  const memory = [0, 0, 0, 0]
  const radius = 0.93
  return shape(ms, (i) => {
    const input = next()
    const y1 =
      input + 2 * radius * Math.cos((2 * Math.PI * hz[0]) / rateHz) * memory[0]! - radius ** 2 * memory[1]!
    const y2 =
      input + 2 * radius * Math.cos((2 * Math.PI * hz[1]) / rateHz) * memory[2]! - radius ** 2 * memory[3]!
    memory.splice(0, 4, y1, memory[0]!, y2, memory[2]!)
    return (y1 + y2) * envelope(i / (ms * perMs))
  })
}

function bodily(seed: number): Sound[] {
  const formants: [number, number][] = [
    [600, 1_400],
    [500, 1_100],
    [800, 1_900],
    [450, 2_300],
  ]
  const cough = (seed: number, hz: [number, number]) => {
    const one = burst(seed, 280, hz, (part) => Math.min(1, part * 25) * Math.exp(-5 * part))
    return atDb(mix(4_800, { samples: one, atMs: 0 }, { samples: one, atMs: 310 }), -20)
  }
  return formants.flatMap((hz, n) => [
    { name: `cough ${n}`, samples: cough(seed + 40 + n, hz) },
    {
      name: `breath ${n}`,
      samples: atDb(
        burst(seed + 50 + n, 900, hz, (part) => Math.sin(Math.PI * part)),
        -32,
      ),
    },
    {
      name: `breathing ${n}`,
      samples: atDb(
        burst(seed + 60 + n, 4_000, hz, (part) => Math.max(0, Math.sin(6 * Math.PI * part))),
        -35,
      ),
    },
  ])
}

function clicks(seed: number): Sound[] {
  const next = white(seed + 70)
  return [60, 125, 250, 500].map((gapMs) => ({
    name: `a click every ${gapMs} ms`,
    samples: shape(2_000, (i) => (i % (gapMs * perMs) < 24 ? amplitudeOf(-8) * next() : 0)),
  }))
}

/** Notes with harmonics, one after another or as chords. */
function music(seed: number): Sound[] {
  const baseHz = 220 + (seed % 97)
  const scale = [0, 4, 7, 12, 7, 4, 5, 9, 12, 9, 5, 2]
  const note = (semitone: number, i: number, harmonics: number) => {
    let sum = 0
    for (let h = 1; h <= harmonics; h++) sum += sine(baseHz * 2 ** (semitone / 12) * h, i) / h
    return sum
  }
  const melody = (noteMs: number, harmonics: number) =>
    shape(4_000, (i) => {
      const step = Math.floor(i / (noteMs * perMs))
      const part = (i / (noteMs * perMs)) % 1
      return Math.exp(-2 * part) * Math.min(1, part * 30) * note(scale[step % scale.length]!, i, harmonics)
    })
  const chords = (base: number) =>
    shape(4_000, (i) => {
      const root = base + [0, 5, 7, 0][Math.floor(i / 8_000) % 4]!
      return note(root, i, 4) + note(root + 4, i, 4) + note(root + 7, i, 4)
    })
  return [
    { name: 'melody, 300 ms notes', samples: atDb(melody(300, 5), -22) },
    { name: 'melody, 150 ms notes', samples: atDb(melody(150, 8), -22) },
    { name: 'melody of sines', samples: atDb(melody(250, 1), -22) },
    { name: 'chords, low', samples: atDb(chords(-5), -22) },
    { name: 'chords, high', samples: atDb(chords(7), -22) },
    { name: 'chords, soft', samples: atDb(chords(0), -32) },
  ]
}

/** All of them, by row of the set. @param seed other noises and another key */
export function otherSounds(seed: number): Record<string, Sound[]> {
  return {
    keys: keys(),
    tones: tones(),
    'coughs and breath': bodily(seed),
    clicks: clicks(seed),
    music: music(seed),
  }
}
