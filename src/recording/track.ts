// One side of a call as the recorder knows it: how long it is, and which frame stands where. It notes the frames in
// shared memory and copies none; track-reader.ts reads them for the file.

import { frameSamples } from '../audio/pcm.ts'
import { keptFrames, logFrames, silent, type TrackMemory } from './track-memory.ts'

export class Track {
  private frames = 0

  constructor(private readonly memory: TrackMemory) {}

  /** Length of the track so far, lost stretches included. */
  get samples(): number {
    return this.frames * frameSamples
  }

  /** Never waits, never throws. @param source the frame's number in the ring or among the agent's, or `silent` */
  append(source: number): void {
    this.memory.log[this.frames % logFrames] = source
    this.memory.set('head', ++this.frames)
  }

  /** Appends silence. More than 10 s of it becomes a hole in the file. @param samples a multiple of 160 */
  silence(samples: number): void {
    const { memory } = this
    const count = samples / frameSamples
    if (count <= keptFrames) {
      for (let i = 0; i < count; i++) this.append(silent)
      return
    }
    memory.set('holeFrom', this.frames)
    this.frames += count
    memory.set('holeTo', this.frames)
    memory.set('head', this.frames)
  }
}
