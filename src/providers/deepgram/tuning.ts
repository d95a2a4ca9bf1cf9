// The parts of a link to a live recogniser: its socket, one of two dialects, its limits with defaults, its counters.

import type { Counter, Metrics } from '../../base/metrics.ts'
import type { SttHints } from '../stt.ts'
import type { Read } from './wire.ts'

export type LinkSocket = { send(data: Uint8Array | string): void; close(): void }
/** Why a socket is gone: an HTTP status when the upgrade was refused, a close code, a reason for the log. */
export type Down = { status?: number; closeCode?: number; reason: string }
export type SocketEvents = { open(): void; message(message: unknown): void; down(why: Down): void }
/** Opens one socket. Never throws and never calls back before it has returned. */
export type Connect = (hints: SttHints, events: SocketEvents) => LinkSocket

/** What differs between nova and Flux. */
export type Dialect = {
  connect: Connect
  read: Read
  /** Sent when no audio was written for `keepAliveMs`. */
  keepAlive?: string
  finalize?: string
  /** Makes the message that gives a running stream new hints; without it, new key terms need a second socket. */
  configure?: (hints: SttHints) => string
}

export type LinkTuning = {
  /** Audio in one message, in ms, a multiple of 20; the vendor recommends 80 for Flux. */
  chunkMs: number
  /** How long a message waits to be sent in one batch with those of other calls. */
  batchMs: number
  maxBufferMs: number
  connectTimeoutMs: number
  /** This much audio sent without any message back means that the connection is half-open. */
  quietMs: number
  /** Half-open too: no message for this long after `Finalize` for loud audio, which is answered in about 300 ms. */
  finalizeMs: number
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
  batchMs: 5,
  maxBufferMs: 15_000,
  connectTimeoutMs: 2_000,
  quietMs: 5_000,
  finalizeMs: 600,
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
}

export function linkCounters(adapter: string, metrics: Metrics): LinkCounters {
  const counter = (name: string, help: string) => metrics.counter(name, help, { adapter })
  return {
    connects: counter('stt_connects_total', 'Sockets opened to a recogniser'),
    lost: counter('stt_lost_total', 'Times a recogniser was lost, refusals included'),
    replayedMs: counter('stt_replayed_ms_total', 'Audio sent to a recogniser a second time'),
    droppedMs: counter('stt_dropped_ms_total', 'Audio a recogniser never got'),
    deaf: counter('stt_deaf_total', 'Sockets opened anew because speech gave no words'),
  }
}
