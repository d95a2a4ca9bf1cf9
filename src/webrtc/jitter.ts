// The jitter buffer of one peer: puts packets in order, gives one per 20 ms, and says what replaces a lost one. It is
// as deep as depth.ts says, and never allocates after it was made. Pure: times are arguments.

import { type DepthOptions, depthDefaults, WantedDepth } from './depth.ts'
import { distance } from './rtp.ts'

export type JitterOptions = DepthOptions & {
  /** Whether a payload can restore the frame before its own. */
  hasFec: (payload: Uint8Array) => boolean
}
export const jitterDefaults = { ...depthDefaults, hasFec: () => false } as const satisfies JitterOptions

/** Packets that wait; a power of two. 640 ms hold every delay that a conversation survives. */
const slots = 32
/** A payload of 20 ms has 160 bytes (G.711) or at most 255 (Opus at 100 kb/s). */
export const maxPayloadBytes = 640
/** Frames that may be concealed in a row; then the peer counts as silent, and the buffer fills up again. */
const maxConcealed = 10
/** The depth must have been too large for all of this time before a frame is dropped. */
const watchTicks = 50
/** Deeper than the target by this many frames: one is dropped at once. */
const farTooDeep = 4

/** What to play for 20 ms. `payload` is valid until the next `push`. */
export type Played =
  | { readonly kind: 'packet' | 'restore'; readonly payload: Uint8Array }
  /** A lost frame with nothing to restore it from. */
  | { readonly kind: 'conceal' }
  /** The peer sends nothing, or the buffer fills up. */
  | { readonly kind: 'none' }

const conceal: Played = { kind: 'conceal' }
const none: Played = { kind: 'none' }

export class JitterBuffer {
  /**
   * Counts since the start. `lost`: not there when due; `restored`: by FEC of the next packet; `recovered`: copies that
   * came inside later packets in time.
   */
  readonly counts = { received: 0, late: 0, lost: 0, restored: 0, recovered: 0, concealed: 0, dropped: 0 }
  private readonly bytes = new Uint8Array(slots * maxPayloadBytes)
  private readonly lengths = new Uint16Array(slots)
  /** Sequence number in each slot; -1 for an empty one. */
  private readonly sequences = new Int32Array(slots).fill(-1)
  private next = -1
  private newest = -1
  private held = 0
  private isPlaying = false
  private concealedInARow = 0
  /** Frames concealed while the next one was waited for. */
  private waited = 0
  private shallowest = Number.POSITIVE_INFINITY
  private watched = 0
  private readonly given: { kind: 'packet' | 'restore'; payload: Uint8Array } = {
    kind: 'packet',
    payload: this.bytes,
  }

  private readonly hasFec: JitterOptions['hasFec']
  private readonly wanted: WantedDepth

  constructor(options: Partial<JitterOptions> = {}) {
    const all = { ...jitterDefaults, ...options }
    this.hasFec = all.hasFec
    this.wanted = new WantedDepth(all)
  }

  /** Frames that the buffer wants to hold. */
  get target(): number {
    return this.wanted.frames
  }

  /** Frames between the next one to play and the newest, lost ones included. */
  get depth(): number {
    return this.held === 0 ? 0 : distance(this.newest, this.next) + 1
  }

  /**
   * @param sequence 0 to 65 535
   * @param timestamp of RTP, 32 bit
   * @param payload copied; longer ones than {@link maxPayloadBytes} count as lost
   * @param back by how many frames a copy is older than the packet that it came in; 0 for a packet's own payload
   */
  push(sequence: number, timestamp: number, payload: Uint8Array, nowMs: number, back = 0): void {
    if (payload.length === 0 || payload.length > maxPayloadBytes) return
    const isCopy = back > 0
    if (!isCopy) this.counts.received++
    if (this.next < 0) this.restart(sequence)
    let ahead = distance(sequence, this.next)
    const isSameStream = Math.abs(ahead) < slots * 4
    // Late ones too: they show how deep the buffer should be. The time of a copy says nothing about the network.
    if (isCopy) this.wanted.copy(back)
    else if (isSameStream) this.wanted.arrival(sequence, timestamp, nowMs, this.hasFec(payload))
    if (ahead < 0) {
      // Before the first frame was played the start may still move back.
      if (!this.isPlaying && !isCopy && ahead > -slots / 2 && this.held > 0) this.next = sequence
      else {
        if (!isCopy) this.counts.late++
        // A peer that begins again far below is a new stream, not a very late packet.
        if (isCopy || isSameStream) return
        this.restart(sequence)
      }
      ahead = 0
    } else if (ahead >= slots) {
      this.restart(sequence)
      ahead = 0
    }
    const slot = sequence & (slots - 1)
    if (this.sequences[slot] === sequence) return
    if (isCopy) this.counts.recovered++
    this.sequences[slot] = sequence
    this.lengths[slot] = payload.length
    this.bytes.set(payload, slot * maxPayloadBytes)
    if (this.held === 0 || distance(sequence, this.newest) > 0) this.newest = sequence
    this.held++
  }

  /** Once per 20 ms. */
  take(): Played {
    this.wanted.tick()
    if (!this.isPlaying) {
      if (this.depth < this.target) return none
      this.isPlaying = true
      this.concealedInARow = 0
      this.waited = 0
      this.forgetDepths()
    }
    this.thin()
    const payload = this.remove(this.next)
    if (payload) {
      this.advance()
      this.concealedInARow = 0
      this.waited = 0
      return this.give('packet', payload)
    }
    if (this.concealedInARow++ >= maxConcealed) {
      this.isPlaying = false
      this.next = this.held > 0 ? this.oldest() : -1
      return none
    }
    // With fewer frames than jitter needs it is probably late: its turn comes when it is there.
    if (this.depth < this.target) {
      this.waited++
      this.counts.concealed++
      return conceal
    }
    return this.lose()
  }

  /**
   * The next frame is lost. Frames that were concealed while it was waited for were its own, and are skipped, unless
   * FEC restores them.
   */
  private lose(): Played {
    while (this.waited > 0 && this.peek(this.next) === undefined && this.fecOfNext() === undefined) {
      this.waited--
      this.counts.lost++
      this.advance()
    }
    this.waited = 0
    const payload = this.remove(this.next)
    if (payload) {
      this.advance()
      this.concealedInARow = 0
      return this.give('packet', payload)
    }
    const fec = this.fecOfNext()
    this.counts.lost++
    this.advance()
    if (fec) {
      this.counts.restored++
      return this.give('restore', fec)
    }
    this.counts.concealed++
    return conceal
  }

  /** Drops one frame when more are held than jitter needs: at once, or after a second in which it never was needed. */
  private thin(): void {
    const { depth, target } = this
    if (depth < this.shallowest) this.shallowest = depth
    const isFar = depth >= target + farTooDeep
    if (!isFar && ++this.watched < watchTicks) return
    if (isFar || this.shallowest > target) {
      this.remove(this.next)
      this.advance()
      this.counts.dropped++
    }
    this.forgetDepths()
  }

  private forgetDepths(): void {
    this.watched = 0
    this.shallowest = Number.POSITIVE_INFINITY
  }

  private restart(sequence: number): void {
    this.sequences.fill(-1)
    this.held = 0
    this.next = sequence
    this.newest = sequence
    this.isPlaying = false
    this.wanted.restart(sequence)
  }

  private oldest(): number {
    let at = this.next
    while (this.sequences[at & (slots - 1)] !== at) at = (at + 1) & 0xffff
    return at
  }

  private advance(): void {
    this.next = (this.next + 1) & 0xffff
  }

  private peek(sequence: number): Uint8Array | undefined {
    const slot = sequence & (slots - 1)
    if (this.sequences[slot] !== sequence) return undefined
    return this.bytes.subarray(slot * maxPayloadBytes, slot * maxPayloadBytes + this.lengths[slot])
  }

  /** The payload after the next frame's, when it restores that frame. */
  private fecOfNext(): Uint8Array | undefined {
    const after = this.peek((this.next + 1) & 0xffff)
    return after !== undefined && this.hasFec(after) ? after : undefined
  }

  private remove(sequence: number): Uint8Array | undefined {
    const payload = this.peek(sequence)
    if (payload === undefined) return undefined
    this.sequences[sequence & (slots - 1)] = -1
    this.held--
    return payload
  }

  private give(kind: 'packet' | 'restore', payload: Uint8Array): Played {
    this.given.kind = kind
    this.given.payload = payload
    return this.given
  }
}
