// Writes that wait for Redis: the last one of each key, at most `capacity` keys. One write is on its way at a time per
// batch; what Redis did not take stays and is sent again when it is back.

import type { Clock } from '../base/clock.ts'

export type Write = {
  /** When the value would have expired in Redis, on the clock of the outbox. */
  untilMs: number
  send: () => Promise<boolean>
}

export type OutboxOptions = {
  clock: Clock
  /** Keys that may wait; one more evicts the oldest. */
  capacity: number
  /** A value was evicted before Redis took it. */
  onDropped: () => void
}

/** Writes that are sent together. */
const batch = 64

export class Outbox {
  private readonly waiting = new Map<string, Write>()
  private readonly watchers = new Map<string, Set<() => void>>()
  private sending: Promise<void> | undefined
  private sendsAgain = false

  constructor(
    private readonly options: OutboxOptions,
    private readonly isOpen: () => boolean,
  ) {}

  get size(): number {
    return this.waiting.size
  }

  has(key: string): boolean {
    return this.waiting.has(key)
  }

  add(key: string, write: Write): void {
    this.waiting.delete(key)
    for (const oldest of this.waiting.keys()) {
      if (this.waiting.size < this.options.capacity) break
      this.waiting.delete(oldest)
      this.options.onDropped()
    }
    this.waiting.set(key, write)
    void this.flush()
  }

  /** Called once when the key no longer waits. @returns unsubscribe */
  watch(key: string, task: () => void): () => void {
    const tasks = this.watchers.get(key) ?? new Set()
    this.watchers.set(key, tasks)
    tasks.add(task)
    return () => {
      tasks.delete(task)
      if (tasks.size === 0 && this.watchers.get(key) === tasks) this.watchers.delete(key)
    }
  }

  /** Sends what waits, until nothing does or Redis takes no more. */
  flush(): Promise<void> {
    this.sendsAgain = true
    this.sending ??= this.send()
    return this.sending
  }

  private async send(): Promise<void> {
    // Otherwise it could be over before `sending` is set.
    await Promise.resolve()
    while (this.sendsAgain && this.waiting.size > 0 && this.isOpen()) {
      // What was refused is sent again when Redis is up again, or with the next value.
      this.sendsAgain = false
      const some = [...this.waiting].slice(0, batch)
      const taken = await Promise.all(some.map(([key, write]) => this.sendOne(key, write)))
      if (taken.some(Boolean)) this.sendsAgain = true
    }
    this.sending = undefined
  }

  private async sendOne(key: string, write: Write): Promise<boolean> {
    const isTaken = write.untilMs <= this.options.clock.now() || (await write.send())
    // A newer value of the key may wait by now.
    if (!isTaken || this.waiting.get(key) !== write) return isTaken
    this.waiting.delete(key)
    const watchers = this.watchers.get(key)
    this.watchers.delete(key)
    for (const tell of watchers ?? []) tell()
    return true
  }
}
