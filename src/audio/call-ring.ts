// The caller's audio of one call in memory that threads share. The call thread copies each frame into it once; the
// recorder, the recogniser and the voice judge read it, each from its own thread and at its own time. It is also what a
// recogniser is sent again on a new connection.
//
// A position is absolute: samples since the call began. The ring holds the last 15.36 s; what is older is overwritten
// and cannot be read any more. So a reader that is later than that loses audio, counts it, and never delays the call.
//
// Where a phone sends nothing, the call writes silence, so that the ring's time goes on (call/sound/uplink.ts).

import { frameSamples } from './pcm.ts'

/** A recorder may lag 10 s behind (a slow disk), a recogniser 15 s: so long may words wait for their final text. */
export const ringFrames = 768
/** 122 880 samples, 245 760 bytes a call. */
export const ringSamples = ringFrames * frameSamples
const [writtenAt, callAt] = [0, 1]
const headerBytes = 64
const ringBytes = headerBytes + ringSamples * 2

/** Reads a ring, on any thread. Allocates nothing after construction. */
export class RingReader {
  /** The sample at position p is `samples[p % ringSamples]`, from `oldest` on. */
  readonly samples: Int16Array
  protected readonly header: Int32Array

  /** @param place number of the ring in its pool, the same on every thread */
  constructor(
    readonly place: number,
    readonly shared: SharedArrayBuffer,
  ) {
    this.header = new Int32Array(shared, 0, headerBytes / 4)
    this.samples = new Int16Array(shared, headerBytes, ringSamples)
  }

  /** Which call the memory belongs to: a number that no other call of this ring has. */
  get call(): number {
    return Atomics.load(this.header, callAt)
  }

  /** Samples written so far: whole frames. */
  get written(): number {
    return Atomics.load(this.header, writtenAt)
  }

  /** The oldest position that can still be read. The place of the frame before it is written next. */
  get oldest(): number {
    return Math.max(0, this.written - ringSamples + frameSamples)
  }

  /**
   * Copies `out.length` samples from position `from` on.
   *
   * @param from at most `written - out.length`
   * @returns false when some of them were overwritten, also while they were being copied: `out` is then unusable
   */
  read(from: number, out: Int16Array): boolean {
    const at = from % ringSamples
    const first = Math.min(out.length, ringSamples - at)
    for (let i = 0; i < first; i++) out[i] = this.samples[at + i]!
    for (let i = first; i < out.length; i++) out[i] = this.samples[i - first]!
    return from >= this.oldest
  }
}

/** The ring as the call thread has it: the only one that writes. */
export class CallRing extends RingReader {
  private users = 0
  private at = 0

  constructor(
    place: number,
    private readonly onFree: (ring: CallRing) => void,
  ) {
    super(place, new SharedArrayBuffer(ringBytes))
  }

  /** Number of the newest frame: its samples begin at 160 times this position. */
  get newestFrame(): number {
    return this.at / frameSamples - 1
  }

  /** @param frame 160 samples, copied */
  write(frame: Int16Array): void {
    this.samples.set(frame, this.at % ringSamples)
    this.at += frameSamples
    Atomics.store(this.header, writtenAt, this.at)
  }

  /** One more user of the call needs the memory; each calls `release` once. */
  retain(): void {
    this.users++
  }

  /** After the last user's release the audio is wiped, and another call gets the memory. */
  release(): void {
    if (--this.users > 0) return
    this.samples.fill(0, 0, Math.min(this.at, ringSamples))
    this.onFree(this)
  }

  /** Begins a new call, with one user. */
  begin(): this {
    this.users = 1
    this.at = 0
    Atomics.store(this.header, writtenAt, 0)
    Atomics.add(this.header, callAt, 1)
    return this
  }
}

/** A thread that reads rings gets each of them once, when it is made, and keeps it: places are never given up. */
export type ShareRing = (place: number, shared: SharedArrayBuffer) => void

/**
 * The rings of all calls, reused from call to call: as many as calls were live or being closed at one time. Memory that
 * no call has written to is not resident.
 */
export class RingPool {
  private readonly rings: CallRing[] = []
  private readonly free: CallRing[] = []
  private readonly readers = new Set<ShareRing>()

  /** A ring for a call that begins; its first user is the caller of this method. */
  take(): CallRing {
    return (this.free.pop() ?? this.add()).begin()
  }

  /** Rings that calls have at present. */
  get used(): number {
    return this.rings.length - this.free.length
  }

  /**
   * Tells a thread of all rings, now and whenever one is added. A ring is told before its first call begins, so a
   * message about that call arrives later than the ring.
   *
   * @returns stop function
   */
  subscribe(tell: ShareRing): () => void {
    this.readers.add(tell)
    this.tellAll(tell)
    return () => this.readers.delete(tell)
  }

  /** Tells a thread of the rings that there are, for one that was started anew. */
  tellAll(tell: ShareRing): void {
    for (const { place, shared } of this.rings) tell(place, shared)
  }

  private add(): CallRing {
    const ring = new CallRing(this.rings.length, (unused) => this.free.push(unused))
    this.rings.push(ring)
    for (const tell of this.readers) tell(ring.place, ring.shared)
    return ring
  }
}
