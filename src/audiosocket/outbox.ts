// The way out of one connection: one write per message, and for what the kernel does not take at most 200 ms of
// messages in order. Drops the oldest that has not begun; one that has begun is always finished, because
// Asterisk ends the call on half a message. Bytes and the clock only.

import type { Clock, Timer } from '../base/clock.ts'
import { frameMessageBytes } from './message.ts'

/** 200 ms of 20 ms frames, besides the message that has begun. */
export const outboxMessages = 10

export type OutboxOptions = {
  clock: Clock
  stallTimeoutMs: number
  /** @returns bytes taken, -1 when the socket is closed; what is not taken is not kept */
  write: (bytes: Uint8Array) => number
  /** The peer has taken nothing for `stallTimeoutMs` while something waited. */
  onStalled: () => void
  /** One whole message was dropped because a newer one came. */
  onDropped: () => void
}

export class Outbox {
  /** Memory for what waits, made at the first stall: most connections never have one. */
  private slots: Uint8Array | undefined
  private readonly lengths = new Array<number>(outboxMessages).fill(0)
  private head = 0
  private count = 0
  /** Rest of the message under way, apart from the slots so that dropping the oldest never meets it. */
  private begun = new Uint8Array(0)
  private takenAtMs = 0
  private stallTimer: Timer | undefined

  constructor(private readonly options: OutboxOptions) {}

  get empty(): boolean {
    return this.count === 0 && this.begun.length === 0
  }

  /** @param message whole, 1 to 323 bytes; sent or copied before return */
  send(message: Uint8Array): void {
    if (!this.empty) {
      this.push(message)
      return
    }
    const taken = this.options.write(message)
    // -1 is a socket that closes: its close event tells the rest.
    if (taken === message.length || taken < 0) return
    if (taken > 0) this.begun = message.slice(taken)
    else this.push(message)
    this.takenAtMs = this.options.clock.now()
    this.watch()
  }

  /** The kernel takes bytes again: writes on until it stops taking. */
  drain(): void {
    while (!this.empty) {
      if (this.begun.length === 0) this.begin()
      const taken = Math.max(0, this.options.write(this.begun))
      if (taken > 0) this.takenAtMs = this.options.clock.now()
      this.begun = this.begun.subarray(taken)
      if (this.begun.length > 0) return
    }
    this.stallTimer?.cancel()
  }

  /** Lets go of the timer; nothing is written any more. */
  stop(): void {
    this.stallTimer?.cancel()
  }

  private push(message: Uint8Array): void {
    this.slots ??= new Uint8Array(outboxMessages * frameMessageBytes)
    if (this.count === outboxMessages) {
      this.shift()
      this.options.onDropped()
    }
    const slot = (this.head + this.count) % outboxMessages
    this.slots.set(message, slot * frameMessageBytes)
    this.lengths[slot] = message.length
    this.count++
  }

  private begin(): void {
    const at = this.head * frameMessageBytes
    this.begun = this.slots!.slice(at, at + this.lengths[this.head])
    this.shift()
  }

  private shift(): void {
    this.head = (this.head + 1) % outboxMessages
    this.count--
  }

  private watch(): void {
    const { clock, stallTimeoutMs, onStalled } = this.options
    this.stallTimer?.cancel()
    this.stallTimer = clock.at(this.takenAtMs + stallTimeoutMs, () => {
      if (clock.now() - this.takenAtMs >= stallTimeoutMs) onStalled()
      else this.watch()
    })
  }
}
