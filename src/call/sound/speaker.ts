// Speaks the agent's lines: lines in, frames out. A line found in the phrase cache goes to the playout as a view. Any
// other is fetched from the voice (line-fetcher.ts), converted while it arrives, and kept in the cache; a sentence of
// the language model is kept only when it is spoken the second time.

import { rateHz } from '../../audio/pcm.ts'
import type { Line } from '../../dialogue/types.ts'
import { heardText } from '../history.ts'
import { CallVoice, type CallVoiceDeps } from './call-voice.ts'
import { type FetcherDeps, LineFetcher } from './line-fetcher.ts'
import { Playout, type PlayoutOptions } from './playout.ts'
import { Fader, type Loudness } from './yielding.ts'

export type SpeakerDeps = CallVoiceDeps & FetcherDeps

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
  /** The same of an entry of a menu that goes on without it. */
  lineLeftOut(turn: number, index: number, line: Line, text: string): void
  /** Speech is ready: a frame of it could leave now. */
  ready(): void
  /** The first bytes of a line that was not in the cache have arrived. */
  voiceAnswered(turn: number): void
}

/** Letters of French speech per second, to estimate the length of a sentence whose audio is still arriving. */
const lettersPerS = 14

type Entry = {
  turn: number
  index: number
  line: Line
  begun: boolean
  /** The share of the line that was heard before it was cut; this entry plays the rest. */
  from: number
  /** When no voice could say the whole line: how many samples there are. */
  failedAfter: number | undefined
}

export class Speaker {
  private readonly playout: Playout
  private readonly voice: CallVoice
  private readonly entries = new Map<number, Entry>()
  private notes: (() => void)[] = []
  /** The last turn in which an entry of a menu was heard. */
  private menuTurn: number | undefined
  private nextTrack = 1
  private readonly fetcher: LineFetcher
  private readonly fader = new Fader()
  /** The line that `stop` cut, if all its sound was there, and the rest of that sound. */
  private cut: { line: Line; share: number; rest: readonly Int16Array[] } | undefined

  constructor(
    deps: SpeakerDeps,
    private readonly listener: SpeakerListener,
    options: Partial<PlayoutOptions> = {},
  ) {
    this.voice = new CallVoice(deps)
    this.playout = new Playout(
      { trackBegun: (id) => this.begun(id), trackEnded: (id) => this.ended(id) },
      options,
    )
    this.fetcher = new LineFetcher(deps, this.voice, this.playout, {
      arrived: () => this.arrived(),
      voiceAnswered: (turn) => this.listener.voiceAnswered(turn),
      failed: (track, samples) => {
        const entry = this.entries.get(track)
        if (entry) entry.failedAfter = samples
      },
    })
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

  /** Queues what is left of the line that `stop` cut; the whole line when its sound was not complete then. */
  goOn(turn: number, index: number, line: Line): void {
    const { cut } = this
    if (cut?.line !== line) {
      this.speak(turn, index, line)
      return
    }
    this.cut = undefined
    const track = this.queue(turn, index, line)
    this.entries.get(track)!.from = cut.share
    this.playout.fadeIn()
    this.play(track, ...cut.rest)
  }

  /** How the lines sound from the next frame on. */
  yieldTo(loudness: Loudness): void {
    this.fader.isLow = loudness !== 'full'
    this.playout.hold(loudness === 'held')
  }

  /** Queues a line behind those of the same turn. */
  speak(turn: number, index: number, line: Line): void {
    this.cut = undefined
    const ready = this.fetcher.busy ? undefined : this.voice.find(line)
    const track = this.queue(turn, index, line)
    if (ready) this.play(track, ready.samples)
    else this.fetcher.add({ track, turn, line })
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
    this.entries.set(track, { turn, index, line, begun: false, from: 0, failedAfter: undefined })
    if (first) this.playout.beginFirst(track)
    else this.playout.begin(track)
    return track
  }

  private play(track: number, ...pieces: readonly Int16Array[]): void {
    for (const samples of pieces) this.playout.push(track, samples)
    this.playout.end(track)
    this.arrived()
  }

  private arrived(): void {
    if (this.playout.startable) this.listener.ready()
  }

  /** Stops everything within a frame. A line that had begun is reported as cut, the others are forgotten. */
  stop(): void {
    this.fetcher.stop()
    this.cut = undefined
    for (const [track, { turn, index, line, begun, from }] of this.entries) {
      if (!begun) continue
      const share = from + (1 - from) * this.heardShare(track, line)
      const text = heardText(line.text, share, from)
      this.notes.push(() => this.listener.lineEnded(turn, index, line, text, true))
      const rest = this.playout.rest(track)
      if (rest && share < 1) this.cut = { line, share, rest }
    }
    this.entries.clear()
    this.playout.clear()
    this.fader.reset()
  }

  /**
   * The next 20 ms.
   *
   * @param frame 160 samples, overwritten when the answer is true; false means silence
   */
  next(frame: Int16Array): boolean {
    if (!this.playout.next(frame)) return false
    this.fader.apply(frame)
    return true
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

  private begun(track: number): void {
    const entry = this.entries.get(track)
    if (!entry || entry.failedAfter === 0) return
    entry.begun = true
    if (entry.line.entry !== undefined) this.menuTurn = entry.turn
    this.notes.push(() => this.listener.lineBegun(entry.turn, entry.index, entry.line))
  }

  private ended(track: number): void {
    const entry = this.entries.get(track)
    if (!entry) return
    this.entries.delete(track)
    const { turn, index, line, from, failedAfter } = entry
    if (failedAfter === undefined) {
      const text = heardText(line.text, 1, from)
      this.notes.push(() => this.listener.lineEnded(turn, index, line, text, false))
      return
    }
    const heard = heardText(line.text, Math.min(0.99, failedAfter / guessSamples(line)))
    const tells = this.leavesOut(entry) ? 'lineLeftOut' : 'lineFailed'
    this.notes.push(() => this.listener[tells](turn, index, line, heard))
  }

  /**
   * A menu goes on without an entry that no voice can say. The line that names its key is not played either. When
   * no entry can be said, the caller would wait in silence: then the last one has failed.
   */
  private leavesOut({ turn, line }: Entry): boolean {
    if (line.entry === undefined) return false
    const waiting = [...this.entries].filter(([, one]) => one.turn === turn && one.line.entry !== undefined)
    const hasOther = waiting.some(([, one]) => one.line.entry !== line.entry)
    if (!hasOther && this.menuTurn !== turn) return false
    for (const [track, one] of waiting) {
      if (one.line.entry !== line.entry) continue
      one.failedAfter = 0
      this.playout.skip(track)
    }
    return true
  }
}

/** Estimated length of a line whose audio is incomplete, in samples. */
const guessSamples = (line: Line): number => (line.text.length / lettersPerS) * rateHz
