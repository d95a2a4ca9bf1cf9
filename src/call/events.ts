// What a session reports while its call runs. Inside the server only: `calls/` turns each event into log lines, the
// record, and the `PublicCallEvent`s of calls/views.ts that the operator and tracing see. Types only.

import type { Key } from '../base/keys.ts'
import type { DialogueStateName, RecordingChoice } from '../desk/types.ts'
import type { HeldReason } from '../dialogue/model/gate/gate.ts'
import type { Outcome } from '../dialogue/types.ts'
import type { HistoryEntry, Party } from './history.ts'
import type { AskedThen } from './reply/troubles.ts'

/**
 * Milliseconds from the end of the caller's speech, or from the key that was pressed. A stage that the turn did not go
 * through is missing.
 */
export type TurnLatency = {
  turn: number
  /** Until the recogniser sent the turn's last words; 0 when they came before the speech ended. */
  transcript?: number
  /** Until endpointing decided that the turn was over. */
  endpointing?: number
  firstToken?: number
  firstSentence?: number
  firstTtsByte?: number
  /** Until the `wait` phrase, when the reply was slow. */
  filler?: number
  /** Until the first frame of the reply left: how long the caller waited. */
  firstFrame?: number
}

/**
 * The agent's voice as the caller's telephone sends it back. @property levelDb against the voice as we sent it
 * @property delayMs from our sending to our hearing it
 */
export type CallEcho = { levelDb: number; delayMs: number }

/** Times `atMs` are milliseconds since the call began. */
export type CallEvent =
  | { kind: 'state'; from: DialogueStateName; to: DialogueStateName; atMs: number; durationMs: number }
  /** `hidden`: the words hold a telephone number and are kept out of the record (RECORDING_PAUSE). */
  | { kind: 'said'; entry: HistoryEntry; hidden: boolean }
  /** The caller's words while they are being recognised; the agent's line while it is being spoken. */
  | { kind: 'interim'; who: Party; text: string }
  | { kind: 'key'; key: Key; atMs: number; hidden: boolean }
  /**
   * The desk could not use a turn of the caller's. `text`: the words, '' for speech without any, or the key. `atMs`:
   * when the caller began to speak.
   */
  | { kind: 'notUnderstood'; asked: AskedThen; text: string; isKey: boolean; atMs: number; hidden: boolean }
  /** From now on the call is in this language. */
  | { kind: 'language'; language: string; atMs: number }
  /** The notice was heard to its end (`choice` null), or the caller chose. */
  | { kind: 'recording'; choice: RecordingChoice | null; atMs: number }
  /** A sentence of the language model was not spoken; the event has the reason and never the words. */
  | { kind: 'held'; turn: number; reason: HeldReason }
  | { kind: 'latency'; latency: TurnLatency }
  | { kind: 'bargeIn'; false: boolean; atMs: number }
  /** The agent's voice came back from the caller's telephone and was cancelled. */
  | { kind: 'echo'; echo: CallEcho }
  | { kind: 'speaking'; who: Party; on: boolean }
  /** A supervisor took the call over, or gave it back. */
  | { kind: 'supervised'; on: boolean; atMs: number }
  | { kind: 'ended'; outcome: CallOutcome; reason: string; durationMs: number }

/** How the call ended for the caller. `hangup`: the caller left. `lost`: the connection broke and humans take over. */
export type CallOutcome = Outcome | 'hangup' | 'lost' | 'busy'
