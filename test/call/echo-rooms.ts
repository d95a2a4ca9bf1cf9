// The way of the agent's voice from a telephone's loudspeaker into its microphone: loudspeaker, room, sound card and
// speech codec. Computed, identically each time; only the codecs need ffmpeg.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { amplitudeOf, rateHz, toSample } from '../../src/audio/pcm.ts'
import { db, white } from './bargein-sounds.ts'

/** @property decayMs time in which the room's sound falls by 60 dB @property tailDb its energy against the direct sound */
export type Room = { seed: number; decayMs: number; tailDb: number; reflections: readonly [number, number][] }

/** Reflections: ms after the direct sound, and gain. */
export const rooms = {
  hand: { seed: 1, decayMs: 8, tailDb: -18, reflections: [[0.6, 0.3]] },
  car: {
    seed: 2,
    decayMs: 80,
    tailDb: -5,
    reflections: [
      [2.1, 0.5],
      [4.3, -0.4],
      [7.7, 0.3],
    ],
  },
  kitchen: {
    seed: 3,
    decayMs: 320,
    tailDb: -2,
    reflections: [
      [5.2, 0.5],
      [11.9, 0.4],
      [17.3, -0.3],
    ],
  },
  desk: { seed: 4, decayMs: 15, tailDb: -12, reflections: [[1.4, -0.6]] },
  van: {
    seed: 5,
    decayMs: 120,
    tailDb: -4,
    reflections: [
      [3.1, 0.5],
      [6.6, 0.45],
      [9.4, -0.4],
    ],
  },
  hall: {
    seed: 6,
    decayMs: 400,
    tailDb: -3,
    reflections: [
      [7.4, 0.45],
      [15.1, -0.4],
      [23.8, 0.35],
    ],
  },
  cab: {
    seed: 18,
    decayMs: 100,
    tailDb: -4.5,
    reflections: [
      [1.8, -0.5],
      [3.7, 0.45],
      [8.6, 0.3],
    ],
  },
  office: {
    seed: 17,
    decayMs: 260,
    tailDb: -2.5,
    reflections: [
      [3.9, 0.5],
      [9.1, -0.45],
      [14.8, 0.35],
    ],
  },
  stairs: {
    seed: 19,
    decayMs: 450,
    tailDb: -2.5,
    reflections: [
      [6.3, 0.5],
      [13.4, 0.4],
      [27.1, -0.35],
    ],
  },
} satisfies Record<string, Room>
export type RoomName = keyof typeof rooms

/** The band of a small loudspeaker and a telephone, in Hz. */
const band = [280, 3_300] as const
const bandTaps = 129

/** What a room and the telephone's band make of one click. */
export function clickIn({ seed, decayMs, tailDb, reflections }: Room): Float64Array {
  const length = Math.round(decayMs * 8)
  const next = white(seed)
  const tail = Float64Array.from({ length }, (_, i) => (i < 8 ? 0 : next() * 10 ** ((-3 * i) / length)))
  const energy = tail.reduce((sum, value) => sum + value * value, 0)
  const click = tail.map((value) => value * (10 ** (tailDb / 20) / Math.sqrt(energy)))
  click[0] = 1
  for (const [ms, gain] of reflections) if (ms * 8 < length) click[Math.round(ms * 8)]! += gain
  return convolve(click, bandPass(), length + bandTaps)
}

function bandPass(): Float64Array {
  const middle = (bandTaps - 1) / 2
  const low = (hz: number, i: number) => {
    const x = (2 * hz * (i - middle)) / rateHz
    return ((2 * hz) / rateHz) * (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
  }
  return Float64Array.from({ length: bandTaps }, (_, i) => {
    const window = 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (bandTaps - 1))
    return window * (low(band[1], i) - low(band[0], i))
  })
}

export function convolve(sound: Float64Array, click: Float64Array, length = sound.length): Float64Array {
  const out = new Float64Array(length)
  for (let k = 0; k < click.length; k++) {
    const gain = click[k]!
    const to = Math.min(length, sound.length + k)
    if (gain !== 0) for (let i = k; i < to; i++) out[i]! += gain * sound[i - k]!
  }
  return out
}

/** A loudspeaker that overloads: peaks are bent from three times the mean amplitude on. */
export function overload(sound: Float64Array): Float64Array {
  const full = amplitudeOf(db(sound)) * 3
  return sound.map((value) => full * Math.tanh(value / full))
}

/** Later by a time, and by more and more when the telephone's clock differs by `ppm` millionths. */
export function delayed(sound: Float64Array, ms: (atMs: number) => number, ppm = 0): Float64Array {
  return Float64Array.from(sound, (_, i) => {
    const from = i - ms(i / 8) * 8 - (i * ppm) / 1e6
    const at = Math.floor(from)
    if (at < 1 || at + 2 >= sound.length) return 0
    const part = from - at
    const [a, b, c, d] = [sound[at - 1]!, sound[at]!, sound[at + 1]!, sound[at + 2]!]
    // Catmull-Rom: a straight line between two samples would take high tones away.
    return b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)))
  })
}

export type Codec = 'gsm' | 'opus'
const codecs: Record<Codec, { file: string; options: string[] }> = {
  gsm: { file: 'sound.gsm', options: ['-c:a', 'libgsm'] },
  opus: { file: 'sound.ogg', options: ['-c:a', 'libopus', '-b:a', '12k', '-application', 'voip'] },
}

/** Once through a mobile's codec. @throws when ffmpeg, with libgsm and libopus, is not installed */
export function coded(sound: Float64Array, codec: Codec): Float64Array {
  const folder = mkdtempSync(join(tmpdir(), 'echo-codec-'))
  const [raw, file] = [join(folder, 'sound.raw'), join(folder, codecs[codec].file)]
  const pcm = ['-f', 's16le', '-ar', '8000', '-ac', '1']
  const run = (...options: string[]) => execFileSync('ffmpeg', ['-v', 'error', '-y', ...options])
  try {
    writeFileSync(raw, Int16Array.from(sound, toSample))
    run(...pcm, '-i', raw, ...codecs[codec].options, file)
    run('-i', file, ...pcm, raw)
    const bytes = readFileSync(raw)
    const back = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)
    return Float64Array.from(sound, (_, i) => back[i] ?? 0)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The steps of A-law: about 1/32 of the amplitude, at least 16. */
export function alaw(value: number): number {
  const size = Math.min(32_767, Math.abs(value))
  const step = 2 ** Math.max(4, Math.floor(Math.log2(Math.max(size, 256))) - 4)
  return size < step / 2 ? 0 : Math.sign(value) * (Math.floor(size / step) + 0.5) * step
}
