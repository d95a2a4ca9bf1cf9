// A recogniser for whole utterances: our own VAD cuts the call's audio, each utterance is sent as one WAV file, and its
// text comes back as one final transcript. All `audio.transcriptions` adapters share it.

import { frameSamples, rateHz } from '../audio/pcm.ts'
import { writeWav } from '../audio/wav.ts'
import type { Clock } from '../base/clock.ts'
import type { Counter, Metrics } from '../base/metrics.ts'
import { text } from '../base/setting.ts'
import { ProviderFailure, thrownFailure } from './errors.ts'
import type { Stt, SttHints, SttOpen, SttSession } from './stt.ts'
import { Sweep, type Swept } from './sweep.ts'
import { spokenText, type Transcription } from './transcription.ts'
import { within } from './watchdog.ts'

/** Classifies each 20 ms frame. */
export type FrameVad = { push(frame: Int16Array): 'speech' | 'silence' }

export type Transcribe = (request: {
  wav: Uint8Array
  language: string
  keyterms: readonly string[]
  signal: AbortSignal
}) => Promise<Transcription>

export type UtteranceTuning = {
  /** Audio before the first frame of speech that is sent with it. */
  leadMs: number
  /** Silence that ends an utterance, by what is expected, after the VAD's own hangover of about 240 ms. */
  endMs: Record<SttHints['expect'], number>
  /** Less speech than this counts as noise. */
  minSpeechMs: number
  /** A longer utterance is cut here, so that its text need not wait for the end of a monologue. */
  maxMs: number
  timeoutMs: number
  /** Most utterances that wait to be sent; beyond that the oldest is dropped. */
  maxWaiting: number
}
export const utteranceDefaults: UtteranceTuning = {
  leadMs: 300,
  endMs: { open: 400, choice: 300, yesNo: 200, number: 900 },
  minSpeechMs: 160,
  maxMs: 15_000,
  timeoutMs: 4_000,
  maxWaiting: 4,
}

/** Both vendors of Whisper read it. */
export const whisperSettings = {
  WHISPER_MODEL: text('', 'model of the recogniser whisper; empty takes the vendor’s usual one'),
}

export type UtteranceDeps = { clock: Clock; metrics: Metrics; createVad: () => FrameVad }

/** After this many failed requests in a row, each with one retry, the session fails and the next adapter takes over. */
const failuresAllowed = 2

export function createUtteranceStt(
  name: string,
  transcribe: Transcribe,
  { clock, metrics, createVad }: UtteranceDeps,
  given: Partial<UtteranceTuning> = {},
): Stt {
  const tuning = { ...utteranceDefaults, ...given }
  const dropped = metrics.counter('stt_dropped_ms_total', 'Audio a recogniser never got', { adapter: name })
  const sessions = new Set<UtteranceSession>()
  const sweep = new Sweep(clock)
  return {
    name,
    hearsWords: true,
    open(options) {
      const session = new UtteranceSession(
        name,
        options,
        transcribe,
        tuning,
        clock,
        createVad(),
        dropped,
        (ended) => {
          leave()
          sessions.delete(ended)
        },
      )
      const leave = sweep.add(session)
      sessions.add(session)
      return session
    },
    close() {
      for (const session of sessions) session.close()
    },
  }
}

/** A cut utterance, and the position of its first sample in the call. */
type Utterance = { samples: Int16Array; from: number }

const frame = new Int16Array(frameSamples)

class UtteranceSession implements SttSession, Swept {
  private readonly audio: Int16Array
  /** Audio before this position was heard. */
  private heardTo: number
  /** Samples in `audio`, the last ones that were heard; without speech only the lead is kept. */
  private filled = 0
  private speechMs = 0
  private silenceMs = 0
  private speaking = false
  private hints: SttHints = { keyterms: [], expect: 'open' }
  private readonly waiting: Utterance[] = []
  private current: Utterance | undefined
  private failures = 0
  private readonly ended = new AbortController()

  constructor(
    private readonly name: string,
    private readonly options: SttOpen,
    private readonly transcribe: Transcribe,
    private readonly tuning: UtteranceTuning,
    private readonly clock: Clock,
    private readonly vad: FrameVad,
    private readonly dropped: Counter,
    private readonly forget: (session: UtteranceSession) => void,
  ) {
    this.audio = new Int16Array(samplesIn(tuning.maxMs))
    this.heardTo = options.from
    clock.at(clock.now(), () => {
      if (!this.ended.signal.aborted) options.onEvent({ kind: 'link', state: 'open' })
    })
  }

  advance(): void {
    const { audio } = this.options
    // The thread stood still for longer than audio is kept.
    if (this.heardTo < audio.oldest) {
      this.dropped.add(msIn(audio.oldest - this.heardTo))
      this.heardTo = audio.oldest
    }
    while (this.heardTo + frameSamples <= audio.written && !this.ended.signal.aborted) {
      if (!audio.read(this.heardTo, frame)) return
      this.heardTo += frameSamples
      this.hear()
    }
  }

  breakOff(): void {
    this.fail(new ProviderFailure('unavailable', `${this.name} was ended by a defect`))
  }

  /** Judges and keeps the present frame. */
  private hear(): void {
    const frameMs = msIn(frame.length)
    const voiced = this.vad.push(frame) === 'speech'
    if (!this.speaking) this.slide(frame.length)
    this.audio.set(frame, this.filled)
    this.filled += frame.length
    if (voiced) {
      this.silenceMs = 0
      this.speechMs += frameMs
      if (!this.speaking) {
        this.speaking = true
        this.options.onEvent({ kind: 'speechStarted' })
      }
    } else this.silenceMs += frameMs
    const full = this.filled + frame.length > this.audio.length
    if (this.speaking && (full || this.silenceMs >= this.tuning.endMs[this.hints.expect])) this.cut(!full)
  }

  hint(hints: SttHints): void {
    this.hints = hints
  }

  finalize(): void {
    this.advance()
    if (this.speaking) this.cut(true)
  }

  coveredTo(): number {
    const first = this.current ?? this.waiting[0]
    if (first !== undefined) return first.from
    return this.heardTo - this.filled
  }

  close(): void {
    this.ended.abort()
    this.forget(this)
  }

  /** Makes room for a frame and keeps the lead. */
  private slide(frameLength: number): void {
    const keep = samplesIn(this.tuning.leadMs)
    if (this.filled + frameLength <= Math.max(keep, frameLength)) return
    const from = this.filled + frameLength - Math.max(keep, frameLength)
    this.audio.copyWithin(0, from, this.filled)
    this.filled -= from
  }

  /** @param whole whether the caller paused; otherwise the speech continues in the next utterance */
  private cut(whole: boolean): void {
    const enough = this.speechMs >= this.tuning.minSpeechMs
    const utterance = enough
      ? { samples: this.audio.slice(0, this.filled), from: this.heardTo - this.filled }
      : undefined
    this.filled = 0
    this.speechMs = 0
    this.silenceMs = 0
    this.speaking = !whole
    if (!utterance) return
    if (this.waiting.length >= this.tuning.maxWaiting)
      this.dropped.add(msIn(this.waiting.shift()?.samples.length ?? 0))
    this.waiting.push(utterance)
    if (!this.current) this.work().catch((error) => this.fail(thrownFailure(this.name, error, false)))
  }

  /** Sends the waiting utterances one after the other, so that their texts come in order. */
  private async work(): Promise<void> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      this.current = next
      const text = await this.textOf(next.samples)
      if (this.ended.signal.aborted) return
      this.current = undefined
      if (text === undefined) continue
      if (text !== '') this.options.onEvent({ kind: 'transcript', text, isFinal: true })
      if (!this.speaking) this.options.onEvent({ kind: 'endOfTurn' })
    }
  }

  /** @returns undefined when the request failed; the session may continue without this text */
  private async textOf(samples: Int16Array): Promise<string | undefined> {
    const wav = writeWav(samples, { rateHz, channels: 1 })
    const { signal } = this.ended
    const { keyterms } = this.hints
    for (let attempt = 0; ; attempt++) {
      const request = new AbortController()
      try {
        const both = AbortSignal.any([signal, request.signal])
        const asked = this.transcribe({
          wav,
          language: this.options.language,
          keyterms,
          signal: both,
        })
        const watch = { clock: this.clock, who: this.name, signal }
        const transcription = await within(asked, this.clock.now() + this.tuning.timeoutMs, watch)
        this.failures = 0
        return spokenText(transcription, keyterms).trim()
      } catch (error) {
        const failure = thrownFailure(this.name, error, false, this.clock.wallMs())
        if (signal.aborted) return undefined
        if (failure.retryable && attempt === 0) continue
        this.failures++
        // A wrong key or an unknown model stays wrong: do not lose a second utterance to it.
        const isFinal = failure.code === 'auth' || failure.status === 404
        if (isFinal || this.failures >= failuresAllowed) {
          this.fail(failure)
          return undefined
        }
        this.dropped.add(msIn(samples.length))
        return undefined
      } finally {
        request.abort()
      }
    }
  }

  private fail(failure: ProviderFailure): void {
    if (this.ended.signal.aborted) return
    this.ended.abort()
    this.options.onEvent({ kind: 'link', state: 'failed', code: failure.code, failure })
  }
}

const samplesIn = (ms: number) => Math.round((ms * rateHz) / 1_000)
const msIn = (samples: number) => (samples * 1_000) / rateHz
