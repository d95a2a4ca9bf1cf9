// Speaks the agent's lines: lines in, frames out. A line found in the phrase cache goes to the playout as a view. Any
// other is requested from the voice, converted while it arrives, and kept in the cache; a sentence of the language
// model is kept only when it is spoken the second time. Lines are fetched one after the other, ahead of the playout, so
// that the next sentence is ready when the current one ends. A line behind one that is still fetched is looked up when
// that one has come: it may be the same sentence.
//
// One AbortController covers every line that still waits for the voice; `stop` aborts it and makes a new one.

import { joinSamples, rateHz } from '../../audio/pcm.ts'
import { goodSamplesOf } from '../../audio/speech-gate.ts'
import type { Clock } from '../../base/clock.ts'
import { errorText, ProviderError } from '../../base/errors.ts'
import type { Line } from '../../dialogue/types.ts'
import { longestSpeechS } from '../../providers/speech-stream.ts'
import type { Speech } from '../../providers/tts.ts'
import { heardText } from '../history.ts'
import { CallVoice, type CallVoiceDeps } from './call-voice.ts'
import { Playout, type PlayoutOptions } from './playout.ts'

export type SpeakerDeps = CallVoiceDeps & {
  clock: Clock
  /** Converts a voice's bytes to 8 kHz samples while they arrive; the receiver owns each piece. */
  convert: (speech: Speech, signal: AbortSignal) => AsyncIterable<Int16Array>
}

export type SpeakerListener = {
  lineBegun(turn: number, index: number, line: Line): void
  /** @param text what the caller heard of the line: all of it, or up to the cut */
  lineEnded(turn: number, index: number, line: Line, text: string, cut: boolean): void
  /**
   * No voice could say the line, or its rest. Reported in order, after the lines before it.
   *
   * @param text what was heard
   */
  lineFailed(turn: number, index: number, line: Line, text: string): void
  /** Speech is ready: a frame of it could leave now. */
  ready(): void
  /** The first bytes of a line that was not in the cache have arrived. */
  voiceAnswered(turn: number): void
}

/** Letters of French speech per second, to estimate the length of a sentence whose audio is still arriving. */
const lettersPerS = 14
/** Longer lines are not kept in the phrase cache. */
const keepSamples = 20 * rateHz

type Entry = {
  turn: number
  index: number
  line: Line
  begun: boolean
  /** When no voice could say the whole line: how many samples there are. */
  failedAfter: number | undefined
}

export class Speaker {
  private readonly playout: Playout
  private readonly voice: CallVoice
  private readonly entries = new Map<number, Entry>()
  private notes: (() => void)[] = []
  private nextTrack = 1
  private abort = new AbortController()
  private fetching: Promise<void> = Promise.resolve()
  /** Why lines could not be spoken, as far as it was logged: a few sentences of our own. */
  private readonly failures = new Set<string>()
  /** Tracks that are being fetched or wait for it. */
  private unfetched = new Set<number>()

  constructor(
    private readonly deps: SpeakerDeps,
    private readonly listener: SpeakerListener,
    options: Partial<PlayoutOptions> = {},
  ) {
    this.voice = new CallVoice(deps)
    this.playout = new Playout(
      { trackBegun: (id) => this.begun(id), trackEnded: (id) => this.ended(id) },
      options,
    )
  }

  get underruns(): number {
    return this.playout.underruns
  }

  /** Lines that are queued from now on are in this language. */
  changeLanguage(language: string): void {
    this.voice.language = language
  }

  /** Whether a line is being played or waits. */
  get busy(): boolean {
    return this.entries.size > 0
  }

  /** Queues a line behind those of the same turn. */
  speak(turn: number, index: number, line: Line): void {
    const waits = this.unfetched.size > 0
    const ready = waits ? undefined : this.voice.find(line)
    const track = this.queue(turn, index, line)
    if (ready) {
      this.play(track, ready.samples)
      return
    }
    const { signal } = this.abort
    const { unfetched } = this
    unfetched.add(track)
    this.fetching = this.fetching
      .then(() => this.fetch(track, signal, waits))
      .finally(() => unfetched.delete(track))
  }

  /**
   * Plays a line that is not part of the reply (index -1) before those that wait for a voice. Only when nothing is
   * being played and the line is in the cache, because a request to the voice would delay the reply.
   */
  fill(turn: number, line: Line): void {
    for (const entry of this.entries.values()) if (entry.begun) return
    const ready = this.voice.find(line)
    if (ready) this.play(this.queue(turn, -1, line, true), ready.samples)
  }

  private queue(turn: number, index: number, line: Line, first = false): number {
    const track = this.nextTrack++
    this.entries.set(track, { turn, index, line, begun: false, failedAfter: undefined })
    if (first) this.playout.beginFirst(track)
    else this.playout.begin(track)
    return track
  }

  private play(track: number, samples: Int16Array): void {
    this.playout.push(track, samples)
    this.playout.end(track)
    if (this.playout.startable) this.listener.ready()
  }

  /** Stops everything within a frame. A line that had begun is reported as cut, the others are forgotten. */
  stop(): void {
    this.abort.abort()
    this.abort = new AbortController()
    this.fetching = Promise.resolve()
    this.unfetched = new Set()
    for (const [track, { turn, index, line, begun }] of this.entries) {
      if (!begun) continue
      const text = heardText(line.text, this.heardShare(track, line))
      this.notes.push(() => this.listener.lineEnded(turn, index, line, text, true))
    }
    this.entries.clear()
    this.playout.clear()
  }

  /**
   * The next 20 ms.
   *
   * @param frame 160 samples, overwritten when the answer is true; false means silence
   */
  next(frame: Int16Array): boolean {
    return this.playout.next(frame)
  }

  /**
   * Reports to the listener what happened since the last call. Called after the frame has been sent, so that no
   * reaction of the call delays the frame.
   */
  tell(): void {
    if (this.notes.length === 0) return
    const notes = this.notes
    this.notes = []
    for (const note of notes) note()
  }

  private heardShare(track: number, line: Line): number {
    const heard = this.playout.heard(track)
    if (!heard) return 1
    const total = heard.complete ? heard.totalSamples : Math.max(heard.totalSamples, guessSamples(line))
    return total === 0 ? 0 : heard.playedSamples / total
  }

  /** @param looksUp whether the line may have become a phrase since it was queued */
  private async fetch(track: number, signal: AbortSignal, looksUp: boolean): Promise<void> {
    const entry = this.entries.get(track)
    if (!entry || signal.aborted) return
    const { voice } = this
    const { line, turn } = entry
    const ready = looksUp ? voice.find(line) : undefined
    if (ready) {
      this.play(track, ready.samples)
      return
    }
    const isWorthKeeping = voice.isWorthKeeping(line)
    const pieces: Int16Array[] = []
    let length = 0
    // A sentence that broke off is not for later calls.
    let isWhole = true
    let voiceKey = ''
    try {
      for await (const part of voice.parts(line, signal)) {
        const before = length
        const most = longestSpeechS(part.text) * rateHz
        try {
          for await (const samples of this.deps.convert(part, signal)) {
            if (signal.aborted) return
            if (length - before + samples.length > most)
              throw new ProviderError('badAudio', 'more sound than the text can need')
            part.accept()
            voice.heard(part, turn)
            if (length === 0) this.listener.voiceAnswered(turn)
            if (isWorthKeeping) pieces.push(samples)
            length += samples.length
            const room = this.playout.push(track, samples)
            if (this.playout.startable) this.listener.ready()
            if (!room) await this.playout.space()
          }
        } catch (error) {
          if (signal.aborted) return
          this.deps.log.warn('a voice sent unusable audio', {
            turn,
            adapter: part.adapter,
            error: errorText(error),
          })
          part.fail(error, (goodSamplesOf(error) ?? length - before) / rateHz)
        }
        isWhole = before === 0 && !part.isCut
        voiceKey = part.voiceKey
      }
      if (signal.aborted) return
      this.playout.end(track)
      if (isWhole && length > 0 && length <= keepSamples && isWorthKeeping)
        voice.keep(line, joinSamples(pieces), voiceKey)
    } catch (error) {
      if (signal.aborted) return
      this.failed(turn, errorText(error))
      entry.failedAfter = length
      this.playout.end(track)
    }
  }

  /** Lines that were queued together fail together: each reason is worth one warning in a call. */
  private failed(turn: number, error: string): void {
    const isNew = !this.failures.has(error)
    this.failures.add(error)
    this.deps.log[isNew ? 'warn' : 'debug']('a line could not be spoken', { turn, error })
  }

  private begun(track: number): void {
    const entry = this.entries.get(track)
    if (!entry || entry.failedAfter === 0) return
    entry.begun = true
    this.notes.push(() => this.listener.lineBegun(entry.turn, entry.index, entry.line))
  }

  private ended(track: number): void {
    const entry = this.entries.get(track)
    if (!entry) return
    this.entries.delete(track)
    const { turn, index, line, failedAfter } = entry
    if (failedAfter === undefined) {
      this.notes.push(() => this.listener.lineEnded(turn, index, line, line.text, false))
      return
    }
    const heard = heardText(line.text, Math.min(0.99, failedAfter / guessSamples(line)))
    this.notes.push(() => this.listener.lineFailed(turn, index, line, heard))
  }
}

/** Estimated length of a line whose audio is incomplete, in samples. */
const guessSamples = (line: Line): number => (line.text.length / lettersPerS) * rateHz
