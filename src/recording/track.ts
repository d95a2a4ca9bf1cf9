// One side of a call on its way to the disk: the 20 ms path copies samples into pooled blocks, `flush` writes the
// blocks to the file. Each block knows its position in the file, so a stretch that had to be dropped is a hole: it
// reads as silence, and what follows stays aligned.

import { silenceFrame } from '../audio/pcm.ts'

/** The part of a file that is used: a positioned write. `FileHandle` of node:fs/promises has this shape. */
export type TrackFile = {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>
}

/** 200 ms of slin8. While the disk keeps up, one or two blocks for each side are all that a recorded call holds. */
export const blockBytes = 3_200

type Block = { bytes: Uint8Array; samples: Int16Array; at: number; filled: number; written: number }

/** Blocks of all calls; up to `maxFree` returned ones are kept for reuse. */
export class BlockPool {
  private readonly free: Block[] = []
  /** Blocks in use, for the tests and the memory budget. */
  used = 0
  constructor(private readonly maxFree = 512) {}

  take(at: number): Block {
    this.used++
    const block = this.free.pop() ?? newBlock()
    block.at = at
    block.filled = 0
    block.written = 0
    return block
  }

  give(block: Block): void {
    this.used--
    if (this.free.length < this.maxFree) this.free.push(block)
  }
}

function newBlock(): Block {
  const bytes = new Uint8Array(blockBytes)
  return { bytes, samples: new Int16Array(bytes.buffer), at: 0, filled: 0, written: 0 }
}

export class Track {
  /** Length of the track so far, dropped stretches included. */
  samples = 0
  droppedFrames = 0
  /** Dropped stretches, in samples; adjacent ones are merged. From 64 on the last one grows. */
  readonly gaps: { from: number; to: number }[] = []
  private blocks: Block[] = []
  private closed = false

  /** @param capacityBytes how much may wait for the disk; 160 000 bytes are 10 s */
  constructor(
    private readonly pool: BlockPool,
    private readonly capacityBytes = 160_000,
  ) {}

  /**
   * Copies one frame. Never waits, never throws.
   *
   * @param frame at most 1 600 samples of 8 kHz; null is 20 ms of silence
   * @returns false when too many samples wait for the disk: the frame becomes a gap
   */
  append(frame: Int16Array | null): boolean {
    const source = frame ?? silenceFrame
    let last = this.blocks.at(-1)
    const at = this.samples * 2
    const bytes = source.length * 2
    if (!last || last.at + last.filled !== at || last.filled + bytes > blockBytes) {
      if (this.closed || (this.blocks.length + 1) * blockBytes > this.capacityBytes)
        return this.drop(source.length)
      last = this.pool.take(at)
      this.blocks.push(last)
    }
    last.samples.set(source, last.filled >> 1)
    last.filled += bytes
    this.samples += source.length
    return true
  }

  /** Appends silence; more than a second of it becomes a hole in the file. @param samples a multiple of 160 */
  silence(samples: number): void {
    if (samples > 8_000) this.samples += samples
    else for (let done = 0; done < samples; done += silenceFrame.length) this.append(null)
  }

  /** Bytes that wait for the disk. */
  get waitingBytes(): number {
    let sum = 0
    for (const block of this.blocks) sum += block.filled - block.written
    return sum
  }

  /**
   * Writes everything that waits. The caller must run one flush at a time.
   *
   * @returns bytes written
   * @throws what the file throws; the samples stay for the next flush
   */
  async flush(file: TrackFile): Promise<number> {
    let bytes = 0
    for (let block = this.blocks[0]; block !== undefined; block = this.blocks[0]) {
      while (block.written < block.filled) {
        const { bytesWritten } = await file.write(
          block.bytes,
          block.written,
          block.filled - block.written,
          block.at + block.written,
        )
        if (this.closed) return bytes
        block.written += bytesWritten
        bytes += bytesWritten
      }
      const isOpen = this.blocks.length === 1 && block.filled < blockBytes
      if (isOpen) break
      this.blocks.shift()
      this.pool.give(block)
    }
    return bytes
  }

  /**
   * Returns the blocks to the pool; later frames are dropped.
   *
   * @param writing a write may still read the blocks (a hung disk): they are left to the garbage collector
   */
  release(writing: boolean): void {
    this.closed = true
    for (const block of this.blocks) {
      if (writing) this.pool.used--
      else this.pool.give(block)
    }
    this.blocks = []
  }

  private drop(samples: number): false {
    this.droppedFrames++
    const last = this.gaps.at(-1)
    if (last && (last.to === this.samples || this.gaps.length >= 64)) last.to = this.samples + samples
    else this.gaps.push({ from: this.samples, to: this.samples + samples })
    this.samples += samples
    return false
  }
}
