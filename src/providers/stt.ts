// The face of a recogniser: 20 ms frames in, events out, for one call. Types only.

export type SttEvent =
  /** The vendor's own voice activity; the call has a VAD of its own and takes this as a hint. */
  | { kind: 'speechStarted' }
  /** Text of the current utterance. An interim one replaces the interim before it; a final one is added once. */
  | { kind: 'transcript'; text: string; isFinal: boolean }
  /** The vendor holds that the caller's turn is over: `speech_final`, `UtteranceEnd`, Flux `EndOfTurn`. */
  | { kind: 'endOfTurn' }
  /** Flux only: the turn is probably over, with this text; a reply may begin, and `turnResumed` cancels it. */
  | { kind: 'eagerEndOfTurn'; text: string }
  | { kind: 'turnResumed' }
  /** Connection to the vendor: `lost` is being mended with nothing lost, `failed` is for good. */
  | { kind: 'link'; state: 'open' | 'lost' | 'failed'; code?: string }

/** What the dialogue expects to hear next, so that the vendor can listen for it. */
export type SttHints = { keyterms: readonly string[]; expect: 'open' | 'yesNo' | 'number' | 'choice' }

export type SttSession = {
  /** @param frame 160 samples, 8 kHz, copied before return; never throws, never blocks */
  write(frame: Int16Array): void
  hint(hints: SttHints): void
  /** Asks for the text of what was written so far (Deepgram `Finalize`); does nothing where there is no such thing. */
  finalize(): void
  /**
   * What was written and no final transcript covers yet, so that another adapter can carry on after `failed`;
   * a copy, 8 kHz. Left out where there is no such thing.
   */
  pending?(): Int16Array
  /** Ends the session; no event comes after it. */
  close(): void
}

export type SttOpen = { language: string; callId: string; onEvent: (event: SttEvent) => void }

export type Stt = {
  /** The adapter's name in settings and metrics: `deepgram`, `flux`, `whisper`, `embedded`. */
  readonly name: string
  /** Whether transcripts ever come. Without them the desk leads by keys and says so. */
  readonly hearsWords: boolean
  open(options: SttOpen): SttSession
  close(): void
}
