// Fetches the audio of lines from the voice, one line after the other, ahead of the playout, so that the next sentence
// is ready when the current one ends. A line behind one that is still fetched is looked up when that one has come: it
// may be the same sentence. What is worth keeping goes into the phrase cache.
//
// One AbortController covers every line that still waits for the voice; `stop` aborts it and makes a new one.

import { joinSamples, rateHz } from '../../audio/pcm.ts'
import { goodSamplesOf } from '../../audio/speech-gate.ts'
import { errorText, ProviderError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Line } from '../../dialogue/types.ts'
import { longestSpeechS } from '../../providers/speech-stream.ts'
import type { Speech } from '../../providers/tts.ts'
import type { CallVoice } from './call-voice.ts'
import type { Playout } from './playout.ts'

export type FetcherDeps = {
  log: Log
  /** Converts a voice's bytes to 8 kHz samples while they arrive; the receiver owns each piece. */
  convert: (speech: Speech, signal: AbortSignal) => AsyncIterable<Int16Array>
}

export type FetcherListener = {
  /** More of a line is in the playout. */
  arrived(): void
  /** The first bytes of a line that was not in the cache have arrived. */
  voiceAnswered(turn: number): void
  /** No voice could say the line, or its rest: the playout gets no more than these samples of it. */
  failed(track: number, samples: number): void
}

/** `track`: where the playout wants its samples. */
type Wanted = { readonly track: number; readonly turn: number; readonly line: Line }

/** Longer lines are not kept in the phrase cache. */
const keepSamples = 20 * rateHz

export class LineFetcher {
  private abort = new AbortController()
  private fetching: Promise<void> = Promise.resolve()
  /** Why lines could not be spoken, as far as it was logged: a few sentences of our own. */
  private readonly failures = new Set<string>()
  /** Tracks that are being fetched or wait for it. */
  private unfetched = new Set<number>()

  constructor(
    private readonly deps: FetcherDeps,
    private readonly voice: CallVoice,
    private readonly playout: Pick<Playout, 'push' | 'space' | 'end'>,
    private readonly listener: FetcherListener,
  ) {}

  /** Whether a line is being fetched or waits for it. */
  get busy(): boolean {
    return this.unfetched.size > 0
  }

  /** Fetches a line behind those that were wanted before. */
  add(wanted: Wanted): void {
    const { signal } = this.abort
    const { unfetched, busy } = this
    unfetched.add(wanted.track)
    this.fetching = this.fetching
      .then(() => this.fetch(wanted, signal, busy))
      .finally(() => unfetched.delete(wanted.track))
  }

  /** Nothing of these lines comes any more. */
  stop(): void {
    this.abort.abort()
    this.abort = new AbortController()
    this.fetching = Promise.resolve()
    this.unfetched = new Set()
  }

  /** @param looksUp whether the line may have become a phrase since it was queued */
  private async fetch({ track, turn, line }: Wanted, signal: AbortSignal, looksUp: boolean): Promise<void> {
    if (signal.aborted) return
    const { voice, playout, listener } = this
    const ready = looksUp ? voice.find(line) : undefined
    if (ready) {
      playout.push(track, ready.samples)
      playout.end(track)
      listener.arrived()
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
            if (length === 0) listener.voiceAnswered(turn)
            if (isWorthKeeping) pieces.push(samples)
            length += samples.length
            const room = playout.push(track, samples)
            listener.arrived()
            if (!room) await playout.space()
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
      playout.end(track)
      if (isWhole && length > 0 && length <= keepSamples && isWorthKeeping)
        voice.keep(line, joinSamples(pieces), voiceKey)
    } catch (error) {
      if (signal.aborted) return
      this.warn(turn, errorText(error))
      listener.failed(track, length)
      playout.end(track)
    }
  }

  /** Lines that were queued together fail together: each reason is worth one warning in a call. */
  private warn(turn: number, error: string): void {
    const isNew = !this.failures.has(error)
    this.failures.add(error)
    this.deps.log[isNew ? 'warn' : 'debug']('a line could not be spoken', { turn, error })
  }
}
