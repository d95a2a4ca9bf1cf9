// The telephone behind the simulated Asterisk: queued speech, and keys, whose tones replace the audio (RFC 4733: no
// audio message while a digit sounds, the digit message at its end). Time is an argument.

import type { Key } from '../base/keys.ts'

/** Length of a digit and of the pause after it, as telephones dial a stored number. */
export const digitMs = 200
export const digitPauseMs = 20

export type KeyPress = { key: Key; atMs: number }

export class Phone {
  /** Keys in order of their start; the first may be sounding now. */
  private presses: KeyPress[] = []
  private freeAtMs = 0
  private speech: Int16Array[] = []
  private spokenSamples = 0

  /** Presses a key at `atMs`, or later when another key still sounds then. */
  press(key: Key, atMs: number): void {
    const last = this.presses.at(-1)
    const free = last ? last.atMs + digitMs + digitPauseMs : this.freeAtMs
    this.presses.push({ key, atMs: Math.max(atMs, free) })
  }

  /** Queues speech. @param samples 8 kHz, kept until spoken */
  say(samples: Int16Array): void {
    if (samples.length > 0) this.speech.push(samples)
  }

  get speaking(): boolean {
    return this.speech.length > 0
  }

  /** @returns a key whose sound has ended; each key is returned once */
  keyEnded(nowMs: number): Key | undefined {
    const first = this.presses[0]
    if (!first || nowMs < first.atMs + digitMs) return undefined
    this.presses.shift()
    this.freeAtMs = first.atMs + digitMs + digitPauseMs
    return first.key
  }

  /** Whether a key or the pause after it lasts: the telephone then sends no audio. */
  keySounds(nowMs: number): boolean {
    return nowMs < this.freeAtMs || (this.presses.length > 0 && nowMs >= this.presses[0].atMs)
  }

  /** Fills `out` with queued speech, then silence. */
  fill(out: Int16Array): void {
    let filled = 0
    while (filled < out.length && this.speech.length > 0) {
      const part = this.speech[0].subarray(this.spokenSamples, this.spokenSamples + out.length - filled)
      out.set(part, filled)
      filled += part.length
      this.spokenSamples += part.length
      if (this.spokenSamples < this.speech[0].length) break
      this.speech.shift()
      this.spokenSamples = 0
    }
    out.fill(0, filled)
  }
}
