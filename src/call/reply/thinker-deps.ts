// What a thinker needs, and whom it tells. Types only.

import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Desk } from '../../desk/desk.ts'
import type { Texts } from '../../desk/texts.ts'
import type { DialogueStateName, RecordingChoice, RecordingPolicy } from '../../desk/types.ts'
import type { Checkpoint } from '../../dialogue/checkpoint.ts'
import type { HeldReason } from '../../dialogue/model/gate/gate.ts'
import type { Expect, Incident, Known, Line, Outcome } from '../../dialogue/types.ts'
import type { HistoryEntry } from '../history.ts'
import type { ReplyModel } from './model-reply.ts'
import type { FindTechnician } from './technician-search.ts'
import type { AskedThen } from './troubles.ts'

/** What the operator's system knows of the caller. */
export type CallCustomer = {
  name: string | null
  contract: string | null
  vulnerable: boolean
  incident: Incident | null
}

export type ThinkerDeps = {
  clock: Clock
  log: Log
  /** The desk of this call, and what it says. */
  desk: Desk
  texts: Texts
  hearsWords: boolean
  technicians: FindTechnician
  /** The caller's line, in national form, as the network tells it. */
  callerNumber?: string | null
  /** Whether the call can be handed to a human; default: it can. */
  canTransfer?: boolean
  /** Resolves soon after the call began, and never rejects. */
  customer?: Promise<CallCustomer | undefined> | undefined
  /** The line that opens the call in place of `welcome`. */
  greeting?: string | null
  /** What is known from an earlier part of a call that came back from a queue that did not answer. */
  resumed: Earlier | undefined
  policy: RecordingPolicy
  /** Words the decisions; undefined leaves that to the script. */
  model: ReplyModel | undefined
  /** The languages that the call can be in, that of the desk first. Default: only the one of `texts`. */
  offered?: readonly CallLanguage[]
}

/** What a call needs to speak a language. */
export type CallLanguage = { texts: Texts; model: ReplyModel | undefined }

/** What an earlier part of the call found out. */
export type Earlier = {
  known: Known
  choice: RecordingChoice | null
  noticeHeard: boolean
  /** The machine that led the call died here: the conversation goes on. */
  checkpoint?: Checkpoint
  /** What was said before, at times before this part's beginning. */
  words?: readonly HistoryEntry[]
}

/** Takes the replies. The receiver ignores calls for a turn that is over. */
export type ReplySink = {
  lines(turn: number, lines: readonly Line[]): void
  done(turn: number, expect: Expect, end?: Outcome): void
  transition(from: DialogueStateName, to: DialogueStateName): void
  /** The caller agreed to the recording, or refused it. */
  recording(choice: RecordingChoice): void
  /** From now on the call is in this language, and so are the lines that follow. */
  language(code: string): void
  /** A lookup started by an earlier turn has finished: `respond` to `lookupDone` announces it. */
  lookupDone(): void
  /** The model's first token has arrived. */
  token(turn: number): void
  /** The desk could not use the caller's turn that was begun last. */
  notUnderstood(asked: AskedThen): void
  /** A sentence of the model is not spoken. */
  held(turn: number, reason: HeldReason): void
  /** The conversation so far as heard; during `respond` the caller's present words are the last entry. */
  history(): readonly HistoryEntry[]
}
