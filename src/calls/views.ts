// A call as the operator sees it: plain data made from the session and its log. Pure.

import type { Key } from '../base/keys.ts'
import type { CallEcho, CallEvent, TurnLatency } from '../call/events.ts'
import type { HistoryEntry, Party } from '../call/history.ts'
import type { Session } from '../call/session.ts'
import { type CallDetails, type CallLog, hiddenIf, hiddenKey } from './call-log.ts'

/** Who speaks just now. */
export type Who = Party | 'nobody'

/** Times `…AtMs` are milliseconds since the call began. */
export type CallInfo = {
  id: string
  startedWallMs: number
  state: string
  phase: string
  turn: number
  speaking: Who
  durationMs: number
  /** In which the call is now. */
  language: string
  /** All that it was in, and since when. */
  languages: CallDetails['languages']
  /** Name of the desk. */
  desk: string
  /** The number that the caller dialled, when the dialplan told it. */
  dialled: string | null
  /** The caller's line and the name that the network shows for it; see call-start.ts. */
  callerNumber: string | null
  callerName: string | null
  adapters: Record<string, string>
  latencies: readonly (TurnLatency & Record<string, number>)[]
  transcript: readonly HistoryEntry[]
  outcome: string | null
  recording: CallDetails['recording']
  /** Sentences of the language model that were not spoken, by reason. */
  held: CallDetails['held']
  /** The agent's voice as the caller's telephone sends it back; null when it does not. */
  echo: CallDetails['echo']
}

/**
 * What subscribers outside the call see of it: the operator's page and tracing. `call/events.ts` has what the session
 * itself reports.
 */
export type PublicCallEvent = { callId: string; atMs: number } & (
  | { kind: 'started' }
  | { kind: 'state'; from: string; to: string }
  | { kind: 'phase'; phase: string; turn: number; speaking: Who }
  | { kind: 'transcript'; who: Party; text: string; isFinal: boolean; cut?: boolean }
  /** Keys pressed one after the other are one line of the transcript, `⌨ 06`. */
  | { kind: 'key'; key: Key | typeof hiddenKey }
  /** From now on the call is in this language. */
  | { kind: 'language'; language: string }
  /** The notice was heard to its end, or the caller chose. */
  | { kind: 'recording'; recording: CallDetails['recording'] }
  | { kind: 'latency'; latency: TurnLatency & Record<string, number> }
  /** A sentence of the language model was held back; all counts so far. */
  | { kind: 'held'; held: CallDetails['held'] }
  /** The agent's voice comes back from the caller's telephone, and is cancelled. */
  | { kind: 'echo'; echo: CallEcho }
  | { kind: 'ended'; outcome: string }
)

export function callInfo(
  id: string,
  startedWallMs: number,
  nowMs: number,
  session: Session,
  log: CallLog,
): CallInfo {
  const { details } = log
  return {
    id,
    startedWallMs,
    state: session.dialogue.stateName,
    phase: session.phase,
    turn: session.turn,
    speaking: who(log),
    durationMs: Math.round(nowMs - session.story.startedMs),
    language: session.dialogue.language,
    languages: details.languages,
    desk: details.desk,
    dialled: details.dialled,
    callerNumber: details.callerNumber,
    callerName: details.callerName,
    adapters: details.adapters,
    latencies: details.latencies as CallInfo['latencies'],
    transcript: details.transcript,
    outcome: details.outcome,
    recording: details.recording,
    held: details.held,
    echo: details.echo,
  }
}

/** The public events that follow from one event of the session. */
export function publicEvents(
  callId: string,
  session: Session,
  log: CallLog,
  event: CallEvent,
): PublicCallEvent[] {
  const at = { callId, atMs: Math.round(session.story.elapsedMs) }
  switch (event.kind) {
    case 'state':
      return [{ ...at, kind: 'state', from: event.from, to: event.to }]
    case 'said': {
      const { who: speaker, text, cut } = hiddenIf(event.hidden, event.entry)
      return [{ ...at, kind: 'transcript', who: speaker, text, isFinal: true, cut }]
    }
    case 'interim':
      return [{ ...at, kind: 'transcript', who: event.who, text: event.text, isFinal: false }]
    case 'key':
      return [{ ...at, kind: 'key', key: event.hidden ? hiddenKey : event.key }]
    case 'language':
      return [{ ...at, kind: 'language', language: event.language }]
    case 'recording':
      return [{ ...at, kind: 'recording', recording: log.details.recording }]
    case 'latency':
      return [{ ...at, kind: 'latency', latency: event.latency as CallInfo['latencies'][number] }]
    case 'held':
      return [{ ...at, kind: 'held', held: log.details.held }]
    case 'echo':
      return [{ ...at, kind: 'echo', echo: event.echo }]
    case 'notUnderstood':
      return []
    case 'speaking':
    case 'supervised':
    case 'bargeIn':
      return [{ ...at, kind: 'phase', phase: session.phase, turn: session.turn, speaking: who(log) }]
    case 'ended':
      return [{ ...at, kind: 'ended', outcome: event.outcome }]
  }
}

/** Who speaks in a call just now. */
export function who(log: CallLog): Who {
  if (log.speaking.caller) return 'caller'
  return log.speaking.agent ? 'agent' : 'nobody'
}
