// The telephone behind the simulated Asterisk: what the caller says, and the keys, whose tones take the place of
// the audio (RFC 4733: no audio message while a digit lasts, the digit itself at its end). Time is an argument.

import type { Key } from '../base/keys.ts'

/** Sound and pause after it, as telephones press digits of a held number. */
export const digitMs = 200
export const digitPauseMs = 20

export type KeyPress = { key: Key; atMs: number }

export class Phone {
  /** Keys in order of their start; the one at the front may be sounding. */
  private presses: KeyPress[] = []
  private freeAtMs = 0
  private speech: Int16Array[] = []
  private at = 0

  /** Presses a key at `atMs` or, when another still sounds then, after it. */
  press(key: Key, atMs: number): void {
    const last = this.presses.at(-1)
    const free = last ? last.atMs + digitMs + digitPauseMs : this.freeAtMs
    this.presses.push({ key, atMs: Math.max(atMs, free) })
  }

  /** Speaks after what is being said. @param samples 8 kHz, kept until spoken */
  say(samples: Int16Array): void {
    if (samples.length > 0) this.speech.push(samples)
  }

  get speaking(): boolean {
    return this.speech.length > 0
  }

  /** @returns the key whose sound ended by now, once */
  keyEnded(nowMs: number): Key | undefined {
    const first = this.presses[0]
    if (!first || nowMs < first.atMs + digitMs) return undefined
    this.presses.shift()
    this.freeAtMs = first.atMs + digitMs + digitPauseMs
    return first.key
  }

  /** Whether a key sounds, or its pause lasts: then the telephone sends no audio. */
  keySounds(nowMs: number): boolean {
    return nowMs < this.freeAtMs || (this.presses.length > 0 && nowMs >= this.presses[0].atMs)
  }

  /** Fills `out` with the next speech, or silence. */
  fill(out: Int16Array): void {
    let filled = 0
    while (filled < out.length && this.speech.length > 0) {
      const part = this.speech[0].subarray(this.at, this.at + out.length - filled)
      out.set(part, filled)
      filled += part.length
      this.at += part.length
      if (this.at < this.speech[0].length) break
      this.speech.shift()
      this.at = 0
    }
    out.fill(0, filled)
  }
}
