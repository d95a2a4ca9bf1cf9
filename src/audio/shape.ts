// Classifies one frame, whatever its level, as hiss, tone, or a sound that a voice could make. It uses linear
// prediction in the covariance form, which predicts a sine exactly from two samples and two sines from four, without
// the error that a window's edges would bring.

import { frameSamples } from './pcm.ts'

export type Shape = 'hiss' | 'tone' | 'voice'

/**
 * Correlation of neighbouring samples. White noise has 0 (0.23 at most in 100 frames), noise of the telephone band 0.1,
 * vowels 0.5 and up; the detector bridges consonants, which may have less.
 */
const minCorrelation = 0.25
/** One tone: prediction from four samples gains 28 dB or more through µ-law or 35 dB of noise; speech 20 at most. */
const toneGainDb = 23
/**
 * Two tones, as in DTMF: prediction from four samples gains 17 dB or more, and 6 dB more than from two. Speech with a
 * gain of 16 dB has nearly the same gain from two samples.
 */
const pairGainDb = 16.5
const pairOverToneDb = 5

const order = 4
const size = order + 1

/** Measures frames; one per stream, because it reuses its arrays. */
export class ShapeMeter {
  /** RMS of the last frame without its mean: 0 to 32 768. */
  rms = 0
  private readonly x = new Float64Array(frameSamples)
  /** Covariances of the frame with itself i and j samples later. */
  private readonly phi = new Float64Array(size * size)
  private readonly factor = new Float64Array(order * order)
  private readonly z = new Float64Array(order)
  /** Gain of the prediction from two and from four samples. */
  private gain2Db = 0
  private gain4Db = 0

  /** @param frame 160 samples, not changed */
  measure(frame: Int16Array): Shape {
    // A phone that is muted, or between two words behind silence suppression: all zeros.
    if (isZero(frame)) {
      this.rms = 0
      return 'hiss'
    }
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

  /** Solves for the best prediction by Cholesky's factors; the remainder after each row is the error of that order. */
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

/** The first sample that is not zero ends the search, so that sound costs nothing. */
function isZero(frame: Int16Array): boolean {
  for (let i = 0; i < frame.length; i++) if (frame[i] !== 0) return false
  return true
}

function gainDb(energy: number, error: number): number {
  return 10 * Math.log10(energy / Math.max(error, 1))
}
