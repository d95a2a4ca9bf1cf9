// The send queue of one connection: one write per message, and at most 200 ms of messages for a kernel that accepts no
// more. When the queue is full, it drops the oldest message of which no byte was sent. A message that was partly sent
// is always finished, because Asterisk ends the call on half a message. It knows bytes and the clock only.

import type { Clock, Timer } from '../base/clock.ts'
import { frameMessageBytes } from './message.ts'

/** 200 ms of 20 ms frames, besides the partly sent message. */
const outboxMessages = 10

export type OutboxOptions = {
  clock: Clock
  stallTimeoutMs: number
  /** @returns bytes written, -1 when the socket is closed; the socket does not buffer the rest */
  write: (bytes: Uint8Array) => number
  /** The peer has read nothing for `stallTimeoutMs` while messages waited. */
  onStalled: () => void
  /** One whole message was dropped to make room for a newer one. */
  onDropped: () => void
}

export class Outbox {
  /** Memory for waiting messages, allocated when the first one has to wait: on most connections none ever does. */
  private slots: Uint8Array | undefined
  private readonly lengths = new Array<number>(outboxMessages).fill(0)
  private head = 0
  private count = 0
  /** The unsent rest of the partly sent message; not in the slots, so that it can't be dropped as the oldest. */
  private partlySent = new Uint8Array(0)
  private lastWriteMs = 0
  private stallTimer: Timer | undefined

  constructor(private readonly options: OutboxOptions) {}

  get empty(): boolean {
    return this.count === 0 && this.partlySent.length === 0
  }

  /** @param message a whole message, 1 to 323 bytes; sent or copied before return */
  send(message: Uint8Array): void {
    if (!this.empty) {
      this.push(message)
      return
    }
    const written = this.options.write(message)
    // -1: the socket is closing, and its close event does the rest.
    if (written === message.length || written < 0) return
    if (written > 0) this.partlySent = message.slice(written)
    else this.push(message)
    this.lastWriteMs = this.options.clock.now()
    this.watchForStall()
  }

  /** The kernel accepts bytes again: writes until it accepts no more or nothing waits. */
  drain(): void {
    while (!this.empty) {
      if (this.partlySent.length === 0) this.beginNext()
      const written = Math.max(0, this.options.write(this.partlySent))
      if (written > 0) this.lastWriteMs = this.options.clock.now()
      this.partlySent = this.partlySent.subarray(written)
      if (this.partlySent.length > 0) return
    }
    this.stallTimer?.cancel()
  }

  /** Cancels the stall timer; the connection has closed and writes nothing more. */
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

  private beginNext(): void {
    const at = this.head * frameMessageBytes
    this.partlySent = this.slots!.slice(at, at + this.lengths[this.head])
    this.shift()
  }

  private shift(): void {
    this.head = (this.head + 1) % outboxMessages
    this.count--
  }

  private watchForStall(): void {
    const { clock, stallTimeoutMs, onStalled } = this.options
    this.stallTimer?.cancel()
    this.stallTimer = clock.at(this.lastWriteMs + stallTimeoutMs, () => {
      if (clock.now() - this.lastWriteMs >= stallTimeoutMs) onStalled()
      else this.watchForStall()
    })
  }
}
