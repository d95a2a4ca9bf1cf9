// What the recorder of one call shares with the writer of its files, on another thread or on the same one: for each
// side of the call a log that names each of its last frames, and the agent's frames themselves. The caller's are in
// the call's ring.
//
// The log is never full. The recorder notes a frame and goes on; a writer that is more than 10 s behind finds the
// oldest entries gone, leaves a gap, and counts it.

import { frameBytes, frameSamples } from '../audio/pcm.ts'
import type { Gap } from './files.ts'

/** Entries of a log, one for each frame of the track: a power of 2. */
export const logFrames = 512
/** A writer may be this far behind: 10 s. The rest is margin, for frames that are noted while it reads. */
export const keptFrames = 500
/** The entry of a frame of silence. */
export const silent = -1
/** Gaps that are kept one by one; later gaps extend the last one. */
const maxGaps = 64

/** Fields of a track's state. `head` and the hole are written by the recorder, the others by the writer. */
export const field = {
  /** Frames noted. */
  head: 0,
  /** Frames that are in the file, or never will be. */
  done: 1,
  /** Frames that were gone before they were written. */
  lost: 2,
  gaps: 3,
  /** The last stretch of silence that is longer than the log: frames from and to. */
  holeFrom: 4,
  holeTo: 5,
  /** The system's (negative) number of the error that ended the writing; 0 for none. */
  error: 6,
  /** Frames written. */
  written: 7,
} as const

const stateInts = 8
const trackInts = stateInts + 2 * maxGaps + logFrames
const headerInts = 16
const audioAt = 4 * (headerInts + 2 * trackInts)
const areaBytes = audioAt + logFrames * frameBytes

/** One side's state and log, as typed arrays on the shared memory. */
export class TrackMemory {
  readonly state: Int32Array
  /** Entry of frame f at `f % logFrames`: {@link silent}, or the frame's number in the ring or among the agent's. */
  readonly log: Int32Array
  private readonly gapInts: Int32Array

  constructor(shared: SharedArrayBuffer, index: 0 | 1) {
    const at = 4 * (headerInts + index * trackInts)
    this.state = new Int32Array(shared, at, stateInts)
    this.gapInts = new Int32Array(shared, at + 4 * stateInts, 2 * maxGaps)
    this.log = new Int32Array(shared, at + 4 * (stateInts + 2 * maxGaps), logFrames)
  }

  get(name: keyof typeof field): number {
    return Atomics.load(this.state, field[name])
  }

  set(name: keyof typeof field, value: number): void {
    Atomics.store(this.state, field[name], value)
  }

  /** What the log names first of the frames that are not written yet; undefined when it is silence only. */
  firstUnwritten(): number | undefined {
    const head = this.get('head')
    for (let frame = Math.max(this.get('done'), head - keptFrames); frame < head; frame++) {
      const source = this.log[frame % logFrames]!
      if (source !== silent) return source
    }
    return undefined
  }

  /** Notes that frames were lost; for the writer. Adjacent gaps are one. */
  lose(from: number, to: number): void {
    const { gapInts } = this
    const count = this.get('gaps')
    const isLonger = count > 0 && (gapInts[2 * count - 1] === from || count === maxGaps)
    gapInts[2 * (isLonger ? count - 1 : count) + 1] = to
    if (!isLonger) gapInts[2 * count] = from
    this.set('gaps', isLonger ? count : count + 1)
    Atomics.add(this.state, field.lost, to - from)
  }

  gaps(track: Gap['track']): Gap[] {
    const msOf = (frames: number) => frames * 20
    return Array.from({ length: this.get('gaps') }, (_, i) => ({
      track,
      fromMs: msOf(this.gapInts[2 * i]!),
      toMs: msOf(this.gapInts[2 * i + 1]!),
    }))
  }

  reset(): void {
    this.state.fill(0)
  }
}

/** Both sides of one recording. */
export class RecordingMemory {
  readonly caller: TrackMemory
  readonly agent: TrackMemory
  /** Frame n of the agent is at `n * 160`. */
  readonly agentFrames: Int16Array
  private readonly header: Int32Array
  private slot = 0
  private usedSlots = 0

  constructor(readonly shared: SharedArrayBuffer = new SharedArrayBuffer(areaBytes)) {
    this.header = new Int32Array(shared, 0, headerInts)
    this.caller = new TrackMemory(shared, 0)
    this.agent = new TrackMemory(shared, 1)
    this.agentFrames = new Int16Array(shared, audioAt, logFrames * frameSamples)
  }

  /** Which call has the memory: a number that no other call of it has. */
  get call(): number {
    return Atomics.load(this.header, 0)
  }

  /**
   * Copies a frame of the agent. While the writer keeps up, the same few places are used again and again, so that a
   * call has a few kilobytes of this memory and not all of it.
   *
   * @returns its number, for the log
   */
  put(frame: Int16Array): number {
    const { agent } = this
    this.slot = agent.get('done') === agent.get('head') ? 0 : (this.slot + 1) % logFrames
    this.usedSlots = Math.max(this.usedSlots, this.slot + 1)
    this.agentFrames.set(frame, this.slot * frameSamples)
    return this.slot
  }

  begin(): this {
    Atomics.add(this.header, 0, 1)
    this.caller.reset()
    this.agent.reset()
    this.slot = 0
    return this
  }

  /** Forgets what the agent said. A writer that still reads finds another call, or silence. */
  end(): void {
    Atomics.add(this.header, 0, 1)
    this.agentFrames.fill(0, 0, this.usedSlots * frameSamples)
    this.usedSlots = 0
  }
}

/** The memory of all recordings, reused from call to call. */
export class RecordingMemories {
  private readonly free: RecordingMemory[] = []
  /** Recordings that have memory at present. */
  used = 0
  constructor(private readonly maxFree = 512) {}

  take(): RecordingMemory {
    this.used++
    return (this.free.pop() ?? new RecordingMemory()).begin()
  }

  /** Makes memory in advance, so that some calls can begin without waiting for theirs. */
  prepare(count: number): void {
    while (this.free.length < count) this.free.push(new RecordingMemory())
  }

  give(memory: RecordingMemory): void {
    this.used--
    memory.end()
    if (this.free.length < this.maxFree) this.free.push(memory)
  }
}
