// What a line to a live recogniser is made of: one socket, one of two dialects, its limits and its counters.

import type { Counter, Metrics } from '../../base/metrics.ts'
import type { SttHints } from '../stt.ts'
import type { Read } from './wire.ts'

export type LinkSocket = { send(data: Uint8Array | string): void; close(): void }
/** Why a socket is gone: an HTTP status when the upgrade was refused, a close code, a word. */
export type Down = { status?: number; closeCode?: number; reason: string }
export type SocketEvents = { open(): void; message(message: unknown): void; down(why: Down): void }
/** Opens one socket. Never throws and never calls back before it returned. */
export type Connect = (hints: SttHints, events: SocketEvents) => LinkSocket

/** What differs between nova and Flux. */
export type Dialect = {
  connect: Connect
  read: Read
  /** Sent when no audio was written for `keepAliveMs`. */
  keepAlive?: string
  finalize?: string
  /** The message that changes what a running stream listens for; without it a new socket is opened beside. */
  configure?: (hints: SttHints) => string
}

export type LinkTuning = {
  /** Audio in one message, a multiple of 20; the vendor recommends 80 for Flux. */
  chunkMs: number
  /** A message waits so long for those of other calls. */
  batchMs: number
  maxBufferMs: number
  connectTimeoutMs: number
  /** So much audio sent and nothing heard at all: the connection is half-open. */
  quietMs: number
  /** Asked for the text of loud audio and nothing heard for so long: half-open too. Always answered in 300 ms or so. */
  finalizeMs: number
  /** Speech for so long and not one word: the socket is opened anew. */
  deafMs: number
  /** Level from which a frame counts as speech, RMS of s16 samples. */
  speechRms: number
  /** Out of reach for so long, or longer before the next attempt: another adapter may do better. */
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
