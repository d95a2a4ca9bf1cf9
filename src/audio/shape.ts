// The shape of one frame, whatever its level: hiss, tone, or something a voice could make. By linear prediction
// in the covariance form, which explains a sine entirely from two samples and two sines from four, without the
// error that a window's edges would bring.

import { frameSamples } from './pcm.ts'

export type Shape = 'hiss' | 'tone' | 'voice'

/**
 * Correlation of neighbouring samples. White noise has 0 (0.23 at most in 100 frames), noise of the telephone
 * band 0.1, vowels 0.5 and up; consonants below it are bridged by the detector.
 */
const minCorrelation = 0.25
/** One tone: four samples explain it by 28 dB and more through µ-law or 35 dB of noise; speech by 20 at most. */
const toneGainDb = 23
/**
 * Two tones, as DTMF: four samples explain them by 17 dB and more, and by 6 dB more than two samples do. Speech
 * that is explained by 16 dB is explained by two samples nearly as well.
 */
const pairGainDb = 16.5
const pairOverToneDb = 5

const order = 4
const size = order + 1

/** Measures frames; one per stream, because it reuses its arrays. */
export class ShapeMeter {
  /** Of the last frame, without its mean: 0 to 32 768. */
  rms = 0
  private readonly x = new Float64Array(frameSamples)
  /** Covariances of the frame with itself i and j samples later. */
  private readonly phi = new Float64Array(size * size)
  private readonly factor = new Float64Array(order * order)
  private readonly z = new Float64Array(order)
  /** By how many dB two and four samples explain the next. */
  private gain2Db = 0
  private gain4Db = 0

  /** @param frame 160 samples, left alone */
  measure(frame: Int16Array): Shape {
    this.load(frame)
    this.correlate()
    const { phi } = this
    if (phi[0]! < 1) return 'hiss'
    if (phi[1]! / phi[0]! < minCorrelation) return 'hiss'
    this.predict()
    if (this.gain4Db > toneGainDb) return 'tone'
    if (this.gain4Db > pairGainDb && this.gain4Db - this.gain2Db > pairOverToneDb) return 'tone'
    return 'voice'
  }

  private load(frame: Int16Array): void {
    const { x } = this
    let mean = 0
    for (let i = 0; i < frameSamples; i++) mean += frame[i]!
    mean /= frameSamples
    let energy = 0
    for (let i = 0; i < frameSamples; i++) {
      const value = frame[i]! - mean
      x[i] = value
      energy += value * value
    }
    this.rms = Math.sqrt(energy / frameSamples)
  }

  private correlate(): void {
    const { x, phi } = this
    let c0 = 0
    let c1 = 0
    let c2 = 0
    let c3 = 0
    let c4 = 0
    for (let i = order; i < frameSamples; i++) {
      const value = x[i]!
      c0 += value * value
      c1 += value * x[i - 1]!
      c2 += value * x[i - 2]!
      c3 += value * x[i - 3]!
      c4 += value * x[i - 4]!
    }
    phi[0] = c0
    phi[1] = phi[size] = c1
    phi[2] = phi[2 * size] = c2
    phi[3] = phi[3 * size] = c3
    phi[4] = phi[4 * size] = c4
    // One sample later, all products but the first and the last are the same.
    for (let i = 0; i < order; i++) {
      for (let j = 0; j <= i; j++) {
        const before = x[order - 1 - i]! * x[order - 1 - j]!
        const after = x[frameSamples - 1 - i]! * x[frameSamples - 1 - j]!
        const value = phi[i * size + j]! + before - after
        phi[(i + 1) * size + j + 1] = value
        phi[(j + 1) * size + i + 1] = value
      }
    }
  }

  /** Solves for the best prediction by Cholesky's factors; what is left after each row is the error of that order. */
  private predict(): void {
    const { phi, factor, z } = this
    let error = phi[0]!
    for (let i = 0; i < order; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = phi[(i + 1) * size + j + 1]!
        if (i === j) sum *= 1 + 1e-9
        for (let k = 0; k < j; k++) sum -= factor[i * order + k]! * factor[j * order + k]!
        factor[i * order + j] = i === j ? Math.sqrt(Math.max(sum, 1e-9)) : sum / factor[j * order + j]!
      }
      let sum = phi[i + 1]!
      for (let k = 0; k < i; k++) sum -= factor[i * order + k]! * z[k]!
      z[i] = sum / factor[i * order + i]!
      error -= z[i]! ** 2
      if (i === 1) this.gain2Db = gainDb(phi[0]!, error)
    }
    this.gain4Db = gainDb(phi[0]!, error)
  }
}

function gainDb(energy: number, error: number): number {
  return 10 * Math.log10(energy / Math.max(error, 1))
}
