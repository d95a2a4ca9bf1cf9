// What the dialogue remembers between two inputs. It is plain data, so that a call can be stored and replayed.

import { type Desk, type DeskStep, stepsOf } from '../desk/desk.ts'
import type { Question } from '../desk/script.ts'
import type { Texts } from '../desk/texts.ts'
import type { DialogueStateName, RecordingChoice, RecordingPolicy } from '../desk/types.ts'
import { keyterms } from './keyterms.ts'
import type { Expect, Incident, Known, Line, Outcome } from './types.ts'

/** What the caller knows of the recording, and wants. */
export type RecordingState = {
  readonly policy: RecordingPolicy
  readonly choice: RecordingChoice | null
  /** How often the notice was begun in this call; after an interruption it is said once more. */
  readonly notices: number
  /** It was played to its end, in this call or in an earlier part of it. */
  readonly noticeHeard: boolean
  /** The languages in which it was begun. */
  readonly noticesIn: readonly string[]
}

export type DialogueState = {
  readonly name: DialogueStateName
  readonly language: string
  /** The desk and its texts as they were at the start of the call, shared and never changed. */
  readonly desk: Desk
  readonly texts: Texts
  /** The languages that the call can be in, that of the desk first. */
  readonly offered: readonly Texts[]
  /** The language before the last change, until the caller's next turn: the call can go back to it. */
  readonly before?: Texts
  /** In which the call began: the caller's number has the form of its country, whatever the caller speaks. */
  readonly phoneLanguage: string
  /** False when there is no recogniser that gives words: every question is then asked for the keys. */
  readonly hearsWords: boolean
  /** False for a call that no human can take over: the desk then offers to call back. */
  readonly canTransfer: boolean
  readonly known: Known
  /** The open question; undefined before the start and after the end. */
  readonly asking?: Question
  /** Digits of the number being dictated, over several turns. */
  readonly digits: string
  /** Other readings of the words in which they were said. */
  readonly otherDigits: readonly string[]
  /** A whole number that waits for the caller to confirm it. */
  readonly pending: string | null
  /** The caller's line as the network tells it, in the form of `known.phone`; null when it is not known. */
  readonly callerNumber: string | null
  /** The customer's name of that line; see customer.ts. */
  readonly lineName: string | null
  /** A known fault that the caller has not been told of yet. */
  readonly incident: Incident | null
  /** The line that opens the call in place of `welcome`. */
  readonly greeting: string | null
  /** `asking`: `pending` is that line, and the caller is asked whether the call is about it. Asked once in a call. */
  readonly line: 'unasked' | 'asking' | 'settled'
  /** That number was keyed just now: a `#` after it only ends it. */
  readonly justKeyed: boolean
  /** Identification is over, with or without a name and a number. */
  readonly identified: boolean
  readonly phoneTries: number
  readonly nameTries: number
  /** Index of the current step among the steps for the current problem. */
  readonly stepIndex: number
  /** Silences, misunderstandings and turns without words in a row; each is reset when its cause is gone. */
  readonly noInput: number
  readonly noMatch: number
  readonly unheard: number
  /** The caller asked us to wait. */
  readonly holding: boolean
  /** The last line was "are you still there?": a yes answers that, not the open question. */
  readonly presence: boolean
  /** The last line asks to make sure of an answer that would end something. */
  readonly makesSure: boolean
  /** The caller's last turn was a key: questions are then asked for the keys. */
  readonly keyed: boolean
  /** The lines that "repeat" says again. */
  readonly last: readonly Line[]
  /** How often each line was said; its variants take turns by it. */
  readonly used: Readonly<Record<string, number>>
  readonly recording: RecordingState
  readonly ended: Outcome | null
}

export type DialogueOptions = {
  language: string
  desk: Desk
  texts: Texts
  /** The languages that the call can be in, that of the desk first. Default: only the one of `texts`. */
  offered?: readonly Texts[]
  /** Whether the recogniser gives words; if not, the caller has to use the keys, and the desk says so. */
  hearsWords: boolean
  /** Whether a human can take the call over; default: one can. */
  canTransfer?: boolean | undefined
  /** What an earlier part of the same call already found out. */
  known?: Partial<Known>
  /** The caller's line, as the network tells it. */
  callerNumber?: string | null
  /** The line that opens the call in place of `welcome`. */
  greeting?: string | null
  /** Whether the call is recorded. Default: `off`. */
  policy?: RecordingPolicy
  /** What the caller said about the recording in an earlier part of the call, and whether the notice was heard. */
  earlier?: { choice: RecordingChoice | null; noticeHeard: boolean }
}

const nothingKnown: Known = {
  name: null,
  phone: null,
  topic: null,
  symptom: null,
  stepsDone: [],
  tried: [],
  callBack: false,
  notes: [],
}

/** A dialogue before its first input, which is `start`. */
export function createDialogue(options: DialogueOptions): DialogueState {
  return {
    name: 'init',
    language: options.language,
    desk: options.desk,
    texts: options.texts,
    offered: options.offered ?? [options.texts],
    phoneLanguage: options.language,
    hearsWords: options.hearsWords,
    canTransfer: options.canTransfer ?? true,
    known: { ...nothingKnown, ...options.known },
    digits: '',
    otherDigits: [],
    pending: null,
    callerNumber: options.callerNumber ?? null,
    line: 'unasked',
    lineName: null,
    incident: null,
    greeting: options.greeting ?? null,
    justKeyed: false,
    identified: false,
    phoneTries: 0,
    nameTries: 0,
    stepIndex: 0,
    noInput: 0,
    noMatch: 0,
    unheard: 0,
    holding: false,
    presence: false,
    makesSure: false,
    keyed: false,
    last: [],
    used: {},
    recording: {
      policy: options.policy ?? 'off',
      choice: options.earlier?.choice ?? null,
      notices: 0,
      noticeHeard: options.earlier?.noticeHeard ?? false,
      noticesIn: [],
    },
    ended: null,
  }
}

/** Silence after a question before the desk asks whether the caller is still there. */
const noInputMs = 7_000
/** The same after the caller asked us to wait. */
const holdMs = 60_000

/** The step being tried; undefined when all have been tried. */
export const currentStep = ({ desk, known, stepIndex }: DialogueState): DeskStep | undefined =>
  stepsOf(desk, known)[stepIndex]

/** What the caller is expected to answer in this state. */
export function expectOf(state: DialogueState): Expect {
  const kind = state.asking === undefined ? 'open' : state.desk.questions[state.asking].expect
  const step = state.asking === 'step' ? currentStep(state) : undefined
  const takesMs = step?.takesMs ?? 0
  const expect: Expect = {
    kind,
    noInputMs: state.holding ? holdMs : noInputMs + takesMs,
    keyterms: keyterms(state.desk, state.language, state.asking),
  }
  if (state.asking === 'phone' || state.asking === 'phoneConfirm' || offersLine(state))
    expect.givesNumber = true
  return expect
}

/** The call-back is offered to the caller's own line, which the question names: no other number is known. */
export const offersLine = ({ asking, known, callerNumber }: DialogueState): boolean =>
  asking === 'callBack' && known.phone === null && callerNumber !== null
