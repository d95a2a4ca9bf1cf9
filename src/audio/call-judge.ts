// The neural judge of one call: gives its windows to the host of all calls, and keeps the newest answer. Answers to
// an asking that is over, and to a call that has ended, are told apart here.

import type { SpeechJudge } from './detector.ts'
import { AskedWindows } from './silero-windows.ts'

/** What it needs of voice-judge.ts. */
export type JudgeHost = {
  /** Whether answers are not to be waited for. */
  readonly isAbsent: boolean
  /** @returns whether there was room for the window, 256 samples from `at` on, which are copied */
  ask(owner: CallJudge, asking: number, samples: Int16Array, at: number, first: boolean): boolean
  giveBack(place: number): void
  /** A frame with energy was decided without the judge. */
  countAlone(): void
}

export class CallJudge implements SpeechJudge {
  probability: number | undefined
  private readonly windows: AskedWindows
  /** Counts askings, so that the answer to an old one is known. */
  private asking = 0
  private asked = false
  /** A window is missing: the next is a beginning. */
  private broken = false
  /** No window was judged since. */
  private waits = false
  private open = true

  constructor(
    private readonly host: JudgeHost,
    readonly place: number,
  ) {
    this.windows = new AskedWindows((samples, at, first) => {
      const begins = first || this.broken
      this.broken = !this.host.ask(this, this.asking, samples, at, begins)
      if (this.broken) this.miss()
    })
  }

  get absent(): boolean {
    return this.waits || this.host.isAbsent
  }

  push(frame: Int16Array, asked: boolean): void {
    if (!this.open) return
    if (asked !== this.asked) this.begin(asked)
    if (asked && this.absent) this.host.countAlone()
    this.windows.push(frame, asked)
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
    this.waits = false
  }

  miss(): void {
    this.broken = true
    this.waits = true
    this.probability = undefined
  }

  private begin(asked: boolean): void {
    this.asked = asked
    this.asking++
    this.broken = false
    this.waits = false
    this.probability = undefined
  }
}

/** Of a call that found no place. */
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
