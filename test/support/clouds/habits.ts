// The habits of real recognisers that are harder to live with than their specification. `startFakes` has none of them
// unless a test sets them: `fakes.habit('nova', { finalize: 'ignores' })`. Faults (faults.ts) strike once, habits stay.

/** How a server of `/v1/listen` or `/v2/listen` behaves on every socket. */
export type EarHabits = {
  /** Before the upgrade is answered, in ms: a network between two continents needs about 300. */
  handshakeMs: number
  /** Says one thing and closes with 1011 this long after it was opened: an incident of the vendor. */
  diesAfterMs: number | undefined
  /** nova answers in about 300 ms, but does not promise to; a compatible server may end the session with 4400. */
  finalize: 'answers' | 'ignores' | 'refuses'
  /**
   * `succeeds` and `fails` answer each `Configure`; `errors` sends an Error and keeps the stream, as nova does for
   * models without key terms; `ignores` is a server that does not know the message.
   */
  configure: 'succeeds' | 'fails' | 'errors' | 'ignores'
  /** Before a `Configure` is answered, in ms. */
  configureMs: number
  /** One `Configure` more without an answer closes the socket with 1008. */
  maxUnacked: number
  /** The rate of audio the server accepts; with any other it says Error and closes with 4400. */
  rateHz: 8_000 | 16_000
  /** Sends nothing while nobody speaks, no empty results either. */
  silentInSilence: boolean
  /** Sends `UtteranceEnd` for the first word of an utterance while its later words still come. */
  lateUtteranceEnd: boolean
  /** Sends interim results only. */
  neverFinal: boolean
}
export const earHabits: EarHabits = {
  handshakeMs: 0,
  diesAfterMs: undefined,
  finalize: 'answers',
  configure: 'succeeds',
  configureMs: 0,
  maxUnacked: 3,
  rateHz: 8_000,
  silentInSilence: false,
  lateUtteranceEnd: false,
  neverFinal: false,
}

/** WhisperLiveKit's `deepgram_compat.py`: 16 kHz only, no Finalize, silent in silence, knows no Configure. */
export const whisperLiveKit: Partial<EarHabits> = {
  rateHz: 16_000,
  finalize: 'refuses',
  configure: 'ignores',
  silentInSilence: true,
}

/** How a server of `/audio/transcriptions` behaves. */
export type WhisperHabits = {
  /** Invented text instead of what was said, request by request; the last one repeats. Empty: it hears the audio. */
  invents: readonly string[]
  /** Answers with the request's own prompt. */
  echoesPrompt: boolean
  /** Models of the gpt-4o-transcribe family and some servers refuse `verbose_json`. */
  refusesVerbose: boolean
  /** What `verbose_json` says of each segment. */
  noSpeechProb: number
  avgLogprob: number
}
export const whisperHabits: WhisperHabits = {
  invents: [],
  echoesPrompt: false,
  refusesVerbose: false,
  noSpeechProb: 0.01,
  avgLogprob: -0.2,
}

/** How a server of `/audio/speech` or `/v1/speak` behaves. */
export type VoiceHabits = {
  /** Sends this with status 200, whatever text and format were asked for. */
  sends: Uint8Array | string | undefined
  /** In place of the format's own; null sends none. */
  contentType: string | null | undefined
}
export const voiceHabits: VoiceHabits = { sends: undefined, contentType: undefined }
