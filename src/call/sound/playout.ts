// Turns what the agent says into exact 20 ms frames, in order. A track is one line of speech; its samples are views
// that arrive as they are made and leave through `next`. `heard` counts what has left, which is all that the caller can
// have heard. Pure: no clock, no I/O; samples are copied once, into the frame.

import { frameSamples } from '../../audio/pcm.ts'

export type PlayoutOptions = {
  /** Above this, `push` answers false and the pusher should wait. */
  capacityFrames: number
  /** A streamed track starts once it has this much, so that network jitter causes no gaps. */
  prebufferFrames: number
  /** Silence between two tracks, like the breath between two sentences. */
  gapFrames: number
}
export const playoutDefaults = {
  capacityFrames: 1_500,
  prebufferFrames: 2,
  gapFrames: 8,
} as const satisfies PlayoutOptions

/** Called from inside `next`: note the event and act on it later, never call the playout from here. */
export type PlayoutListener = {
  /** The track's first frame is leaving. */
  trackBegun(track: number): void
  /** The track's last frame has left. */
  trackEnded(track: number): void
}

/** 5 ms: short enough to be a cut, long enough not to click. */
const fadeSamples = 40

type Track = {
  id: number
  chunks: Int16Array[]
  offset: number
  buffered: number
  played: number
  total: number
  begun: boolean
  closed: boolean
}

export class Playout {
  /** How often a track in progress had no samples for a frame. */
  underruns = 0
  private readonly options: PlayoutOptions
  private readonly tracks: Track[] = []
  private buffered = 0
  private gap = 0
  private readonly tail = new Int16Array(fadeSamples)
  private tailReady = false
  private held = false
  /** The next frame of speech fades in: it goes on where the playout was held. */
  private fadesIn = false
  private waiting: (() => void)[] = []

  constructor(
    private readonly listener: PlayoutListener,
    options: Partial<PlayoutOptions> = {},
  ) {
    this.options = { ...playoutDefaults, ...options }
  }

  get bufferedFrames(): number {
    return Math.ceil(this.buffered / frameSamples)
  }

  get idle(): boolean {
    return this.tracks.length === 0 && !this.tailReady
  }

  /** Whether the next frame would be speech. */
  get startable(): boolean {
    const track = this.tracks[0]
    if (!track || this.held || this.gap > 0 || this.tailReady || track.buffered === 0) return false
    return track.closed || track.buffered >= (track.begun ? 1 : this.options.prebufferFrames) * frameSamples
  }

  /** Queues an empty track behind the others. @param id chosen by the user of the playout, unique among open tracks */
  begin(id: number): void {
    this.tracks.push({
      id,
      chunks: [],
      offset: 0,
      buffered: 0,
      played: 0,
      total: 0,
      begun: false,
      closed: false,
    })
  }

  /** Queues an empty track before all tracks that have not begun. */
  beginFirst(id: number): void {
    this.begin(id)
    const track = this.tracks.pop()
    if (track) this.tracks.splice(this.tracks[0]?.begun ? 1 : 0, 0, track)
  }

  /**
   * Adds samples to a track. A track that was cleared ignores them; that is not an error.
   *
   * @param samples slin8, kept by reference until played: do not write to it again
   * @returns false when the playout is full; await `space` before the next push
   */
  push(id: number, samples: Int16Array): boolean {
    const track = this.find(id)
    if (track && !track.closed && samples.length > 0) {
      track.chunks.push(samples)
      track.buffered += samples.length
      track.total += samples.length
      this.buffered += samples.length
    }
    return this.bufferedFrames < this.options.capacityFrames
  }

  /** Marks the track as complete. */
  end(id: number): void {
    const track = this.find(id)
    if (track) track.closed = true
  }

  /** Takes everything out of a track; it ends in its turn. */
  skip(id: number): void {
    const track = this.find(id)
    if (!track) return
    this.buffered -= track.buffered
    track.chunks = []
    track.buffered = 0
    track.closed = true
  }

  /** Resolves when there is room again, or the playout was cleared. */
  space(): Promise<void> {
    if (this.bufferedFrames < this.options.capacityFrames) return Promise.resolve()
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  /** Drops everything not yet sent. The next frame fades out within 5 ms, then there is silence. */
  clear(): void {
    if (!this.held) this.fadeOut()
    this.tracks.length = 0
    this.buffered = 0
    this.gap = 0
    this.fadesIn = false
    this.release()
  }

  /**
   * Holds everything back, or lets it go on from the very sample where it stopped. Both fade within 5 ms. What fades
   * out is played again by what fades in, and does not count as heard before.
   */
  hold(held: boolean): void {
    if (held === this.held) return
    this.held = held
    if (held) this.fadesIn ||= this.fadeOut()
    else if (this.tailReady) {
      // It was not held for a whole frame.
      this.tailReady = false
      this.fadesIn = false
    }
  }

  /** The next frame of speech begins in the middle of a word: it fades in within 5 ms. */
  fadeIn(): void {
    this.fadesIn = true
  }

  /** What is left of a track that has all its samples, as views in order; undefined when samples are still to come. */
  rest(id: number): Int16Array[] | undefined {
    const track = this.find(id)
    if (!track?.closed) return undefined
    return track.chunks.map((chunk, i) => (i === 0 ? chunk.subarray(track.offset) : chunk))
  }

  /** The next frame is the end of the speech in progress. @returns whether there is such speech */
  private fadeOut(): boolean {
    const current = this.tracks[0]
    if (!current?.begun || current.buffered < fadeSamples) return false
    this.copy(current, this.tail, 0, fadeSamples)
    for (let i = 0; i < fadeSamples; i++) this.tail[i] = (this.tail[i] * (fadeSamples - i)) / fadeSamples
    this.tailReady = true
    return true
  }

  /** Samples of a track that have left, and samples that it has received; undefined once it has ended. */
  heard(id: number): { playedSamples: number; totalSamples: number; complete: boolean } | undefined {
    const track = this.find(id)
    if (!track) return undefined
    return { playedSamples: track.played, totalSamples: track.total, complete: track.closed }
  }

  /**
   * Fills one frame.
   *
   * @param frame 160 samples, overwritten only when the answer is true
   * @returns false when there is nothing to play: send silence
   */
  next(frame: Int16Array): boolean {
    if (this.tailReady) {
      frame.fill(0)
      frame.set(this.tail)
      this.tailReady = false
      return true
    }
    if (this.held) return false
    if (this.gap > 0) {
      this.gap--
      return false
    }
    let filled = 0
    while (filled < frameSamples) {
      const track = this.current()
      if (!track || !this.ready(track, frameSamples - filled)) break
      if (!track.begun) {
        track.begun = true
        this.listener.trackBegun(track.id)
      }
      const count = Math.min(frameSamples - filled, track.buffered)
      this.take(track, frame, filled, count)
      filled += count
      if (track.closed && track.buffered === 0) {
        this.drop(track)
        this.gap = this.options.gapFrames
        if (this.gap > 0) break
      }
    }
    if (filled === 0) return false
    if (filled < frameSamples) frame.fill(0, filled)
    if (this.fadesIn) {
      for (let i = 0; i < fadeSamples; i++) frame[i] = (frame[i]! * i) / fadeSamples
      this.fadesIn = false
    }
    if (this.waiting.length > 0 && this.bufferedFrames < this.options.capacityFrames / 2) this.release()
    return true
  }

  /** The track to play next. Complete tracks without samples are reported and dropped on the way. */
  private current(): Track | undefined {
    while (this.tracks.length > 0) {
      const track = this.tracks[0]
      if (!track.closed || track.buffered > 0) return track
      if (!track.begun) this.listener.trackBegun(track.id)
      this.drop(track)
    }
    return undefined
  }

  private ready(track: Track, wantedSamples: number): boolean {
    if (track.closed) return true
    if (!track.begun) return track.buffered >= this.options.prebufferFrames * frameSamples
    if (track.buffered >= wantedSamples) return true
    this.underruns++
    return false
  }

  private drop(track: Track): void {
    this.tracks.shift()
    this.listener.trackEnded(track.id)
  }

  private take(track: Track, out: Int16Array, at: number, count: number): void {
    this.copy(track, out, at, count)
    track.offset += count
    while (track.chunks.length > 0 && track.offset >= track.chunks[0].length)
      track.offset -= track.chunks.shift()!.length
    track.buffered -= count
    track.played += count
    this.buffered -= count
  }

  private copy(track: Track, out: Int16Array, at: number, count: number): void {
    let { offset } = track
    let done = 0
    for (let index = 0; done < count; index++) {
      const chunk = track.chunks[index]
      const part = Math.min(count - done, chunk.length - offset)
      for (let i = 0; i < part; i++) out[at + done + i] = chunk[offset + i]
      done += part
      offset = 0
    }
  }

  private find(id: number): Track | undefined {
    for (const track of this.tracks) if (track.id === id) return track
    return undefined
  }

  private release(): void {
    const waiting = this.waiting
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}
