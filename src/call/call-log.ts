// The story of one call: its log lines, its numbers, and the details that the record and the page show. Listens to
// the call's events and decides nothing.

import type { Log } from '../base/log.ts'
import { latencyBoundsMs, type Metrics } from '../base/metrics.ts'
import type { DialogueStateName, Known } from '../dialogue/types.ts'
import type { CallEvent, CallOutcome, TurnLatency } from './events.ts'
import type { HistoryEntry } from './history.ts'

export type CallDetails = {
  language: string
  outcome: CallOutcome | null
  reason: string | null
  phone: string | null
  name: string | null
  topic: string | null
  /** A technician was promised to call back on `phone`. */
  callBack: boolean
  adapters: Record<string, string>
  states: { state: DialogueStateName; atMs: number }[]
  transcript: HistoryEntry[]
  latencies: TurnLatency[]
}

/** Kept per call; a caller who talks for the whole time does not get past it. */
const maxEntries = 400

const stages = [
  'transcript',
  'endpointing',
  'firstToken',
  'firstSentence',
  'firstTtsByte',
  'filler',
  'firstFrame',
] as const satisfies (keyof TurnLatency)[]

export class CallLog {
  readonly details: CallDetails
  /** Who speaks just now. */
  readonly speaking = { caller: false, agent: false }
  interim = ''
  bargeIns = 0
  falseBargeIns = 0

  constructor(
    private readonly log: Log,
    private readonly metrics: Metrics,
    about: { language: string; adapters: Record<string, string> },
  ) {
    this.details = {
      ...about,
      outcome: null,
      reason: null,
      phone: null,
      name: null,
      topic: null,
      callBack: false,
      states: [{ state: 'init', atMs: 0 }],
      transcript: [],
      latencies: [],
    }
    log.info('call started', { adapters: about.adapters })
  }

  take(event: CallEvent): void {
    const { details, log } = this
    switch (event.kind) {
      case 'state':
        if (details.states.length < maxEntries) details.states.push({ state: event.to, atMs: event.atMs })
        log.info('state changed', { from: event.from, to: event.to, durationMs: event.durationMs })
        return
      case 'said':
        if (details.transcript.length < maxEntries) details.transcript.push(event.entry)
        if (event.entry.who === 'caller') this.interim = ''
        log.debug('said', { who: event.entry.who, cut: event.entry.cut, private: { text: event.entry.text } })
        return
      case 'interim':
        this.interim = event.text
        return
      case 'latency':
        if (details.latencies.length < maxEntries) details.latencies.push(event.latency)
        this.observe(event.latency)
        log.info('turn answered', { ...event.latency })
        return
      case 'bargeIn':
        if (event.false) this.falseBargeIns++
        else this.bargeIns++
        this.count(event.false ? 'barge_ins_false_total' : 'barge_ins_total', 'Interruptions of the agent')
        return
      case 'speaking':
        this.speaking[event.who] = event.on
        return
      case 'ended':
        details.outcome = event.outcome
        details.reason = event.reason
        this.metrics.counter('calls_total', 'Calls by outcome', { outcome: event.outcome }).add()
        log.info('call ended', { outcome: event.outcome, reason: event.reason, durationMs: event.durationMs })
        return
    }
  }

  /** What the dialogue learnt, for the record and the technician. */
  learn(known: Known): void {
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
  }

  private count(name: string, help: string): void {
    this.metrics.counter(name, help).add()
  }

  private observe(latency: TurnLatency): void {
    for (const stage of stages) {
      const ms = latency[stage]
      if (ms === undefined) continue
      const help = 'Milliseconds from the end of the caller’s speech, per stage'
      this.metrics.histogram('turn_latency_ms', help, latencyBoundsMs, { stage }).observe(ms)
    }
  }
}
