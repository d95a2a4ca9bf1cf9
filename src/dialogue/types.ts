// The dialogue's interface: its inputs and its decisions. Types only. The session (call/) reports what the caller did;
// the dialogue knows nothing of audio, running timers, vendors or connections.

import type { DialogueStateName, ExpectKind, RecordingChoice } from '../desk/types.ts'
import type { Understanding } from '../understanding/types.ts'

/** When the desk opens again, in its own time zone. */
export type Opening = {
  /** Days from today; 0 is today. */
  inDays: number
  /** 0 is Sunday. */
  weekday: number
  /** Of the month, 1 to 31. */
  day: number
  /** 1 to 12. */
  month: number
  /** Since midnight, 0 to 1 439. */
  minute: number
}

/** A fault that the network's people know, in the caller's area. */
export type Incident = {
  /** The desk's topic that it is about; null for any. */
  topic: string | null
  /** When it will probably be over. */
  until: Opening | null
}

export type DialogueInput =
  /**
   * The call begins. `resumed`: it is back from a queue that nobody answered. `cut`: another machine led it until now,
   * and the state is that of its last turn.
   */
  | { kind: 'start'; resumed?: boolean; cut?: boolean }
  /** The caller spoke. The dialogue gets what was understood, never the words. */
  | { kind: 'said'; understanding: Understanding }
  | { kind: 'key'; key: string }
  /** The line that tells of the recording was played to its end. Nothing is said in answer. */
  | { kind: 'noticeHeard' }
  /** The caller said nothing for `Expect.noInputMs` after the agent stopped speaking. */
  | { kind: 'silence' }
  /** The caller spoke, but the recogniser gave no words. Neither silence nor a misunderstanding. */
  | { kind: 'unheard' }
  /** The answer to `Decision.ask`. `opens`: when a technician will be available. */
  | { kind: 'technician'; available: boolean; opens?: Opening }
  /** The operator's system knows the caller's line. Nothing is said. */
  | { kind: 'customer'; name: string | null; incident: Incident | null }
  /** A pause has come in which an incident can be told. */
  | { kind: 'incident' }
  /** The call has reached its longest duration. */
  | { kind: 'timeUp' }
  /** An operator asks for a transfer, or the server is about to stop. */
  | { kind: 'operator'; wants: 'transfer' | 'goodbye' }
  /** A supervisor spoke with the caller. `lost`: the supervisor's connection broke. */
  | { kind: 'handedBack'; lost: boolean }
  /** The bot cannot go on: neither voice nor decisions work. */
  | { kind: 'failed' }
  /** The voice or the recogniser does not work in the language that the caller has just chosen. */
  | { kind: 'languageFailed' }

/** One thing to say. The phrase cache finds the recording of a fixed line by its text. */
export type Line = {
  text: string
  /** The line's name in `assets/phrases/<language>.json`, for logs and tests. */
  name: string
  /** It asks a new question, or begins to. A key answers it once the caller has heard it. */
  asks?: boolean
  /** Barge-in does not interrupt this line: the goodbye, the transfer. */
  uninterruptible?: boolean
  /** It holds words, a name or a number of this caller: no other caller may hear it from the phrase cache. */
  personal?: boolean
  /** The key of the menu's entry that it belongs to. A menu goes on without an entry that cannot be spoken. */
  entry?: string
  /** Its language, when that is not the one of the call. */
  language?: string
}

/** What the caller is expected to answer; endpointing and the recogniser are set for it. */
export type Expect = {
  kind: ExpectKind
  /** Silence after the agent's words, in ms, before the input `silence`. */
  noInputMs: number
  /** Words that the recogniser should expect. */
  keyterms: readonly string[]
  /** A telephone number is being given or read back: with RECORDING_PAUSE the recording holds silence. */
  givesNumber?: boolean
}

/** How a call ends. */
export type Outcome = 'transfer' | 'goodbye' | 'error'

export type Transition = { from: DialogueStateName; to: DialogueStateName }

/** What the desk says and does after one input. */
export type Decision = {
  say: readonly Line[]
  expect: Expect
  /** The session looks for a technician and answers with the input `technician`; it speaks `say` meanwhile. */
  ask?: 'technician'
  /** The call ends this way once `say` has been spoken. */
  end?: Outcome
  transitions: readonly Transition[]
  /** The caller has just agreed to the recording, or refused it. */
  recording?: RecordingChoice
  /** From now on the call is in this language; `say` is in it. */
  language?: string
}

/** What is known about the caller and the problem; the technician gets it. */
export type Known = {
  name: string | null
  phone: string | null
  topic: string | null
  symptom: string | null
  /** Names of the steps tried, in order. */
  stepsDone: readonly string[]
  /** Names of the steps that the caller tried before the call, in the order told. They are not asked for. */
  tried: readonly string[]
  callBack: boolean
  /** Facts about the caller that the technician should know, by the desk's names for them, in the order told. */
  notes: readonly string[]
}
