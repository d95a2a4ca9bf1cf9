// Admission: which connections are accepted, and how many at once. Sockets that have not sent their UUID yet have a
// limit of their own, so that a slow-loris flood takes no place from a call. When that limit is reached, the socket
// that has waited longest is evicted, if it has waited longer than any Asterisk takes. Refusals are logged in at most
// one line a second, however many there are.

import type { Clock, Timer } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { AllowList } from './allow-list.ts'

export type AdmissionOptions = {
  /** All sockets, with or without a UUID; lower where the process may open few files. */
  maxOpen: number
  /** Sockets with a UUID; above the limit of calls, so that a caller over the limit hears the busy phrase. */
  maxConnections: number
  maxConnectionsPerPeer: number
  /** Sockets without a UUID. */
  maxPending: number
  maxPendingPerPeer: number
  /** New calls per second, after a first burst of `maxConnections`. Each costs a record, log lines and a reply. */
  callsPerS: number
  /** Asterisk sends its UUID with the first packet; a socket that has waited this long may be evicted for a new one. */
  evictAfterMs: number
}
export const admissionDefaults = {
  maxOpen: Number.POSITIVE_INFINITY,
  maxConnections: 1_000,
  maxConnectionsPerPeer: 1_000,
  maxPending: 512,
  maxPendingPerPeer: 256,
  callsPerS: 100,
  evictAfterMs: 250,
} as const satisfies AdmissionOptions

/** An open socket, as admission sees it. */
export type Candidate = { readonly address: string; evict(reason: string): void }

export class Admission {
  /** Sockets without a UUID and when each came, oldest first. */
  private readonly pending = new Map<Candidate, number>()
  private readonly pendingPerPeer = new Map<string, number>()
  /** Sockets with a UUID. */
  private readonly admitted = new Set<Candidate>()
  private readonly admittedPerPeer = new Map<string, number>()
  /** Token bucket of new calls. */
  private tokens: number
  private refilledAtMs: number

  constructor(
    private readonly allow: AllowList,
    private readonly clock: Clock,
    private readonly options: AdmissionOptions,
  ) {
    this.tokens = options.maxConnections + options.callsPerS
    this.refilledAtMs = clock.now()
  }

  /** Sockets with and without a UUID. */
  get size(): number {
    return this.pending.size + this.admitted.size
  }

  /**
   * Asked before `add`; may evict a pending socket to make room.
   *
   * @returns why a new socket from `address` is refused; undefined when it may be added
   */
  refusal(address: string): string | undefined {
    if (!this.allow.allows(address)) return 'address not allowed'
    const full = this.full(address)
    if (full) return full
    const { maxOpen, maxPending, maxPendingPerPeer } = this.options
    const peerIsFull = (this.pendingPerPeer.get(address) ?? 0) >= maxPendingPerPeer
    if (!peerIsFull && this.pending.size < maxPending && this.size < maxOpen) return undefined
    if (this.evictOldest(peerIsFull ? address : undefined)) return undefined
    return `too many connections without uuid${peerIsFull ? ' of this peer' : ''}`
  }

  /** Adds a socket that has no UUID yet. */
  add(candidate: Candidate): void {
    this.pending.set(candidate, this.clock.now())
    count(this.pendingPerPeer, candidate.address, 1)
  }

  /**
   * Called when the UUID has come: the socket takes a place of a call.
   *
   * @returns why it is refused: the places may have been taken while it waited
   */
  admit(candidate: Candidate): string | undefined {
    const refusal = this.full(candidate.address) ?? this.takeToken()
    if (refusal) return refusal
    this.removePending(candidate)
    this.admitted.add(candidate)
    count(this.admittedPerPeer, candidate.address, 1)
    return undefined
  }

  /** Called when the socket has closed, with or without a UUID; calling it twice does no harm. */
  remove(candidate: Candidate): void {
    this.removePending(candidate)
    if (this.admitted.delete(candidate)) count(this.admittedPerPeer, candidate.address, -1)
  }

  private full(address: string): string | undefined {
    if (this.admitted.size >= this.options.maxConnections) return 'too many connections'
    const ofPeer = this.admittedPerPeer.get(address) ?? 0
    return ofPeer >= this.options.maxConnectionsPerPeer ? 'too many connections of this peer' : undefined
  }

  private takeToken(): string | undefined {
    const { maxConnections, callsPerS } = this.options
    const now = this.clock.now()
    const fresh = ((now - this.refilledAtMs) / 1_000) * callsPerS
    this.tokens = Math.min(maxConnections + callsPerS, this.tokens + fresh)
    this.refilledAtMs = now
    if (this.tokens < 1) return 'too many new calls'
    this.tokens--
    return undefined
  }

  /** @param address evict only this peer's pending sockets; default: any @returns whether one was evicted */
  private evictOldest(address?: string): boolean {
    const latestMs = this.clock.now() - this.options.evictAfterMs
    for (const [candidate, sinceMs] of this.pending) {
      if (sinceMs > latestMs) return false
      if (address !== undefined && candidate.address !== address) continue
      candidate.evict('evicted: no uuid yet, and new connections wait')
      return true
    }
    return false
  }

  private removePending(candidate: Candidate): void {
    if (this.pending.delete(candidate)) count(this.pendingPerPeer, candidate.address, -1)
  }
}

function count(of: Map<string, number>, address: string, by: 1 | -1): void {
  const left = (of.get(address) ?? 0) + by
  if (left > 0) of.set(address, left)
  else of.delete(address)
}

const summaryEveryMs = 1_000

/** Logs the first refusal after a quiet second at once and in full, and those that follow as one summary a second. */
export class RefusalLog {
  private timer: Timer | undefined
  private reasons = new Map<string, number>()

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    /** What is refused, in the plural; the log lines name it. */
    private readonly what: 'connections' | 'tokens' = 'connections',
  ) {}

  add(reason: string, fields: { peer: string; callId?: string }): void {
    if (this.timer) {
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1)
      return
    }
    this.log.warn(`${this.what.slice(0, -1)} refused`, { reason, ...fields })
    this.arm()
  }

  /** Logs the summary that is still due. */
  close(): void {
    this.timer?.cancel()
    this.logSummary()
  }

  private arm(): void {
    this.timer = this.clock.at(this.clock.now() + summaryEveryMs, () => {
      this.timer = undefined
      if (this.logSummary()) this.arm()
    })
  }

  /** @returns whether there was anything to log */
  private logSummary(): boolean {
    if (this.reasons.size === 0) return false
    let refused = 0
    for (const number of this.reasons.values()) refused += number
    const reasons = Object.fromEntries(this.reasons)
    this.log.warn(`more ${this.what} refused`, { [this.what]: refused, reasons })
    this.reasons = new Map()
    return true
  }
}
