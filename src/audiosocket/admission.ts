// Who is let in, and how many at once. Sockets that have not said their UUID yet have a small room of their own, so
// that a slow-loris flood takes no place from a call: when it is full, the one that has waited longest yields, if it
// has waited longer than any Asterisk takes. Refusals are told in one line a second, however many they are.

import type { Clock, Timer } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { AllowList } from './allow.ts'

export type DoorOptions = {
  /** Sockets of all kinds, for a process that may not have many. */
  maxOpen: number
  /** Sockets with a UUID; above the limit of calls, so that a call too many hears why. */
  maxConnections: number
  maxConnectionsPerPeer: number
  /** Sockets without a UUID. */
  maxWaiting: number
  maxWaitingPerPeer: number
  /** New calls a second, after as many at once as there are places: each leaves a record, a log and an answer. */
  callsPerS: number
  /** Asterisk sends its UUID with the first packet; who has waited this long may be sent away for a newcomer. */
  patienceMs: number
}
export const doorDefaults = {
  maxOpen: Number.POSITIVE_INFINITY,
  maxConnections: 1_000,
  maxConnectionsPerPeer: 1_000,
  maxWaiting: 512,
  maxWaitingPerPeer: 256,
  callsPerS: 100,
  patienceMs: 250,
} as const satisfies DoorOptions

/** A socket that waits, as the door knows it. */
export type Guest = { readonly address: string; sendAway(reason: string): void }

export class Door {
  /** In the order of their coming. */
  private readonly waiting = new Map<Guest, number>()
  private readonly waitingPerPeer = new Map<string, number>()
  private readonly inside = new Set<Guest>()
  private readonly insidePerPeer = new Map<string, number>()
  /** New calls that may still come now. */
  private room: number
  private roomAtMs: number

  constructor(
    private readonly allow: AllowList,
    private readonly clock: Clock,
    private readonly options: DoorOptions,
  ) {
    this.room = options.maxConnections + options.callsPerS
    this.roomAtMs = clock.now()
  }

  /** Sockets with and without a UUID. */
  get size(): number {
    return this.waiting.size + this.inside.size
  }

  /** @returns why an address is not let in now; undefined lets it in, and `enter` is to follow */
  refusal(address: string): string | undefined {
    if (!this.allow.allows(address)) return 'address not allowed'
    const full = this.full(address)
    if (full) return full
    const { maxOpen, maxWaiting, maxWaitingPerPeer } = this.options
    const ofPeer = (this.waitingPerPeer.get(address) ?? 0) >= maxWaitingPerPeer
    if (!ofPeer && this.waiting.size < maxWaiting && this.size < maxOpen) return undefined
    if (this.makeRoom(ofPeer ? address : undefined)) return undefined
    return `too many connections without uuid${ofPeer ? ' of this peer' : ''}`
  }

  enter(guest: Guest): void {
    this.waiting.set(guest, this.clock.now())
    count(this.waitingPerPeer, guest.address, 1)
  }

  /** The UUID has come. @returns why the guest can't stay: the places were taken while it waited */
  identified(guest: Guest): string | undefined {
    const full = this.full(guest.address) ?? this.hurried()
    if (full) return full
    this.stopWaiting(guest)
    this.inside.add(guest)
    count(this.insidePerPeer, guest.address, 1)
    return undefined
  }

  leave(guest: Guest): void {
    this.stopWaiting(guest)
    if (this.inside.delete(guest)) count(this.insidePerPeer, guest.address, -1)
  }

  private full(address: string): string | undefined {
    if (this.inside.size >= this.options.maxConnections) return 'too many connections'
    const ofPeer = this.insidePerPeer.get(address) ?? 0
    return ofPeer >= this.options.maxConnectionsPerPeer ? 'too many connections of this peer' : undefined
  }

  private hurried(): string | undefined {
    const { maxConnections, callsPerS } = this.options
    const now = this.clock.now()
    const fresh = ((now - this.roomAtMs) / 1_000) * callsPerS
    this.room = Math.min(maxConnections + callsPerS, this.room + fresh)
    this.roomAtMs = now
    if (this.room < 1) return 'too many new calls'
    this.room--
    return undefined
  }

  /** @param address whose guest is to yield; anybody's when left out */
  private makeRoom(address?: string): boolean {
    const latestMs = this.clock.now() - this.options.patienceMs
    for (const [guest, sinceMs] of this.waiting) {
      if (sinceMs > latestMs) return false
      if (address !== undefined && guest.address !== address) continue
      guest.sendAway('no uuid, and others wait')
      return true
    }
    return false
  }

  private stopWaiting(guest: Guest): void {
    if (this.waiting.delete(guest)) count(this.waitingPerPeer, guest.address, -1)
  }
}

function count(of: Map<string, number>, address: string, by: 1 | -1): void {
  const left = (of.get(address) ?? 0) + by
  if (left > 0) of.set(address, left)
  else of.delete(address)
}

const tellEveryMs = 1_000

/** The first refusal of a quiet second is told at once and in full, those that follow together when it is over. */
export class RefusalLog {
  private timer: Timer | undefined
  private reasons = new Map<string, number>()

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  add(reason: string, fields: { peer: string; callId?: string }): void {
    if (this.timer) {
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1)
      return
    }
    this.log.warn('connection refused', { reason, ...fields })
    this.arm()
  }

  /** Tells what is left to tell. */
  close(): void {
    this.timer?.cancel()
    this.tell()
  }

  private arm(): void {
    this.timer = this.clock.at(this.clock.now() + tellEveryMs, () => {
      this.timer = undefined
      if (this.tell()) this.arm()
    })
  }

  private tell(): boolean {
    if (this.reasons.size === 0) return false
    let connections = 0
    for (const number of this.reasons.values()) connections += number
    this.log.warn('more connections refused', { connections, reasons: Object.fromEntries(this.reasons) })
    this.reasons = new Map()
    return true
  }
}
