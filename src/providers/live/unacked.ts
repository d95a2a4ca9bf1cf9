// The audio that no result covers yet, so that it can be sent again on a new connection. Positions are samples from the
// start of the call. Chunks are pooled: while results come in time, nothing is allocated after the first seconds.

type Chunk = { start: number; length: number; samples: Int16Array }

/** Chunks kept for reuse, about three seconds; after a long dictation the rest of its chunks is freed. */
const maxFree = 40

export type UnackedOptions = {
  /** Samples sent in one message. */
  chunkSamples: number
  /** Most samples kept; beyond that the oldest chunk is dropped. */
  maxSamples: number
}

export class UnackedAudio {
  /** Samples written so far. */
  written = 0
  /** Audio before this sample is no longer needed. */
  released = 0
  private readonly chunks: Chunk[] = []
  private readonly free: Chunk[] = []
  private filling: Chunk

  constructor(private readonly options: UnackedOptions) {
    this.filling = this.blank()
  }

  /** @returns the bytes to send when a chunk is full; valid until the next call of any method */
  write(frame: Int16Array): Uint8Array | undefined {
    const full = this.filling.length + frame.length > this.options.chunkSamples ? this.seal() : undefined
    this.filling.samples.set(frame, this.filling.length)
    this.filling.length += frame.length
    this.written += frame.length
    return this.filling.length >= this.options.chunkSamples ? this.seal() : full
  }

  /** Ends the current chunk. @returns its bytes, or undefined when it is empty */
  seal(): Uint8Array | undefined {
    if (this.filling.length === 0) return undefined
    const chunk = this.filling
    this.chunks.push(chunk)
    this.filling = this.blank()
    return bytesFrom(chunk, 0)
  }

  /** Drops audio beyond the bound. @returns the number of samples dropped */
  trim(): number {
    let gone = 0
    while (this.written - this.released > this.options.maxSamples && this.chunks.length > 0) {
      const chunk = this.chunks.shift() as Chunk
      const end = chunk.start + chunk.length
      gone += end - Math.max(chunk.start, this.released)
      this.released = Math.max(this.released, end)
      this.giveBack(chunk)
    }
    return gone
  }

  /** Audio before `sample` need not be sent again. */
  release(sample: number): void {
    this.released = Math.max(this.released, Math.min(sample, this.written))
    while (this.chunks.length > 0 && this.chunks[0].start + this.chunks[0].length <= this.released)
      this.giveBack(this.chunks.shift() as Chunk)
  }

  /** Calls `send` with the bytes of every whole chunk from `released` on, exact to the sample. */
  replay(send: (bytes: Uint8Array) => void): void {
    for (const chunk of this.chunks) send(bytesFrom(chunk, Math.max(0, this.released - chunk.start)))
  }

  /** A copy of all audio that is not released. */
  copy(): Int16Array {
    const samples = new Int16Array(this.written - this.released)
    for (const chunk of [...this.chunks, this.filling]) {
      const skip = Math.max(0, this.released - chunk.start)
      if (skip < chunk.length)
        samples.set(chunk.samples.subarray(skip, chunk.length), chunk.start + skip - this.released)
    }
    return samples
  }

  private giveBack(chunk: Chunk): void {
    if (this.free.length < maxFree) this.free.push(chunk)
  }

  private blank(): Chunk {
    const chunk = this.free.pop() ?? {
      start: 0,
      length: 0,
      samples: new Int16Array(this.options.chunkSamples),
    }
    chunk.start = this.written
    chunk.length = 0
    return chunk
  }
}

function bytesFrom(chunk: Chunk, skip: number): Uint8Array {
  return new Uint8Array(chunk.samples.buffer, skip * 2, (chunk.length - skip) * 2)
}
