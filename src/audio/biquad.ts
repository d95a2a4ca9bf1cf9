// Second-order filters in cascade, for the band of a telephone and against offset and rumble. Each stream has its own
// state; the output does not depend on how the input was cut.

import { toSample } from './pcm.ts'

/** b0 b1 b2 a1 a2 of one section, a0 = 1. */
export type Section = readonly [number, number, number, number, number]

/** Q of a Butterworth filter's sections, by its order. */
const butterworth = { 2: [Math.SQRT1_2], 4: [0.541_196_1, 1.306_562_96] } as const

/** Sections of a Butterworth high-pass, −3 dB at `hz`. @see R. Bristow-Johnson, "Audio EQ Cookbook" */
export function highPass(hz: number, rateHz: number, order: 2 | 4): Section[] {
  return butterworth[order].map((q) => {
    const { cos, alpha } = angles(hz, rateHz, q)
    return scaled((1 + cos) / 2, -(1 + cos), (1 + cos) / 2, cos, alpha)
  })
}

/** Sections of a Butterworth low-pass, −3 dB at `hz`. */
export function lowPass(hz: number, rateHz: number, order: 2 | 4): Section[] {
  return butterworth[order].map((q) => {
    const { cos, alpha } = angles(hz, rateHz, q)
    return scaled((1 - cos) / 2, 1 - cos, (1 - cos) / 2, cos, alpha)
  })
}

function angles(hz: number, rateHz: number, q: number) {
  const w = (2 * Math.PI * hz) / rateHz
  return { cos: Math.cos(w), alpha: Math.sin(w) / (2 * q) }
}

function scaled(b0: number, b1: number, b2: number, cos: number, alpha: number): Section {
  const a0 = 1 + alpha
  return [b0 / a0, b1 / a0, b2 / a0, (-2 * cos) / a0, (1 - alpha) / a0]
}

/** A cascade of sections for one stream. */
export class Cascade {
  private readonly state: Float64Array

  constructor(private readonly sections: readonly Section[]) {
    this.state = new Float64Array(2 * sections.length)
  }

  /** Filters in place, with one rounding at the end; continues where the last call ended. Allocates nothing. */
  run(samples: Int16Array): void {
    const { sections, state } = this
    for (let i = 0; i < samples.length; i++) {
      let x = samples[i]!
      for (let s = 0; s < sections.length; s++) {
        const section = sections[s]!
        const y = section[0] * x + state[2 * s]!
        state[2 * s] = section[1] * x - section[3] * y + state[2 * s + 1]!
        state[2 * s + 1] = section[2] * x - section[4] * y
        x = y
      }
      samples[i] = toSample(x)
    }
  }

  reset(): void {
    this.state.fill(0)
  }
}
