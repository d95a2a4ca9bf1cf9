// Groups the sends of all calls, a few milliseconds' worth at a time. Between single sends the kernel's network path
// goes to sleep, and waking it costs more than the send itself: on one machine 34 µs per message instead of 13.

import type { Clock } from '../../base/clock.ts'

export class SendBatch {
  private sends: (() => void)[] = []

  /** @param waitMs how long the first of a batch waits for others; 0 sends at once */
  constructor(
    private readonly clock: Clock,
    private readonly waitMs: number,
  ) {}

  /** @param send must not throw */
  add(send: () => void): void {
    if (this.waitMs === 0) {
      send()
      return
    }
    if (this.sends.push(send) === 1) this.clock.at(this.clock.now() + this.waitMs, this.run)
  }

  private readonly run = (): void => {
    const { sends } = this
    this.sends = []
    for (const send of sends) send()
  }
}
