// What the caller hears while nobody speaks: soft noise, so that the line does not seem dead, or the site's music while
// a technician is looked for. One loop of each serves all calls; a frame of it is a copy of 160 samples. The caller's
// voice silences it within a frame, and the agent's first frame of speech takes over its end.

import { frameSamples, toSample } from '../../audio/pcm.ts'

/** Loops of whole frames, played round and round. */
export type WaitingLoops = { readonly noise: Int16Array; music: Int16Array | undefined }
export type WaitingKind = keyof WaitingLoops

/** Frames over which the sound begins, 200 ms. It ends within one. */
const fadeInFrames = 10

export class WaitingSound {
  /** What the last frame was of; undefined for silence. */
  playing: WaitingKind | undefined
  private readonly at = { noise: 0, music: 0 }
  /** Frames that have faded in. */
  private risen = 0

  constructor(private readonly loops: WaitingLoops) {}

  /**
   * Fills the next frame.
   *
   * @param wanted undefined for silence; music that the site does not have is noise
   * @param frame 160 samples, overwritten only when the answer is true
   */
  next(wanted: WaitingKind | undefined, frame: Int16Array): boolean {
    const kind = wanted === 'music' && this.loops.music === undefined ? 'noise' : wanted
    const { playing } = this
    if (kind === undefined || (playing !== undefined && playing !== kind)) {
      if (playing === undefined) return false
      // The frame that fades out; another sound begins with the next one.
      this.take(playing, frame)
      const full = this.risen / fadeInFrames
      for (let i = 0; i < frameSamples; i++) frame[i] = frame[i]! * full * (1 - (i + 1) / frameSamples)
      this.stop()
      return true
    }
    this.playing = kind
    this.take(kind, frame)
    if (this.risen < fadeInFrames) {
      for (let i = 0; i < frameSamples; i++)
        frame[i] = (frame[i]! * (this.risen + i / frameSamples)) / fadeInFrames
      this.risen++
    }
    return true
  }

  /** Speech begins: mixes the end of the sound into its first frame. @param speech 160 samples, changed */
  endUnder(speech: Int16Array): void {
    const { playing } = this
    if (playing === undefined) return
    this.take(playing, this.end)
    const full = this.risen / fadeInFrames
    for (let i = 0; i < frameSamples; i++) {
      speech[i] = toSample(speech[i]! + this.end[i]! * full * (1 - (i + 1) / frameSamples))
    }
    this.stop()
  }
  private readonly end = new Int16Array(frameSamples)

  private stop(): void {
    this.playing = undefined
    this.risen = 0
  }

  private take(kind: WaitingKind, frame: Int16Array): void {
    const loop = this.loops[kind]!
    let at = this.at[kind]
    for (let i = 0; i < frameSamples; i++) frame[i] = loop[at + i]!
    at += frameSamples
    this.at[kind] = at >= loop.length ? 0 : at
  }
}
