// The interface of a recogniser: a call's audio in, events out. It takes the audio itself, as it comes. Types only.

import type { RingReader } from '../audio/call-ring.ts'
import type { ProviderFailure } from './errors.ts'
import type { Billed } from './usage.ts'

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
  hint(hints: SttHints): void
  /** Requests the text of all audio so far (Deepgram `Finalize`); does nothing where the vendor has no such request. */
  finalize(): void
  /**
   * The call has answered the words so far: they are not reported a second time, not even after a lost connection.
   * Absent where every text is final.
   */
  answered?(): void
  /**
   * The position up to which final transcripts cover the audio, so that another session can continue from there; also
   * after `failed`. Absent where nothing is heard.
   */
  coveredTo?(): number
  /** What `coveredTo` will be after `answered`: the end of the present interim text. */
  answeredTo?(): number
  /** Ends the session; no event follows. */
  close(): void
}

/** What a session needs of a call's ring. */
export type RingAudio = Pick<RingReader, 'place' | 'written' | 'oldest' | 'read'>

export type SttOpen<Ring = RingAudio> = {
  language: string
  callId: string
  audio: Ring
  /** The first sample to hear. A session that continues another one begins where that one's transcripts end. */
  from: number
  /** Audio before this position was sent to a recogniser already, by a session that is gone: it is sent again. */
  sentTo?: number
  /** Recognisers, by name, that have no place for this call. */
  without?: readonly string[]
  onEvent: (event: SttEvent) => void
}

/** @template Ring more of the ring where a session lives on another thread than the call */
export type Stt<Ring = RingAudio> = {
  /** The adapter's name in settings and metrics: `deepgram`, `flux`, `whisper`, `embedded`. */
  readonly name: string
  /** Whether transcripts ever come. Without them the desk leads the caller by keys and says so. */
  readonly hearsWords: boolean
  /** The names under which its work is counted; absent where it is not. */
  readonly billed?: Billed
  open(options: SttOpen<Ring>): SttSession
  close(): void
}
