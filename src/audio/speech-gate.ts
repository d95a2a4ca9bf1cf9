// Lets a voice's sound pass as soon as it is speech. Sound that begins with a vowel leaves with the first piece that
// holds 40 ms; a start without one, a consonant or noise, is held until the vowel comes. What never becomes speech is
// never heard.

import { AudioError, rateHz } from './pcm.ts'
import { checkSamples, kindOfSound } from './speech-check.ts'

const framesOf = (ms: number) => Math.round((ms * rateHz) / 1_000 / checkSamples)
/** The longest consonant before the first vowel that the shipped phrases have is 160 ms. */
const noiseAtStart = framesOf(400)
/** The longest stretch without a vowel that they have is 200 ms. */
const noiseWithin = framesOf(1_000)
/** Voices begin with up to 0.5 s of silence, and pause for up to 1 s at a full stop. */
const silenceAtStart = framesOf(2_000)
const silenceWithin = framesOf(3_000)
/** Frames that are not looked at after a vowel, because speech goes on for a while; it saves most of the time. */
const skippedAfterVowel = framesOf(160)
/** Silence that is left before the first sound; the rest would only delay it. */
const leadSamples = 0.1 * rateHz

/** The sound was not speech; `goodSamples` of what had passed before it were. */
export class NoSpeech extends AudioError {
  constructor(
    what: string,
    readonly goodSamples: number,
  ) {
    super('noSpeech', `the sound is ${what} and not speech`)
  }
}

/** Samples that were speech before an error that {@link NoSpeech} caused; undefined for another error. */
export function goodSamplesOf(error: unknown): number | undefined {
  return error instanceof Error && error.cause instanceof NoSpeech ? error.cause.goodSamples : undefined
}

export class SpeechGate {
  private held: Int16Array[] = []
  private heldSamples = 0
  /** What was not a whole frame yet. */
  private readonly frame = new Int16Array(checkSamples)
  private filled = 0
  private isOpen = false
  private checked = 0
  /** Position behind the last vowel. */
  private voicedTo = 0
  private noiseRun = 0
  private silenceRun = 0
  private noiseFrames = 0
  private skips = 0

  /**
   * @param piece slin8, kept until it passes
   * @returns the pieces that may be played now, in order
   * @throws {NoSpeech} when there has been silence or noise for too long
   */
  push(piece: Int16Array): Int16Array[] {
    this.held.push(piece)
    this.heldSamples += piece.length
    for (let at = 0; at < piece.length; ) {
      at += this.skipped(piece.length - at)
      const to = Math.min(piece.length, at + checkSamples - this.filled)
      while (at < to) this.frame[this.filled++] = piece[at++]!
      if (this.filled < checkSamples) break
      this.filled = 0
      this.check()
    }
    return this.isOpen ? this.release() : []
  }

  /**
   * The end of the sound.
   *
   * @throws {NoSpeech} when none of it was speech: every word has a vowel
   */
  end(): Int16Array[] {
    if (this.filled > 0) {
      this.frame.fill(0, this.filled)
      this.filled = 0
      this.check()
    }
    if (!this.isOpen) throw new NoSpeech(this.noiseFrames === 0 ? 'silence' : 'noise', 0)
    return this.release()
  }

  /** Whole frames that need no look are not even copied. @returns samples of `left` that are passed over */
  private skipped(left: number): number {
    if (this.filled > 0) return 0
    const frames = Math.min(this.skips, Math.floor(left / checkSamples))
    this.skips -= frames
    this.checked += frames * checkSamples
    return frames * checkSamples
  }

  private check(): void {
    this.checked += checkSamples
    if (this.skips > 0) {
      this.skips--
      return
    }
    const kind = kindOfSound(this.frame)
    if (kind === 'voiced') {
      this.isOpen = true
      this.noiseRun = 0
      this.silenceRun = 0
      this.voicedTo = this.checked
      this.skips = skippedAfterVowel
      return
    }
    if (kind === 'noise') {
      this.noiseFrames++
      this.noiseRun++
      this.silenceRun = 0
    } else this.silenceRun++
    const noiseLimit = this.isOpen ? noiseWithin : noiseAtStart
    if (this.noiseRun > noiseLimit) throw new NoSpeech('noise', this.voicedTo)
    if (this.silenceRun > (this.isOpen ? silenceWithin : silenceAtStart))
      throw new NoSpeech('silence', this.voicedTo)
    if (!this.isOpen && this.noiseFrames === 0) this.dropLead()
  }

  /** Drops silence before the first sound, whole pieces at a time. */
  private dropLead(): void {
    while (this.held.length > 1 && this.heldSamples - this.held[0]!.length >= leadSamples)
      this.heldSamples -= this.held.shift()!.length
  }

  private release(): Int16Array[] {
    const pieces = this.held
    this.held = []
    this.heldSamples = 0
    return pieces
  }
}
