// The account of a call while it runs: the conversation as it was heard, the latency of each turn, and the events for
// log, record and page. The session drives the call and reports here; nothing in this file influences the call.

import type { Clock } from '../base/clock.ts'
import type { Key } from '../base/keys.ts'
import type { DialogueStateName, RecordingChoice } from '../desk/types.ts'
import type { HeldReason } from '../dialogue/model/gate/gate.ts'
import type { Line } from '../dialogue/types.ts'
import type { TurnCause } from './agent/state.ts'
import type { CallEcho, CallEvent, CallOutcome } from './events.ts'
import { History, type HistoryEntry, supervisorMark } from './history.ts'
import { LatencyMeter } from './latency.ts'
import type { AskedThen } from './reply/troubles.ts'

/** Recognisers bring the words of one who speaks at least so often. */
const wordsMs = 600

export class Story {
  readonly startedMs: number
  /** Whether a line of the agent is being played just now. */
  agentSpeaking = false
  /** Whether a telephone number is being given that the record shall not hold. */
  hides = false
  private callerSpeaking = false
  /** When the last voice of either side ended, since the call's start. */
  private quietFromMs = 0
  private readonly history = new History()
  private readonly latency: LatencyMeter
  private stateSinceMs: number
  /** When the caller began to speak, since the agent's last line and since the call's start. */
  private spokeFromMs: number | undefined
  /** The turn of the caller's that is being answered. */
  private answered = { text: '', isKey: false, atMs: 0, hidden: false }
  /** When the recogniser's last text arrived. */
  private textAtMs = 0
  /** When the line being played began, since the call's start. */
  private lineAtMs = 0

  constructor(
    private readonly clock: Clock,
    private readonly onEvent: (event: CallEvent) => void,
  ) {
    this.startedMs = clock.now()
    this.stateSinceMs = this.startedMs
    this.latency = new LatencyMeter(clock, (latency) => onEvent({ kind: 'latency', latency }))
  }

  /** The conversation as heard, oldest first. */
  get entries(): readonly HistoryEntry[] {
    return this.history.entries
  }

  get elapsedMs(): number {
    return this.clock.now() - this.startedMs
  }

  /** Since when nobody has spoken, in ms since the call's start; null while somebody speaks. */
  get quietSinceMs(): number | null {
    return this.agentSpeaking || this.callerSpeaking ? null : this.quietFromMs
  }

  /** Whether the caller speaks, or words of theirs have just arrived. */
  hearsCaller(nowMs: number): boolean {
    return this.callerSpeaking || nowMs - this.textAtMs < wordsMs
  }

  // ---- the caller

  callerSpeaks(on: boolean): void {
    this.callerSpeaking = on
    if (on) this.spokeFromMs ??= this.atMs()
    else this.quietFromMs = this.atMs()
    this.onEvent({ kind: 'speaking', who: 'caller', on })
  }

  /** @param text interim or final, '' for none */
  recognised(text: string): void {
    if (text !== '') this.textAtMs = this.clock.now()
    this.onEvent({ kind: 'interim', who: 'caller', text })
  }

  /** A turn is about to be answered. Latency is measured for words and for keys, nothing else waits for an answer. */
  turnBegun(turn: number, cause: TurnCause): void {
    const isKey = cause.kind === 'key'
    const text = isKey ? cause.key : cause.kind === 'words' ? cause.text : ''
    const atMs = isKey ? this.atMs() : (this.spokeFromMs ?? this.atMs())
    this.answered = { text, isKey, atMs, hidden: this.hides }
    this.spokeFromMs = undefined
    if (isKey) this.latency.pressed(turn)
    if (cause.kind !== 'words') return
    this.said(this.history.caller(cause.text, this.atMs()), this.hides)
    this.latency.begin(turn, cause.endOfSpeechMs, this.textAtMs)
  }

  /** The desk could not use the turn that was begun last. */
  notUnderstood(asked: AskedThen): void {
    this.onEvent({ kind: 'notUnderstood', asked, ...this.answered })
  }

  /** The caller says it to a supervisor: nothing answers it. */
  overheard(text: string): void {
    this.said(this.history.caller(text, this.atMs()), this.hides)
  }

  keyPressed(key: Key, atMs: number): void {
    this.onEvent({ kind: 'key', key, atMs, hidden: this.hides })
  }

  /** @param facts undefined when no echo was cancelled */
  echoed(facts: CallEcho | undefined): void {
    if (facts === undefined) return
    const echo = { levelDb: Math.round(facts.levelDb), delayMs: Math.round(facts.delayMs) }
    this.onEvent({ kind: 'echo', echo })
  }

  interrupted(): void {
    this.onEvent({ kind: 'bargeIn', false: false, atMs: this.atMs() })
  }

  /** The interruption was a false alarm. */
  resumed(): void {
    this.onEvent({ kind: 'bargeIn', false: true, atMs: this.atMs() })
  }

  // ---- the agent

  modelAnswered(turn: number): void {
    this.latency.token(turn)
  }

  /** The gate kept a sentence of the model from the voice. */
  heldBack(turn: number, reason: HeldReason): void {
    this.onEvent({ kind: 'held', turn, reason })
  }

  replyBegun(turn: number): void {
    this.latency.sentence(turn)
  }

  voiceAnswered(turn: number): void {
    this.latency.voice(turn)
  }

  /** @param isFiller whether the line only bridges the wait for the reply */
  lineBegun(turn: number, line: Line, isFiller: boolean): void {
    this.lineAtMs = this.atMs()
    // A cough before this line is no part of the answer to it.
    if (!this.callerSpeaking) this.spokeFromMs = undefined
    this.agentSpeaks(true)
    if (line.name !== 'wait') this.onEvent({ kind: 'interim', who: 'agent', text: line.text })
    if (isFiller) this.latency.filler(turn)
    else this.latency.frame(turn)
  }

  /** @param text what the caller heard of the line, '' for nothing @param cut whether the line was interrupted */
  lineEnded(line: Line, text: string, cut: boolean): void {
    this.agentSpeaks(false)
    if (text === '' || line.name === 'wait') return
    this.said(this.history.agent(text, this.lineAtMs, cut), this.hides && line.name.startsWith('numbers.'))
  }

  agentSpeaks(on: boolean): void {
    if (on === this.agentSpeaking) return
    this.agentSpeaking = on
    if (!on) this.quietFromMs = this.atMs()
    this.onEvent({ kind: 'speaking', who: 'agent', on })
  }

  /** A supervisor speaks in the agent's place, or no longer does. */
  supervised(on: boolean): void {
    if (on) this.said(this.history.agent(supervisorMark, this.atMs()), false)
    this.onEvent({ kind: 'supervised', on, atMs: this.atMs() })
  }

  // ---- the call

  stateChanged(from: DialogueStateName, to: DialogueStateName): void {
    const now = this.clock.now()
    const durationMs = Math.round(now - this.stateSinceMs)
    this.stateSinceMs = now
    this.onEvent({ kind: 'state', from, to, atMs: this.atMs(), durationMs })
  }

  languageChanged(language: string): void {
    this.onEvent({ kind: 'language', language, atMs: this.atMs() })
  }

  /** @param choice null when the notice has been heard to its end */
  recordingChanged(choice: RecordingChoice | null): void {
    this.onEvent({ kind: 'recording', choice, atMs: this.atMs() })
  }

  ended(outcome: CallOutcome, reason: string): void {
    this.onEvent({ kind: 'ended', outcome, reason, durationMs: this.atMs() })
  }

  /** Whole milliseconds since the call's start. */
  atMs(): number {
    return Math.round(this.elapsedMs)
  }

  private said(entry: HistoryEntry, hidden: boolean): void {
    this.onEvent({ kind: 'said', entry, hidden })
  }
}
