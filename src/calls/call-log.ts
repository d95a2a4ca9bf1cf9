// Turns the events of one call into log lines, metrics, and the details that the record and the page show. It decides
// nothing.

import type { Key } from '../base/keys.ts'
import type { Log } from '../base/log.ts'
import { latencyBoundsMs, type Metrics } from '../base/metrics.ts'
import type { CallEcho, CallEvent, CallOutcome, TurnLatency } from '../call/events.ts'
import type { HistoryEntry } from '../call/history.ts'
import type { CallCustomer, Earlier } from '../call/reply/thinker-deps.ts'
import type { DialogueStateName, RecordingChoice, RecordingPolicy } from '../desk/types.ts'
import { type HeldReason, heldReasons } from '../dialogue/model/gate/gate.ts'
import type { Known } from '../dialogue/types.ts'
import { languages } from '../understanding/languages/index.ts'
import type { CallStart } from './call-start.ts'
import { type RefusalReason, refusalReasons } from './refusal-reason.ts'

export type CallDetails = {
  /** In which the call began. */
  language: string
  /** The languages that the call was in, and since when; the first is `language`. */
  languages: { language: string; atMs: number }[]
  /** Name of the desk. */
  desk: string
  /** The number that the caller dialled, when the dialplan told it. */
  dialled: string | null
  /** The caller's line and the name that the network shows for it; see call-start.ts. */
  callerNumber: string | null
  callerName: string | null
  /** What LOOKUP_URL answered, as far as it was used; a name that was used is `name`. */
  customer: Omit<CallCustomer, 'name'> | null
  outcome: CallOutcome | null
  reason: string | null
  phone: string | null
  /**
   * Numbers that the caller gave and did not take back, confirmed or not; each of them can be used to erase the call.
   */
  numbers: string[]
  name: string | null
  topic: string | null
  /** Whether a technician's call back to `phone` was promised. */
  callBack: boolean
  adapters: Record<string, string>
  states: { state: DialogueStateName; atMs: number }[]
  transcript: HistoryEntry[]
  latencies: TurnLatency[]
  /** How many sentences of the language model were not spoken, by reason. */
  held: Record<string, number>
  /** The agent's voice as the caller's telephone sent it back; null when it did not. */
  echo: CallEcho | null
  /** What the caller was told of the recording and chose; see recording/files.ts. */
  recording: {
    policy: RecordingPolicy
    choice: RecordingChoice | null
    atMs: number | null
    noticeAtMs: number | null
  }
}

/** Entries kept per list and call; the longest call with a caller who talks all the time stays below it. */
const maxEntries = 400

/** Stand for a digit, and for words that hold a telephone number, which RECORDING_PAUSE keeps out of the record. */
export const hiddenKey = '•'
export const hiddenWords = '•••'

export const hiddenIf = (hidden: boolean, entry: HistoryEntry): HistoryEntry =>
  hidden ? { ...entry, text: hiddenWords } : entry

/** Marks a line of the transcript that was keyed. */
export const keysMark = '⌨ '

const stages = [
  'transcript',
  'endpointing',
  'firstToken',
  'firstSentence',
  'firstTtsByte',
  'filler',
  'firstFrame',
] as const satisfies (keyof TurnLatency)[]

const outcomes = [
  'goodbye',
  'transfer',
  'error',
  'hangup',
  'lost',
  'busy',
] as const satisfies readonly CallOutcome[]

/** The metrics of all calls. Made once, before the first call: a counter that first appears as 1 shows in no rate. */
export function callMetrics(metrics: Metrics) {
  const stageHelp = 'Milliseconds from the end of the caller’s speech, per stage'
  const stageMs = (stage: (typeof stages)[number]) =>
    metrics.histogram('turn_latency_ms', stageHelp, latencyBoundsMs, { stage })
  const ended = (outcome: CallOutcome) => metrics.counter('calls_total', 'Calls by outcome', { outcome })
  for (const stage of stages) stageMs(stage)
  const refused = (reason: RefusalReason) =>
    metrics.counter('calls_refused_total', 'Calls that were sent on to humans at once', { reason })
  for (const reason of refusalReasons) refused(reason)
  for (const outcome of outcomes) ended(outcome)
  const held = (reason: HeldReason) =>
    metrics.counter('model_held_total', 'Sentences of the language model that were not spoken', { reason })
  for (const reason of heldReasons) held(reason)
  const languageChanged = (to: string) =>
    metrics.counter('language_changes_total', 'Calls that changed to a language in their middle', { to })
  for (const code of languages) languageChanged(code)
  return {
    stageMs,
    overheadMs: metrics.histogram(
      'turn_overhead_ms',
      'Milliseconds of a turn’s wait that are the server’s own, after the last answer of a vendor',
      latencyBoundsMs,
    ),
    refused,
    ended,
    held,
    languageChanged,
    bargeIns: metrics.counter('barge_ins_total', 'Interruptions of the agent'),
    falseBargeIns: metrics.counter('barge_ins_false_total', 'Interruptions that were taken back'),
    echoes: metrics.counter('echo_calls_total', 'Calls whose telephone sent the agent’s voice back'),
    underruns: metrics.counter(
      'playout_underruns_total',
      'Frames missing in the middle of speech because the voice was too slow',
    ),
  }
}
export type CallMetrics = ReturnType<typeof callMetrics>

export class CallLog {
  readonly details: CallDetails
  /** Who speaks now. */
  readonly speaking = { caller: false, agent: false }
  private readonly confirmed = new Set<string>()
  bargeIns = 0
  falseBargeIns = 0

  constructor(
    private readonly log: Log,
    private readonly metrics: CallMetrics,
    about: CallStart & { adapters: Record<string, string>; policy: RecordingPolicy },
    earlier?: Pick<Earlier, 'choice' | 'noticeHeard' | 'words' | 'known'>,
  ) {
    const { language, desk, dialled, callerNumber, callerName, adapters, policy } = about
    this.details = {
      ...{ language, languages: [{ language, atMs: 0 }], desk, dialled, callerNumber, callerName, adapters },
      customer: null,
      outcome: null,
      reason: null,
      phone: null,
      numbers: [],
      name: null,
      topic: null,
      // Promised once, also in a call that comes back.
      callBack: earlier?.known.callBack ?? false,
      states: [{ state: 'init', atMs: 0 }],
      transcript: [...(earlier?.words ?? [])],
      latencies: [],
      held: {},
      echo: null,
      // What an earlier part of the call settled was settled before this part began.
      recording: {
        policy,
        choice: earlier?.choice ?? null,
        atMs: earlier?.choice ? 0 : null,
        noticeAtMs: earlier?.noticeHeard ? 0 : null,
      },
    }
    log.info('call started', { language, desk, adapters })
  }

  take(event: CallEvent): void {
    const { details, log } = this
    switch (event.kind) {
      case 'state':
        if (details.states.length < maxEntries) details.states.push({ state: event.to, atMs: event.atMs })
        log.info('state changed', { from: event.from, to: event.to, durationMs: event.durationMs })
        return
      case 'said':
        if (details.transcript.length < maxEntries)
          details.transcript.push(hiddenIf(event.hidden, event.entry))
        log.debug('said', { who: event.entry.who, cut: event.entry.cut, private: { text: event.entry.text } })
        return
      case 'interim':
        return
      case 'key':
        this.keyed(event.hidden ? hiddenKey : event.key, event.atMs)
        return
      case 'recording':
        if (event.choice === null) details.recording.noticeAtMs ??= event.atMs
        else details.recording = { ...details.recording, choice: event.choice, atMs: event.atMs }
        log.info('recording', { choice: event.choice ?? 'notice heard', atMs: event.atMs })
        return
      case 'language':
        if (details.languages.length < maxEntries)
          details.languages.push({ language: event.language, atMs: event.atMs })
        this.metrics.languageChanged(event.language).add()
        log.info('language changed', { language: event.language, atMs: event.atMs })
        return
      case 'held':
        details.held[event.reason] = (details.held[event.reason] ?? 0) + 1
        this.metrics.held(event.reason).add()
        log.info('a sentence of the model was held back', { turn: event.turn, reason: event.reason })
        return
      case 'latency':
        if (details.latencies.length < maxEntries) details.latencies.push(event.latency)
        this.observe(event.latency)
        log.info('turn answered', { ...event.latency })
        return
      case 'bargeIn':
        if (event.false) this.falseBargeIns++
        else this.bargeIns++
        this.metrics[event.false ? 'falseBargeIns' : 'bargeIns'].add()
        return
      case 'echo':
        if (details.echo === null) {
          this.metrics.echoes.add()
          log.info('echo cancelled', event.echo)
        }
        details.echo = event.echo
        return
      case 'supervised':
        log.info(event.on ? 'a supervisor took over' : 'a supervisor gave the call back', {
          atMs: event.atMs,
        })
        return
      case 'speaking':
        this.speaking[event.who] = event.on
        return
      case 'ended':
        details.outcome = event.outcome
        details.reason = event.reason
        this.metrics.ended(event.outcome).add()
        log.info('call ended', { outcome: event.outcome, reason: event.reason, durationMs: event.durationMs })
        return
    }
  }

  /**
   * Takes over what the dialogue knows of the caller, for the record and the technician.
   *
   * @param pending a number that is not confirmed yet
   * @param customer what the operator's system knows of the caller
   * @returns whether the caller's numbers have changed
   */
  learn(known: Known, pending: string | null = null, customer?: CallCustomer): boolean {
    const before = this.details.numbers
    this.details.customer = customer
      ? { contract: customer.contract, vulnerable: customer.vulnerable, incident: customer.incident }
      : null
    if (known.phone !== null) this.confirmed.add(known.phone)
    this.details.numbers = [...new Set(pending === null ? this.confirmed : [...this.confirmed, pending])]
    this.details.phone = known.phone
    this.details.name = known.name
    this.details.topic = known.topic
    if (known.callBack && !this.details.callBack)
      this.log.info('call back wanted', {
        topic: known.topic,
        symptom: known.symptom,
        private: { phone: known.phone, name: known.name },
      })
    this.details.callBack = known.callBack
    return this.details.numbers.join() !== before.join()
  }

  /** Keys are part of the transcript: those without a line of the agent between them share one line. */
  private keyed(key: Key | typeof hiddenKey, atMs: number): void {
    const { transcript } = this.details
    const last = transcript.at(-1)
    if (last?.who === 'caller' && last.text.startsWith(keysMark)) last.text += key
    else if (transcript.length < maxEntries)
      transcript.push({ who: 'caller', text: `${keysMark}${key}`, atMs, cut: false })
  }

  private observe(latency: TurnLatency): void {
    for (const stage of stages) {
      const ms = latency[stage]
      if (ms !== undefined) this.metrics.stageMs(stage).observe(ms)
    }
    const ownMs = overheadMs(latency)
    if (ownMs !== undefined) this.metrics.overheadMs.observe(ownMs)
  }
}

/**
 * What the server itself added to the wait of a turn: from the last answer of a vendor to the first frame of the reply.
 *
 * @returns undefined where the reply waited for the end of a filler, which is no fault of the server's
 */
export function overheadMs(latency: TurnLatency): number | undefined {
  const { endpointing = 0, firstToken = 0, firstSentence = 0, firstTtsByte = 0, filler, firstFrame } = latency
  if (firstFrame === undefined || filler !== undefined) return undefined
  return Math.max(0, firstFrame - Math.max(endpointing, firstToken, firstSentence, firstTtsByte))
}
