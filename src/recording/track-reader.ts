// Reads one side of a recording for its file: finds the frames that are not written yet and copies them, in order, from
// where they are. What is gone becomes silence in the file, and a gap. It is the same code on the writing thread and
// where a recorder has none.

import type { RingReader } from '../audio/call-ring.ts'
import { frameSamples } from '../audio/pcm.ts'
import { keptFrames, logFrames, type RecordingMemory, silent } from './track-memory.ts'

/** At most this many frames are read at a time: 1 s. */
export const readFrames = 50

export type TrackSide = 'caller' | 'agent'

/** The call that a recording's memory and ring belong to, by their own numbers. */
export type Owner = { memory: number; ring: number }

export const ownerOf = (memory: RecordingMemory, ring: RingReader): Owner => ({
  memory: memory.call,
  ring: ring.call,
})

export class TrackReader {
  /** The first frame of what was read last. */
  private from = 0

  /** @param owner taken when the call got the memory: a writer may be so late that another call has it */
  constructor(
    private readonly memory: RecordingMemory,
    private readonly ring: RingReader,
    private readonly side: TrackSide,
    private readonly owner: Owner,
  ) {}

  /** Where the frames that `read` gave belong in the file, in bytes. */
  get position(): number {
    return this.from * frameSamples * 2
  }

  /**
   * The next frames that are not in the file.
   *
   * @param out room for {@link readFrames} frames
   * @returns how many frames; 0 when everything is written, or the recording is over
   */
  read(out: Int16Array): number {
    if (this.memory.call !== this.owner.memory) return 0
    const track = this.memory[this.side]
    const head = track.get('head')
    this.from = this.next(track.get('done'), head)
    const count = Math.min(head - this.from, readFrames)
    for (let i = 0; i < count; i++) {
      const source = track.log[(this.from + i) % logFrames]!
      const at = i * frameSamples
      if (source !== silent) this.copy(source, out, at)
      // The recorder may have come round while the frame was copied.
      const isGone =
        source !== silent && (track.get('head') - this.from - i > logFrames - 2 || !this.isHeld(source))
      if (isGone) track.lose(this.from + i, this.from + i + 1)
      if (isGone || source === silent) out.fill(0, at, at + frameSamples)
    }
    return this.memory.call === this.owner.memory ? count : 0
  }

  /** The frames that `read` gave are in the file. @param count how many */
  wrote(count: number): void {
    if (this.memory.call !== this.owner.memory) return
    const track = this.memory[this.side]
    track.set('written', track.get('written') + count)
    track.set('done', this.from + count)
  }

  /** The disk refused a write. @param error the system's number, negative */
  failed(error: number): void {
    if (this.memory.call === this.owner.memory) this.memory[this.side].set('error', error)
  }

  /** The first frame to write, behind a hole and behind what is gone. */
  private next(done: number, head: number): number {
    if (head - done <= keptFrames) return done
    const track = this.memory[this.side]
    const [holeFrom, holeTo] = [track.get('holeFrom'), track.get('holeTo')]
    const from = Math.max(head - keptFrames, holeTo)
    if (done < holeFrom) track.lose(done, holeFrom)
    const lostFrom = Math.max(done, holeTo)
    if (lostFrom < from) track.lose(lostFrom, from)
    return from
  }

  private copy(source: number, out: Int16Array, at: number): void {
    const isCaller = this.side === 'caller'
    const samples = isCaller ? this.ring.samples : this.memory.agentFrames
    const from = isCaller ? this.ring.indexOf(source * frameSamples) : source * frameSamples
    for (let i = 0; i < frameSamples; i++) out[at + i] = samples[from + i]!
  }

  private isHeld(source: number): boolean {
    if (this.side === 'agent') return true
    return this.ring.call === this.owner.ring && source * frameSamples >= this.ring.oldest
  }
}
