// What the admin room asks of the rest of the program, as narrow as it can be: main.ts hands these in, tests hand in
// their own. Types only.

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Connection } from '../call/connection.ts'
import type { Erased } from '../recording/erasure.ts'
import type { Recordings } from '../recording/library.ts'

export type Speaker = 'caller' | 'agent'

/** `cut` on an agent's line: the caller broke in, and `text` is what was heard of it. */
export type TranscriptLine = { who: Speaker; text: string; atMs: number; cut?: boolean }

/** Milliseconds per stage of one turn: `{ turn: 3, endpointing: 480, firstToken: 790, firstFrame: 980 }`. */
export type TurnLatency = { turn: number } & { readonly [stage: string]: number | undefined }

/** A call as the operator sees it. Times `…AtMs` are milliseconds since the call began. */
export type CallInfo = {
  id: string
  startedWallMs: number
  /** State of the dialogue: `welcome`, `diagnostic`, … */
  state: string
  /** Phase of the agent: `listening`, `thinking`, `speaking`. */
  phase: string
  turn: number
  speaking: Speaker | 'nobody'
  durationMs: number
  /** `{ stt: 'deepgram', llm: 'groq', tts: 'openai' }` */
  adapters: Record<string, string>
  latencies: readonly TurnLatency[]
  transcript: readonly TranscriptLine[]
  /** How the call ended; null while it lives. */
  outcome: string | null
}

export type CallEvent = { callId: string; atMs: number } & (
  | { kind: 'started' }
  | { kind: 'state'; from: string; to: string }
  | { kind: 'phase'; phase: string; turn: number; speaking: Speaker | 'nobody' }
  /** An interim line is replaced by the next one of the same speaker. */
  | { kind: 'transcript'; who: Speaker; text: string; isFinal: boolean; cut?: boolean }
  /** Keys that follow one another are one line of the transcript, `⌨ 06`. */
  | { kind: 'key'; key: string }
  | { kind: 'latency'; latency: TurnLatency }
  | { kind: 'ended'; outcome: string }
)

/** One tick of a live call for a supervisor: 160 samples each side, null for silence, valid until return. */
export type CallAudioListener = (caller: Int16Array | null, agent: Int16Array | null) => void

export type Calls = {
  /** Live calls first, then recent ones, newest first. */
  list(): readonly CallInfo[]
  get(callId: string): CallInfo | undefined
  /** @returns what ends the subscription; a listener never throws */
  subscribe(callId: string | 'all', listener: (event: CallEvent) => void): () => void
  /** The four below: false (or undefined) when the call is not live. */
  hangUp(callId: string): boolean
  transfer(callId: string): boolean
  say(callId: string, text: string): boolean
  listen(callId: string, listener: CallAudioListener): (() => void) | undefined
  /** Whether the call is in progress, or its record not on disk yet: what is deleted then would come back. */
  isBeingWritten(callId: string): boolean
  /** Forgets what was said in an ended call. */
  forget(callId: string): void
}

export type PhraseInfo = {
  name: string
  language: string
  text: string
  durationMs: number
  /** `file` or the voice that spoke it. */
  source: string
  generation: number
  bytes: number
}

/** `problems` name what is broken, one sentence each; nothing has changed then. */
export type PhraseChange =
  | { ok: true; generation: number; phrases: number }
  | { ok: false; problems: readonly string[] }

export type Phrases = {
  list(): readonly PhraseInfo[]
  /** 8 kHz mono; undefined when there is no such phrase. */
  samples(name: string, language: string): Int16Array | undefined
  /** Reads the assets again and swaps generations in one step. */
  reload(): Promise<PhraseChange>
  /** Speaks the text with the voice in use, checks, stores and swaps it in. */
  put(name: string, language: string, text: string): Promise<PhraseChange>
}

export type Drain = {
  readonly draining: boolean
  start(): void
  stop(): void
}

/** `degraded` names the parts that are down and that calls can do without. */
export type Readiness = { ready: true; degraded: string[] } | { ready: false; reason: string }

export type AdminDeps = {
  clock: Clock
  log: Log
  metrics: Metrics
  version: string
  /** Undefined: no token is asked for, and only loopback is served. */
  token: string | undefined
  calls: Calls
  phrases: Phrases
  recordings: Recordings
  /** Erases a caller's recordings and what is remembered of him. @param phone national form, `0612345678` */
  erase: (phone: string) => Promise<Erased>
  nextSteps: { get(callId: string): string }
  /** Announces a call; left out where any UUID may call. @returns false when too many are announced already */
  announce?: (callId: string) => boolean
  /** Who may ask for next steps, by address; needs no token. */
  asteriskAllows: (address: string) => boolean
  drain: Drain
  /** Takes a call that comes from the page's microphone; left out, the page has no such button. */
  talk?: (connection: Connection) => void
  readiness: () => Readiness
}

/** Given with each request by server.ts; a test gives its own. */
export type AdminBindings = {
  /** The peer's address. */
  address: string
  /** Makes a WebSocket of the request. @returns false when the request is none */
  upgrade?: (socket: SocketHandlers) => boolean
}

export type AdminSocket = {
  /** @returns false when more than `mostWaitingBytes` wait for the peer, and the message was not sent */
  send(bytes: Uint8Array): boolean
  close(code: number, reason: string): void
}
export type SocketHandlers = {
  mostWaitingBytes: number
  open(socket: AdminSocket): void
  /** @param data valid until return */
  message?(data: Uint8Array | string): void
  close(): void
}
export type AdminEnv = { Bindings: AdminBindings }
