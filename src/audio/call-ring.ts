// The caller's audio of one call in memory that threads share. The call thread copies each frame into it once; the
// recorder, the recogniser and the voice judge read it, each from its own thread and at its own time. It is also what a
// recogniser is sent again on a new connection.
//
// A position is absolute: samples since the call began. The ring keeps what its users still need, at most the last
// 15.36 s. What is older cannot be read any more: a reader that is later than that loses audio, counts it, and never
// delays the call.
//
// The memory is in pages of 0.48 s. A page that nobody needs is wiped and used again before any other, so that a call
// whose readers keep up touches a few pages, and the system gives it no more memory than that.
//
// Where a phone sends nothing, the call writes silence, so that the ring's time goes on (call/sound/uplink.ts).

import { frameSamples } from './pcm.ts'

/** A recorder may lag 10 s behind (a slow disk), a recogniser 15 s: so long may words wait for their final text. */
export const ringFrames = 768
/** 122 880 samples, 245 760 bytes a call. */
export const ringSamples = ringFrames * frameSamples
export const pageSamples = 24 * frameSamples
/** One more than the samples fill, because the newest page is begun before the oldest one is unreadable. */
const pageCount = ringSamples / pageSamples + 1
/** Int32 fields of the header; from `tableAt` on: where stretch n of the audio lies, at `n % pageCount`. */
const [writtenAt, callAt, keptFromAt, tableAt] = [0, 1, 2, 16]
const headerBytes = 4 * (tableAt + pageCount)
export const ringBytes = headerBytes + pageCount * pageSamples * 2

/** Reads a ring, on any thread. Allocates nothing after construction. */
export class RingReader {
  /** Of all pages. The sample at position p is `samples[indexOf(p)]`, from `oldest` on. */
  readonly samples: Int16Array
  protected readonly header: Int32Array

  /** @param place number of the ring in its pool, the same on every thread */
  constructor(
    readonly place: number,
    readonly shared: SharedArrayBuffer,
  ) {
    this.header = new Int32Array(shared, 0, headerBytes / 4)
    this.samples = new Int16Array(shared, headerBytes, pageCount * pageSamples)
  }

  /** Which call the memory belongs to: a number that no other call of this ring has. */
  get call(): number {
    return Atomics.load(this.header, callAt)
  }

  /** Samples written so far: whole frames. */
  get written(): number {
    return Atomics.load(this.header, writtenAt)
  }

  /** The oldest position that can still be read. */
  get oldest(): number {
    return Math.max(Atomics.load(this.header, keptFromAt), this.written - ringSamples + frameSamples)
  }

  /** Where the sample of a position is; all samples of a frame are side by side. */
  indexOf(position: number): number {
    const page = Math.floor(position / pageSamples)
    return this.header[tableAt + (page % pageCount)]! * pageSamples + (position % pageSamples)
  }

  /**
   * Copies `out.length` samples from position `from` on.
   *
   * @param from at most `written - out.length`
   * @returns false when some of them were given up, also while they were being copied: `out` is then unusable
   */
  read(from: number, out: Int16Array): boolean {
    for (let done = 0; done < out.length; ) {
      const position = from + done
      const at = this.indexOf(position)
      const count = Math.min(out.length - done, pageSamples - (position % pageSamples))
      for (let i = 0; i < count; i++) out[done + i] = this.samples[at + i]!
      done += count
    }
    return from >= this.oldest
  }
}

/** The ring as the call thread has it: the only one that writes. */
export class CallRing extends RingReader {
  private users = 0
  private at = 0
  /** Whether a page holds audio, by its place. */
  private readonly isUsed = new Uint8Array(pageCount)
  private readonly needs = new Set<() => number>()

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
    if (this.at % pageSamples === 0) this.turnPage()
    this.samples.set(frame, this.indexOf(this.at))
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
    this.giveUp(this.at)
    this.onFree(this)
  }

  /**
   * One more reader of the call says what it needs. Without any, all 15.36 s are kept.
   *
   * @param need gives the oldest position that is still needed; called twice a second
   * @returns stop function
   */
  keep(need: () => number): () => void {
    this.needs.add(need)
    return () => this.needs.delete(need)
  }

  /** Begins a new call, with one user. */
  begin(): this {
    this.users = 1
    this.at = 0
    this.needs.clear()
    Atomics.store(this.header, keptFromAt, 0)
    Atomics.store(this.header, writtenAt, 0)
    Atomics.add(this.header, callAt, 1)
    return this
  }

  /** Gives up what is not needed, and takes the first unused page for what comes now. */
  private turnPage(): void {
    let from = this.needs.size === 0 ? 0 : this.at
    for (const need of this.needs) from = Math.min(from, need())
    this.giveUp(Math.max(from, this.at - ringSamples))
    const place = this.isUsed.indexOf(0)
    this.isUsed[place] = 1
    this.header[tableAt + ((this.at / pageSamples) % pageCount)] = place
  }

  /** Wipes the pages whose audio is before a position. Readers see that it is unreadable before it changes. */
  private giveUp(before: number): void {
    const { header } = this
    const first = Math.floor(header[keptFromAt]! / pageSamples)
    const end = before === this.at ? Math.ceil(before / pageSamples) : Math.floor(before / pageSamples)
    if (end <= first) return
    Atomics.store(header, keptFromAt, Math.min(end * pageSamples, this.at))
    for (let page = first; page < end; page++) {
      const place = header[tableAt + (page % pageCount)]!
      this.samples.fill(0, place * pageSamples, (place + 1) * pageSamples)
      this.isUsed[place] = 0
    }
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

  /** Makes rings in advance, so that some calls can begin without waiting for theirs. */
  prepare(count: number): void {
    while (this.free.length < count) this.free.push(this.add())
  }

  /** Rings that calls have at present. */
  get used(): number {
    return this.rings.length - this.free.length
  }

  /**
   * Hands all rings to a thread, now and whenever one is added. A ring is handed over before its first call begins, so
   * a message about that call arrives later than the ring.
   *
   * @returns stop function
   */
  subscribe(tell: ShareRing): () => void {
    this.readers.add(tell)
    this.tellAll(tell)
    return () => this.readers.delete(tell)
  }

  /** Hands the rings that exist to a thread that was started anew. */
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
