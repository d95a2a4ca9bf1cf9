// Samples from one thread to one other, through shared memory, without waiting and without allocating: from an
// audio worker to the call's thread. Who is to be told, and how, is the users' business.

import { AudioError } from './pcm.ts'

/**
 * Layout of the shared memory: a head of 4 Int32, then `capacity` Int16 samples.
 *
 *   0  written  samples ever written, modulo 2³²; only the producer stores it
 *   4  read     samples ever read, modulo 2³²; only the consumer stores it
 *   8  state    0 open, 1 ended by the producer, 2 aborted by either
 *  12  capacity samples, a power of two
 *  16  samples  sample n at n modulo capacity
 *
 * Samples are stored before `written` and loaded after it; both are Atomics, which order all other accesses.
 */
const headBytes = 16
const written = 0
const read = 1
const state = 2
const capacityAt = 3

const open = 0
const endedByProducer = 1
const abortedByEither = 2

const maxCapacity = 2 ** 24

/**
 * One end of a ring. Exactly one thread writes and exactly one reads; each makes its own Ring on the same buffer:
 * `Ring.create` on one, `new Ring(ring.buffer)` on the other. Every method returns at once.
 */
export class Ring {
  readonly capacity: number
  private readonly head: Int32Array
  private readonly samples: Int16Array

  /**
   * @param buffer from `Ring.create(…).buffer`, also of another thread
   * @throws {AudioError} `badRing` when the buffer is no ring
   */
  constructor(readonly buffer: SharedArrayBuffer) {
    if (buffer.byteLength <= headBytes)
      throw new AudioError('badRing', `${buffer.byteLength} bytes hold no ring`)
    this.head = new Int32Array(buffer, 0, headBytes / 4)
    this.capacity = this.head[capacityAt]!
    if (buffer.byteLength !== headBytes + this.capacity * 2) {
      throw new AudioError('badRing', `${buffer.byteLength} bytes do not hold ${this.capacity} samples`)
    }
    this.samples = new Int16Array(buffer, headBytes)
  }

  /**
   * A new ring, empty and open.
   *
   * @param samples it must hold, 1 to 2²⁴; rounded up to a power of two, which `capacity` then says
   * @throws {AudioError} `badRing` beyond that
   */
  static create(samples: number): Ring {
    if (!(samples >= 1 && samples <= maxCapacity))
      throw new AudioError('badRing', `no ring of ${samples} samples`)
    const capacity = 2 ** Math.ceil(Math.log2(samples))
    const buffer = new SharedArrayBuffer(headBytes + capacity * 2)
    new Int32Array(buffer, 0, headBytes / 4)[capacityAt] = capacity
    return new Ring(buffer)
  }

  /** Samples that can be read now: exact on the consumer's thread, at least so many on the producer's. */
  get available(): number {
    return (Atomics.load(this.head, written) - Atomics.load(this.head, read)) >>> 0
  }

  /** Samples that can be written now: exact on the producer's thread, at least so many on the consumer's. */
  get space(): number {
    return this.capacity - this.available
  }

  /** Whether nothing comes any more: the producer has ended and all is read, or either has aborted. Either thread. */
  get ended(): boolean {
    const now = Atomics.load(this.head, state)
    return now === abortedByEither || (now === endedByProducer && this.available === 0)
  }

  /** Whether either thread has aborted. Either thread. */
  get aborted(): boolean {
    return Atomics.load(this.head, state) === abortedByEither
  }

  /**
   * Producer only. Allocates nothing.
   *
   * @param from left alone
   * @returns how many samples of `from` were taken, from its start: fewer when the ring is full, none after
   *   end or abort. The rest is the caller's to keep
   */
  write(from: Int16Array): number {
    if (Atomics.load(this.head, state) !== open) return 0
    const count = Math.min(from.length, this.space)
    const at = Atomics.load(this.head, written)
    const mask = this.capacity - 1
    for (let i = 0; i < count; i++) this.samples[(at + i) & mask] = from[i]!
    Atomics.store(this.head, written, (at + count) | 0)
    return count
  }

  /**
   * Consumer only. Allocates nothing.
   *
   * @param out takes the samples, from its start; the rest of it is left alone
   * @returns how many: fewer than out.length when the ring is empty, none after abort
   */
  read(out: Int16Array): number {
    if (this.aborted) return 0
    const count = Math.min(out.length, this.available)
    const at = Atomics.load(this.head, read)
    const mask = this.capacity - 1
    for (let i = 0; i < count; i++) out[i] = this.samples[(at + i) & mask]!
    Atomics.store(this.head, read, (at + count) | 0)
    return count
  }

  /** Producer only: no more will be written; what is there can still be read. Nothing after an abort. */
  end(): void {
    Atomics.compareExchange(this.head, state, open, endedByProducer)
  }

  /** Either thread: what is there is void, and each side sees it with its next call. The end of a turn, or an error. */
  abort(): void {
    Atomics.store(this.head, state, abortedByEither)
  }
}
