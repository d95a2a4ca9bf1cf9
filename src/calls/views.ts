// A call as the operator and the dialplan see it: plain data made from the session and its log. Pure.

import type { Key } from '../base/keys.ts'
import type { CallEvent, TurnLatency } from '../call/events.ts'
import type { HistoryEntry, Party } from '../call/history.ts'
import type { Session } from '../call/session.ts'
import type { Known } from '../dialogue/types.ts'
import type { CallDetails, CallLog } from './call-log.ts'

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
  adapters: Record<string, string>
  latencies: readonly (TurnLatency & Record<string, number>)[]
  transcript: readonly HistoryEntry[]
  outcome: string | null
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
  /** A key of the caller's; those pressed one after the other are one line of the transcript, `⌨ 06`. */
  | { kind: 'key'; key: Key }
  | { kind: 'latency'; latency: TurnLatency & Record<string, number> }
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
    state: session.stateName,
    phase: session.phase,
    turn: session.turn,
    speaking: who(log),
    durationMs: Math.round(nowMs - session.story.startedMs),
    adapters: details.adapters,
    latencies: details.latencies as CallInfo['latencies'],
    transcript: details.transcript,
    outcome: details.outcome,
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
      const { who: speaker, text, cut } = event.entry
      return [{ ...at, kind: 'transcript', who: speaker, text, isFinal: true, cut }]
    }
    case 'interim':
      return [{ ...at, kind: 'transcript', who: event.who, text: event.text, isFinal: false }]
    case 'key':
      return [{ ...at, kind: 'key', key: event.key }]
    case 'latency':
      return [{ ...at, kind: 'latency', latency: event.latency as CallInfo['latencies'][number] }]
    case 'speaking':
    case 'bargeIn':
      return [{ ...at, kind: 'phase', phase: session.phase, turn: session.turn, speaking: who(log) }]
    case 'ended':
      return [{ ...at, kind: 'ended', outcome: event.outcome }]
  }
}

function who(log: CallLog): Who {
  if (log.speaking.caller) return 'caller'
  return log.speaking.agent ? 'agent' : 'nobody'
}

export type NextStep = {
  verb: 'queue' | 'dial' | 'hangup'
  target: string
  variables?: Record<string, string>
}

/** What the dialplan does with a caller whose call with the bot has ended. @param people where humans are */
export function nextStepOf(details: CallDetails, known: Known, people: NextStep): NextStep {
  const variables: Record<string, string> = {
    VB_NAME: known.name ?? '',
    VB_PHONE: known.phone ?? '',
    VB_TOPIC: known.topic ?? '',
    VB_SYMPTOM: known.symptom ?? '',
    VB_STEPS: known.stepsDone.join(' '),
    VB_OUTCOME: details.outcome ?? '',
    VB_SUMMARY: summary(known),
  }
  // Only when wanted, so that a dialplan may ask whether it is there.
  if (known.callBack) variables.VB_CALLBACK = '1'
  // After a caller's own hang-up nobody asks; if somebody does, the connection broke under a caller still there.
  if (details.outcome === 'goodbye')
    return known.callBack ? { verb: 'hangup', target: '', variables } : { verb: 'hangup', target: '' }
  return { ...people, variables }
}

function summary(known: Known): string {
  const problem = [known.topic, known.symptom].filter((part) => part !== null).join(' ')
  const steps = known.stepsDone.length > 0 ? `tried ${known.stepsDone.join(' ')}` : 'nothing tried'
  return `${problem === '' ? 'problem not said' : problem}. ${steps}.${known.callBack ? ' Wants a call back.' : ''}`
}
