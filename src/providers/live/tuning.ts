// The parts of a link to a live recogniser: its socket, its vendor's dialect, its limits with defaults, its counters.

import type { Counter, Metrics } from '../../base/metrics.ts'
import type { SttHints } from '../stt.ts'
import type { Sweep } from '../sweep.ts'
import type { Bucket } from './bounds.ts'
import type { Read } from './reading.ts'
import type { ServerHabits } from './server-habits.ts'

export type LinkSocket = { send(data: Uint8Array | string): void; close(): void }
/**
 * Why a socket is gone: an HTTP status when the upgrade was refused, a close code, a reason for the log, and the
 * vendor's machine-readable code: `INVALID_AUTH`, `NET-0001`.
 */
export type Down = { status?: number; closeCode?: number; reason: string; vendorCode?: string }
export type SocketEvents = { open(): void; message(message: unknown): void; down(why: Down): void }
/** Opens one socket. Never throws and never calls back before it has returned. */
export type Connect = (hints: SttHints, events: SocketEvents) => LinkSocket

/** What differs from one recogniser to the next. */
export type Dialect = {
  connect: Connect
  read: Read
  /** Sent when no audio was written for `keepAliveMs`. */
  keepAlive?: string
  finalize?: string
  /** Sent before a socket is closed. */
  goodbye?: string
  /** Makes the message that gives a running stream new hints; without it, new key terms need a second socket. */
  configure?: (hints: SttHints) => string
  /** Where `configure` is refused, a second socket takes the new hints. Flux keeps its old thresholds. */
  reopens?: boolean
  /** The rate of the audio that is sent, in Hz; 8000 when left out. */
  rateHz?: 8_000 | 16_000
  /** Whether the server ends turns itself; asked again for each frame. Where it does not, our voice detector does. */
  endsTurns?: () => boolean
}

/** What an overloaded server may change while calls go on. */
export type Relief = {
  /** Audio in one message to a live recogniser, in ms, where that is more than its tuning says; 0 for no change. */
  chunkMs: number
}

/** What all calls of one adapter share. */
export type LinkShared = {
  /** The adapter's name, for errors. */
  name: string
  counters: LinkCounters
  /** Seconds of audio that were sent; undefined where they are not counted. */
  sentS: Counter | undefined
  sweep: Sweep
  relief: Relief
  habits: ServerHabits
  reconnects: Bucket
  /** In ms of audio. */
  replay: Bucket
}

export type LinkTuning = {
  /** Audio in one message, in ms, a multiple of 20; the vendor recommends 80 for Flux. */
  chunkMs: number
  maxBufferMs: number
  connectTimeoutMs: number
  /** This much audio sent without any message back means that the connection is half-open. */
  quietMs: number
  /**
   * Half-open too: no message at all for loud audio, and none for this long after its `Finalize`. Where messages came,
   * a missing answer costs nothing: the vendor does not promise one, though it usually comes in about 300 ms.
   */
  finalizeMs: number
  /** A `Configure` without an answer for this long counts as refused; Flux is taken to have accepted it. */
  configureMs: number
  /** Speech for this long without a single word: a new socket is opened. */
  deafMs: number
  /** Level from which a frame counts as speech, RMS of s16 samples. */
  speechRms: number
  /** Unreachable for this long, the wait for the next attempt included: the next adapter takes over. */
  giveUpMs: number
  /** Waits before each attempt; the last one repeats. ±20 % at random. */
  backoffMs: readonly number[]
  keepAliveMs: number
  watchMs: number
}
export const linkDefaults: LinkTuning = {
  chunkMs: 80,
  maxBufferMs: 15_000,
  connectTimeoutMs: 2_000,
  quietMs: 5_000,
  finalizeMs: 600,
  configureMs: 2_000,
  deafMs: 6_000,
  speechRms: 300,
  giveUpMs: 4_000,
  backoffMs: [0, 200, 500, 1_000, 2_000],
  keepAliveMs: 4_000,
  watchMs: 500,
}

export type LinkCounters = {
  connects: Counter
  lost: Counter
  replayedMs: Counter
  droppedMs: Counter
  deaf: Counter
  limited: Counter
  configured: Record<'ok' | 'refused' | 'unanswered', Counter>
}

export function linkCounters(adapter: string, metrics: Metrics): LinkCounters {
  const counter = (name: string, help: string) => metrics.counter(name, help, { adapter })
  const configured = (outcome: string) =>
    metrics.counter('stt_configure_total', 'Changes of settings sent on an open socket, by outcome', {
      adapter,
      outcome,
    })
  return {
    connects: counter('stt_connects_total', 'Sockets opened to a recogniser'),
    lost: counter('stt_lost_total', 'Times a recogniser was lost, refusals included'),
    replayedMs: counter('stt_replayed_ms_total', 'Audio sent to a recogniser a second time'),
    droppedMs: counter('stt_dropped_ms_total', 'Audio a recogniser never got'),
    deaf: counter('stt_deaf_total', 'Sockets opened anew because speech gave no words'),
    limited: counter('stt_limited_total', 'Reconnects and replays that a bound delayed or left out'),
    configured: {
      ok: configured('ok'),
      refused: configured('refused'),
      unanswered: configured('unanswered'),
    },
  }
}
