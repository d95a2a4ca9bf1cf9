// The neural judge of one call: passes the call's windows to voice-judge.ts and keeps the newest answer. Ignores
// answers to an asking that is over and answers that arrive after the call.

import type { SpeechJudge } from './detector.ts'
import { AskedWindows } from './silero-windows.ts'

/** The part of voice-judge.ts that is used here. */
export type JudgeHost = {
  /** Whether answers do not come, or come too late. */
  readonly isAbsent: boolean
  /** Whether the call at this place goes without the judge for now. */
  isSpared(place: number): boolean
  /** @param samples a window: 256 from `at` on, copied @returns whether there was room for it */
  ask(owner: CallJudge, asking: number, samples: Int16Array, at: number, first: boolean): boolean
  giveBack(place: number): void
  /** A frame with energy was decided without the judge. */
  countAlone(): void
}

export class CallJudge implements SpeechJudge {
  probability: number | undefined
  private readonly windows: AskedWindows
  /** Counts askings, so that an answer to an old one is recognised. */
  private asking = 0
  private asked = false
  /** A window is missing, so the next one starts a new row. */
  private hasGap = false
  /** No window was judged since one was lost. */
  private isWaiting = false
  private open = true

  constructor(
    private readonly host: JudgeHost,
    readonly place: number,
  ) {
    this.windows = new AskedWindows((samples, at, first) => {
      const startsAnew = first || this.hasGap
      this.hasGap = !this.host.ask(this, this.asking, samples, at, startsAnew)
      if (this.hasGap) this.miss()
    })
  }

  get absent(): boolean {
    return this.isWaiting || this.host.isAbsent || this.host.isSpared(this.place)
  }

  push(frame: Int16Array, asked: boolean): void {
    if (!this.open) return
    const isJudged = asked && !this.host.isSpared(this.place)
    if (isJudged !== this.asked) this.begin(isJudged)
    if (asked && this.absent) this.host.countAlone()
    this.windows.push(frame, isJudged)
  }

  reset(): void {
    this.begin(false)
    this.windows.reset()
  }

  close(): void {
    if (!this.open) return
    this.open = false
    this.begin(false)
    this.host.giveBack(this.place)
  }

  take(asking: number, probability: number): void {
    if (asking !== this.asking || !this.asked) return
    this.probability = probability
    this.isWaiting = false
  }

  miss(): void {
    this.hasGap = true
    this.isWaiting = true
    this.probability = undefined
  }

  private begin(asked: boolean): void {
    this.asked = asked
    this.asking++
    this.hasGap = false
    this.isWaiting = false
    this.probability = undefined
  }
}

/** The judge of a call beyond the limit: always absent. */
export class NoJudge implements SpeechJudge {
  readonly probability = undefined
  readonly absent = true

  constructor(private readonly host: JudgeHost) {}

  push(_frame: Int16Array, asked: boolean): void {
    if (asked) this.host.countAlone()
  }
  reset(): void {}
  close(): void {}
}
