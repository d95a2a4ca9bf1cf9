// The audio that a recording holds in shared memory until it is in the files, and what became of it: how much was
// written, and where it has gaps.

import { getSystemErrorName } from 'node:util'
import { type CallRing, RingPool } from '../audio/call-ring.ts'
import { frameBytes, frameSamples } from '../audio/pcm.ts'
import type { recordingCounters } from './counters.ts'
import type { Gap } from './files.ts'
import type { RecordingMemories, RecordingMemory } from './track-memory.ts'
import { type Owner, ownerOf } from './track-reader.ts'

export class HeldAudio {
  readonly ring: CallRing
  readonly memory: RecordingMemory
  readonly owner: Owner
  private readonly hasOwnRing: boolean
  private readonly stopKeeping: () => void
  private countedWritten = 0
  private countedLost = 0
  /** The gaps, once the memory is given back. */
  private lastGaps: Gap[] | undefined

  /** @param ring the call's; without it each frame is copied into a ring of the recording's own */
  constructor(
    private readonly memories: RecordingMemories,
    ring: CallRing | undefined,
    private readonly counters: ReturnType<typeof recordingCounters>,
  ) {
    ring?.retain()
    this.hasOwnRing = ring === undefined
    this.ring = ring ?? new RingPool().take()
    this.memory = memories.take()
    const { caller } = this.memory
    this.stopKeeping = this.ring.keep(() => {
      const frame = caller.get('error') === 0 ? caller.firstUnwritten() : undefined
      return frame === undefined ? this.ring.written : frame * frameSamples
    })
    this.owner = ownerOf(this.memory, this.ring)
  }

  get isReleased(): boolean {
    return this.lastGaps !== undefined
  }

  get gaps(): Gap[] {
    return this.lastGaps ?? [...this.memory.caller.gaps('caller'), ...this.memory.agent.gaps('agent')]
  }

  /** A frame of the caller has arrived. */
  arrived(frame: Int16Array): void {
    if (this.hasOwnRing && !this.isReleased) this.ring.write(frame)
  }

  /** Counts what was written and lost since the last time. @returns the error that ended the writing, if one did */
  count(): Error | undefined {
    if (this.isReleased) return undefined
    const { caller, agent } = this.memory
    const written = caller.get('written') + agent.get('written')
    const lost = caller.get('lost') + agent.get('lost')
    this.counters.bytes.add((written - this.countedWritten) * frameBytes)
    this.counters.dropped.add(lost - this.countedLost)
    this.countedWritten = written
    this.countedLost = lost
    const error = caller.get('error') || agent.get('error')
    return error === 0 ? undefined : new Error(`the disk refused a write: ${getSystemErrorName(error)}`)
  }

  /**
   * Gives the memory back. A write that hangs finds that it is another call's, and ends.
   *
   * @param losesRest what is not written yet counts as lost
   */
  release(losesRest: boolean): void {
    if (this.isReleased) return
    const { caller, agent } = this.memory
    for (const track of losesRest ? [caller, agent] : []) {
      const [done, head] = [track.get('done'), track.get('head')]
      if (done < head) track.lose(done, head)
    }
    this.count()
    this.lastGaps = this.gaps
    this.memories.give(this.memory)
    this.stopKeeping()
    this.ring.release()
  }
}
