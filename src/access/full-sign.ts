// Whether a port was full lately: from a refusal until a minute without one, so that an operator who looks can see it.

import type { Clock, Timer } from '../base/clock.ts'

const shownMs = 60_000

export class FullSign {
  private quietAgain: Timer | undefined

  /** @param onFull called with true at each refusal, and with false when there was none for a minute */
  constructor(
    private readonly clock: Clock,
    private readonly onFull: (isFull: boolean) => void,
  ) {}

  refused(): void {
    this.onFull(true)
    this.quietAgain?.cancel()
    this.quietAgain = this.clock.at(this.clock.now() + shownMs, () => this.onFull(false))
  }

  close(): void {
    this.quietAgain?.cancel()
  }
}
