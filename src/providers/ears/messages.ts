// What the call thread and the ears thread tell each other. Audio is in no message: the ears read it in the calls'
// rings. Types only.

import type { MetricChange } from '../../base/metrics-report.ts'
import type { SttEvent, SttHints } from '../stt.ts'

/** What a call asks of its session; sessions have numbers. */
export type EarsRequest =
  | {
      ask: 'open'
      session: number
      callId: string
      language: string
      place: number
      shared: SharedArrayBuffer
      /** The ring's number of this call. */
      owner: number
      from: number
      /** Audio before this position was sent to a recogniser by a thread that is gone. */
      sentTo: number
      /** Recognisers that have no place for this call. */
      without: readonly string[]
      hints: SttHints | undefined
    }
  | { ask: 'hint'; session: number; hints: SttHints }
  | { ask: 'finalize' | 'answered' | 'close'; session: number }

export type ToEars =
  | {
      kind: 'start'
      /** The values of the providers' settings, keys included. */
      values: Readonly<Record<string, unknown>>
      language: string
      voicesDir: string
      chunkMs: number
      /** Recognisers that are reported as refusing our requests. */
      troubled: readonly string[]
    }
  /** All that was asked in one turn of the call thread's event loop, in order. */
  | { kind: 'requests'; requests: readonly EarsRequest[] }
  /** See Relief in live/tuning.ts. */
  | { kind: 'chunk'; ms: number }
  /** The thread ends itself. */
  | { kind: 'end' }

/** An event of a session, and its `coveredTo` and `answeredTo` then. */
export type Heard = { session: number; event: SttEvent; coveredTo: number; answeredTo: number }

export type FromEars =
  | { kind: 'ready' }
  /** All that was heard in one turn of the ears' event loop, in order. */
  | { kind: 'heard'; heard: readonly Heard[] }
  /**
   * Several times a second while there are sessions: the metrics that have changed, and pairs of a session and the
   * position up to which final transcripts cover its call.
   */
  | { kind: 'state'; changes: readonly MetricChange[]; covered: readonly number[] }
  /** The sessions have ended, and their rings are not read any more. */
  | { kind: 'closed'; sessions: readonly number[] }
  /** A recogniser begins to refuse all requests, or is well again. */
  | { kind: 'trouble'; label: string; reason: string | undefined }
