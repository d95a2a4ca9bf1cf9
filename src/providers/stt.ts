// The interface of a recogniser: 20 ms frames in, events out, for one call. Types only.

import type { ProviderFailure } from './errors.ts'

export type SttEvent =
  /** The vendor detected speech; only a hint, because the call has its own VAD. */
  | { kind: 'speechStarted' }
  /** Text of the current utterance. An interim text replaces the previous interim; a final text is added once. */
  | { kind: 'transcript'; text: string; isFinal: boolean }
  /** The vendor ended the caller's turn: `speech_final`, `UtteranceEnd`, Flux `EndOfTurn`. */
  | { kind: 'endOfTurn' }
  /** Flux only: the turn is probably over, with this text; a reply may begin, and `turnResumed` cancels it. */
  | { kind: 'eagerEndOfTurn'; text: string }
  | { kind: 'turnResumed' }
  /**
   * Connection to the vendor: after `lost` it reconnects without losing audio, `failed` is final. `failure` has the
   * reason that the vendor gave, if it gave one.
   */
  | { kind: 'link'; state: 'open' | 'lost' | 'failed'; code?: string; failure?: ProviderFailure }

/** What the dialogue expects to hear next, for the vendor's key terms and thresholds. */
export type SttHints = { keyterms: readonly string[]; expect: 'open' | 'yesNo' | 'number' | 'choice' }

export type SttSession = {
  /** @param frame 160 samples, 8 kHz, copied before return; never throws, never blocks */
  write(frame: Int16Array): void
  hint(hints: SttHints): void
  /** Requests the text of all audio so far (Deepgram `Finalize`); does nothing where the vendor has no such request. */
  finalize(): void
  /**
   * The call has answered the words so far: they are not reported a second time, not even after a lost connection.
   * Absent where every text is final.
   */
  answered?(): void
  /**
   * The audio that no final transcript covers yet, so that another adapter can continue after `failed`; a copy, 8 kHz.
   * Absent where audio is not kept.
   */
  pending?(): Int16Array
  /** Ends the session; no event follows. */
  close(): void
}

export type SttOpen = { language: string; callId: string; onEvent: (event: SttEvent) => void }

export type Stt = {
  /** The adapter's name in settings and metrics: `deepgram`, `flux`, `whisper`, `embedded`. */
  readonly name: string
  /** Whether transcripts ever come. Without them the desk leads the caller by keys and says so. */
  readonly hearsWords: boolean
  open(options: SttOpen): SttSession
  close(): void
}
