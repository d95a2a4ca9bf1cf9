// A call's ring as a thread reads it that may learn late of the call's end. A ring goes to another call when the one
// before it is over; a thread that stood still meanwhile must not take that call's words for this one's.

import { RingReader } from './call-ring.ts'

export class OwnedRing extends RingReader {
  private lastWritten = 0

  /** @param owner `call` of the ring when this call got it */
  constructor(
    place: number,
    shared: SharedArrayBuffer,
    private readonly owner: number,
  ) {
    super(place, shared)
  }

  /** Once another call has the ring, this stays as it was. */
  override get written(): number {
    const written = super.written
    // In this order: the other call changes `call` before it writes.
    if (this.call === this.owner) this.lastWritten = Math.max(this.lastWritten, written)
    return this.lastWritten
  }

  /** Once another call has the ring, nothing can be read any more. */
  override get oldest(): number {
    const oldest = super.oldest
    return this.call === this.owner ? oldest : this.lastWritten
  }

  override read(from: number, out: Int16Array): boolean {
    return super.read(from, out) && this.call === this.owner
  }
}
