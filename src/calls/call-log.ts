// Turns the events of one call into log lines, metrics, and the details that the record and the page show. It decides
// nothing.

import type { Key } from '../base/keys.ts'
import type { Log } from '../base/log.ts'
import type { CallEcho, CallEvent, CallOutcome, TurnLatency } from '../call/events.ts'
import type { HistoryEntry } from '../call/history.ts'
import type { CallCustomer, Earlier } from '../call/reply/thinker-deps.ts'
import type { DialogueStateName, RecordingChoice, RecordingPolicy } from '../desk/types.ts'
import type { Known } from '../dialogue/types.ts'
import { type CallMetrics, overheadMs, stages } from './call-metrics.ts'
import type { CallStart } from './call-start.ts'

/** `text`: '' for speech without words; `atMs`: when the caller began to speak. */
export type NotUnderstood = {
  question: string
  topic: string | null
  language: string
  text: string
  atMs: number
}

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
  /** Turns of the caller's that the desk could not use, each at the question that was open. */
  notUnderstood: NotUnderstood[]
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
  /** Address of the machine of a cluster that has the recording of the call's part before this one. */
  partBefore?: string
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
    earlier?: Pick<Earlier, 'choice' | 'noticeHeard' | 'words' | 'known'> & { machine?: string | undefined },
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
      notUnderstood: [],
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
      ...(earlier?.machine !== undefined && { partBefore: earlier.machine }),
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
      case 'notUnderstood':
        this.missed(event)
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

  /** An erasure looks for numbers in the transcript: what is no longer in it is not kept here either. */
  private missed({ asked, text, isKey, atMs, hidden }: Extract<CallEvent, { kind: 'notUnderstood' }>): void {
    const { transcript, notUnderstood } = this.details
    if (transcript.length >= maxEntries || notUnderstood.length >= maxEntries) return
    const said = isKey ? `${keysMark}${hidden ? hiddenKey : text}` : hidden ? hiddenWords : text
    notUnderstood.push({ ...asked, text: said, atMs })
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
