// What the admin room needs from the rest of the program, as narrow as possible: server/admin.ts passes the real parts,
// tests pass their own. Types only.

import type { AuditTrail } from '../access/audit.ts'
import type { PageLogin } from '../access/page-login.ts'
import type { Tokens } from '../access/tokens.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Connection } from '../call/connection.ts'
import type { AudioTap } from '../call/sound/downlink.ts'
import type { Supervisor } from '../call/supervision.ts'
import type { AnnouncedCall } from '../calls/call-start.ts'
import type { CallRow } from '../calls/rows.ts'
import type { CallInfo, PublicCallEvent } from '../calls/views.ts'
import type { PhraseEditor, VoiceState } from '../phrases/types.ts'
import type { Held } from '../recording/access.ts'
import type { OtherRecordings } from '../recording/everywhere.ts'
import type { Erased } from '../recording/forgotten.ts'
import type { Recordings } from '../recording/library.ts'
import type { Wishes } from '../webrtc/calls.ts'
import type { Link } from '../webrtc/links.ts'
import type { Webrtc } from '../webrtc/types.ts'
import type { ListedCallBack } from './call-back-schemas.ts'
import type { DraftEditor } from './draft-types.ts'
import type { HoursEditor } from './hours-types.ts'
import type { DeskInfo, Machine, Tries } from './schemas.ts'
import type { SpendingInfo } from './spending-types.ts'

export type Calls = {
  /** Live calls first, then recent ones, newest first. */
  list(): readonly CallInfo[]
  get(callId: string): CallInfo | undefined
  /** The rows of the live calls in the operator's table, and that of one. */
  rows(): readonly CallRow[]
  row(callId: string): CallRow | undefined
  /** @param listener must not throw @returns unsubscribe */
  subscribe(callId: string | 'all', listener: (event: PublicCallEvent) => void): () => void
  /** This and the next three return false (`listen`: undefined) when the call is not live. */
  hangUp(callId: string): boolean
  transfer(callId: string): boolean
  say(callId: string, text: string): boolean
  /** An instruction for the bot's next sentence. @returns false without a model, undefined when the call is not live */
  hint(callId: string, text: string): boolean | undefined
  /** @param ended called when the supervisor no longer has the call @returns undefined when refused */
  takeOver(callId: string, ended: () => void): Supervisor | undefined
  /** @returns a function that stops listening */
  listen(callId: string, listener: AudioTap): (() => void) | undefined
  /** Whether the call is live or its record is not on disk yet: files deleted now would be written again. */
  isBeingWritten(callId: string): boolean
}

/** What this machine asks the others, and answers them. */
export type ClusterDeps = {
  /** Whether the header `Authorization` of a request is another machine's signature. */
  isPeer(header: string | undefined, method: string, path: string): boolean
  /** The next step of a call on whichever machine it is; undefined when no machine knows it. */
  nextStep(callId: string, mayRescue: boolean): Promise<{ text: string } | undefined>
  /** Another machine tells something. */
  received(message: unknown): void
  /** The calls of the other machines. */
  calls: {
    list(): Promise<unknown[]>
    get(callId: string): Promise<unknown>
    act(
      callId: string,
      action: 'hangup' | 'transfer' | 'say' | 'hint',
      body?: unknown,
    ): Promise<'done' | 'ended' | 'noModel' | undefined>
    /** @returns a stop function */
    follow(listener: (event: unknown) => void): () => void
    /** @param listener takes a batch of rows; undefined when the machine's stream has ended @returns a stop function */
    followRows(listener: (machine: string, batch: unknown) => void): () => void
    /** The live call on whichever other machine has it, and the way to its sound; undefined when none has it. */
    find(
      callId: string,
    ): Promise<{ phase: unknown; open(what: 'listen' | 'takeover'): WebSocket } | undefined>
  }
  /** The recordings of the other machines, and what else they hold (cluster/remote-recordings.ts). */
  recordings: OtherRecordings & {
    /** @param phone national form */
    held(phone: string): Promise<{ found: { machine: string; json: unknown }[]; missing: string[] }>
    ask(request: {
      method: 'GET' | 'HEAD' | 'DELETE'
      name: string
      machine?: string | undefined
      range?: string | undefined
    }): Promise<{ answers: { machine: string; answer: Response }[]; missing: string[] }>
  }
  machines(): Machine[]
  /** Machines that were seen in the last week and do not answer now. */
  away(): { url: string; lastSeenWallMs: number }[]
  /** The promised call-backs of all machines; undefined when Redis gives no answer. */
  callBacks: {
    open(): Promise<ListedCallBack[] | undefined>
    take(): Promise<ListedCallBack | null | undefined>
    done(id: string): Promise<boolean | undefined>
  }
  /** Erases on this machine alone, because another one was asked to. @param also calls of which it had a part */
  erase(phone: string, also: readonly string[]): Promise<Erased>
  /** Content of the site by its name, in Base64, for another machine; undefined when it is not here. */
  siteContent(name: string): Promise<string | undefined>
  /** This machine's own answer, for another machine. */
  ownNextStep(callId: string): { text: string; generation: number; isFinal: boolean } | undefined
}

/** On failure nothing has changed, and each of `problems` names one fault. */
export type DeskChange =
  | { ok: true; generation: number; topics: number; steps: number }
  | { ok: false; problems: readonly string[] }

export type Drain = {
  /** From the announcement of a drain on; calls may still be taken for DRAIN_ANNOUNCE_S. */
  readonly draining: boolean
  start(): unknown
  stop(): void
}

/** `degraded` names parts that are down but not needed to take calls. */
export type Readiness = { ready: true; degraded: string[] } | { ready: false; reason: string }

export type AdminDeps = {
  clock: Clock
  log: Log
  metrics: Metrics
  version: string
  tokens: Tokens
  /** Login by link; missing with ADMIN_TOKEN. */
  pageLogin?: PageLogin
  audit: Pick<AuditTrail, 'record' | 'newest'>
  /** Reverse proxies whose forwarding headers are believed (CIDR). */
  proxyFrom: readonly string[]
  /** Names under which proxies and browsers reach this server, besides addresses and private names. */
  publicHosts: readonly string[]
  calls: Calls
  desk: {
    info(language?: string): Promise<DeskInfo>
    reload(): Promise<DeskChange>
    /**
     * Tries a caller's sentence at each question; undefined while another one is being tried. `draft`: with what the
     * draft changes.
     */
    try(
      text: string,
      options: { language?: string | undefined; draft: boolean },
    ): Promise<{ ok: true; tries: Tries } | { ok: false; reason: string }> | undefined
  }
  phrases: Omit<PhraseEditor, 'texts' | 'renew' | 'putDocument' | 'itemOf' | 'publish'>
  draft: DraftEditor
  hours: HoursEditor
  /** How far the voice in use has spoken the phrases. */
  voice: () => VoiceState
  /** What vendors cost today on this machine. */
  spending: () => SpendingInfo
  recordings: Recordings
  /** MP3 → both sides, interleaved, at 8 kHz. */
  decodeStereo(mp3: Uint8Array): Promise<Int16Array>
  /** Erases a caller's recordings and everything in memory about them. @param phone national form, `0612345678` */
  erase: (phone: string) => Promise<Erased & { open?: string[] }>
  /** Everything that is held of a caller. @param phone national form */
  access: (phone: string) => Promise<Held<CallInfo>>
  /** Removes an ended call from every memory of the server. */
  forget: (callId: string) => void
  nextSteps: { get(callId: string): string; has(callId: string): boolean }
  /** The other machines, where there are several. */
  cluster?: ClusterDeps | undefined
  /** Announces a call. @returns false when too many announcements are pending */
  announce?: (callId: string, about: AnnouncedCall) => boolean | Promise<boolean>
  /** Whether this address may ask for next steps; that route needs no token. */
  asteriskAllows: (address: string) => boolean
  drain: Drain
  /** Accepts a call from the page's microphone; without it, the page has no such button. */
  talk?: (connection: Connection, wishes: Wishes) => void
  /** Calls by WebRTC; missing where they are off. */
  webrtc?: Webrtc | undefined
  /** The languages that calls may be in, the default first. */
  languages: readonly string[]
  readiness: () => Readiness
}

/** Passed with each request by server.ts; a test passes its own. */
export type AdminBindings = {
  /** The peer's address. */
  address: string
  /** Told when the request brought a valid token, so that strangers' limits no longer count for its connection. */
  authenticated?: () => void
  /** Upgrades the request to a WebSocket. @returns false when it is not a WebSocket request */
  upgrade?: (socket: SocketHandlers) => boolean
}

export type AdminSocket = {
  /** @returns false when `maxBufferedBytes` already wait for the peer; the message was then not sent */
  send(bytes: Uint8Array): boolean
  /** Sends a text message; a peer that reads nothing for long does not get it. */
  sendText(text: string): void
  close(code: number, reason: string): void
}
export type SocketHandlers = {
  maxBufferedBytes: number
  open(socket: AdminSocket): void
  /** @param data valid until return */
  message?(data: Uint8Array | string): void
  close(): void
}
export type AdminEnv = {
  Bindings: AdminBindings
  /** Set by the guard before any route runs. */
  Variables: {
    /** Name of the token, for the history of changes; `nobody` on routes that need none. */
    who: string
    /** The client's address, behind a proxy of PROXY_FROM too. */
    address: string
    /** For a stream or socket that stays open. @param end called when the token is revoked @returns stops watching */
    untilRevoked: (end: () => void) => () => void
    /** The signed link that the request brought in place of a token. */
    link?: Link
    /** Set by a route whose path does not name what it changed. */
    auditId?: string
  }
}
