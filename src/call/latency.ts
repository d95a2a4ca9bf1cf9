// Measures how long the caller waits in each turn, stage by stage: end of speech → transcript → turn over → first token
// → first sentence → first byte of the voice → first frame sent. One report per turn, when the first frame of its reply
// leaves.

import type { Clock } from '../base/clock.ts'
import type { TurnLatency } from './events.ts'

export class LatencyMeter {
  private current: TurnLatency | undefined
  private fromMs = 0

  constructor(
    private readonly clock: Clock,
    private readonly report: (latency: TurnLatency) => void,
  ) {}

  /**
   * Starts measuring a turn of words that is over.
   *
   * @param endOfSpeechMs when the caller stopped speaking, on the same clock
   * @param textAtMs when the recogniser sent its last words; that may be before the end of speech
   */
  begin(turn: number, endOfSpeechMs: number, textAtMs: number): void {
    this.fromMs = endOfSpeechMs
    this.current = { turn, transcript: Math.max(0, this.since(textAtMs)), endpointing: this.since() }
  }

  /** Starts measuring a turn that is a key: nothing had to be recognised. */
  pressed(turn: number): void {
    this.fromMs = this.clock.now()
    this.current = { turn }
  }

  token(turn: number): void {
    if (this.current?.turn === turn) this.current.firstToken ??= this.since()
  }

  sentence(turn: number): void {
    if (this.current?.turn === turn) this.current.firstSentence ??= this.since()
  }

  voice(turn: number): void {
    if (this.current?.turn === turn) this.current.firstTtsByte ??= this.since()
  }

  /** A filler began: the caller hears something, but not the reply yet. */
  filler(turn: number): void {
    if (this.current?.turn === turn) this.current.filler ??= this.since()
  }

  frame(turn: number): void {
    if (this.current?.turn !== turn) return
    this.report({ ...this.current, firstFrame: this.since() })
    this.current = undefined
  }

  private since(atMs = this.clock.now()): number {
    return Math.round((atMs - this.fromMs) * 10) / 10
  }
}
