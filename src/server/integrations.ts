// The operator's own systems: who a caller is (LOOKUP_URL), and what happened in calls (WEBHOOK_URL).

import { localMoment } from '../asterisk/schedule.ts'
import { openingOf } from '../asterisk/technicians.ts'
import type { CallCustomer } from '../call/reply/thinker-deps.ts'
import type { CallStart } from '../calls/call-start.ts'
import type { CallReport } from '../calls/report.ts'
import type { RecordingChoice } from '../desk/types.ts'
import type { Customer } from '../integrations/customer.ts'
import { createLookup } from '../integrations/lookup.ts'
import { createWebhooks } from '../integrations/webhooks.ts'
import type { ServerContext } from './context.ts'

export type Integrations = {
  /** Begins to ask who calls. @returns undefined without LOOKUP_URL, or when the line is not known */
  customerOf(callId: string, start: CallStart): Promise<CallCustomer | undefined> | undefined
  report(report: CallReport): void
  close(): Promise<void>
}

/** A known fault is over within a month. */
const longestMs = 31 * 86_400_000

/** How long a server that stops waits for the last events. */
const lastEventsMs = 3_000

export function openIntegrations(context: ServerContext): Integrations {
  const { config, clock, log, metrics, degraded, memories } = context
  const shared = { clock, log, metrics }
  const { LOOKUP_URL, LOOKUP_TOKEN: token, LOOKUP_MS: deadlineMs, WEBHOOK_URL, WEBHOOK_SECRET } = config
  const lookup =
    LOOKUP_URL === '' ? undefined : createLookup({ ...shared, url: LOOKUP_URL, token, deadlineMs })
  const webhooks =
    WEBHOOK_URL === ''
      ? undefined
      : createWebhooks({ ...shared, url: WEBHOOK_URL, secret: WEBHOOK_SECRET, degraded, random: Math.random })
  if (webhooks) memories.add((callId) => webhooks.forget(callId))
  return {
    customerOf: (callId, { callerNumber, dialled }) =>
      callerNumber === null
        ? undefined
        : lookup
            ?.find({ callId, callerNumber, dialled })
            .then((found) => found && callCustomer(found, clock.wallMs(), config.TIME_ZONE)),
    report(report) {
      if (webhooks === undefined) return
      for (const [type, data] of webhookEvents(report)) webhooks.send(type, report.callId, data)
    },
    close: async () => webhooks?.close(lastEventsMs),
  }
}

export function callCustomer(found: Customer, nowMs: number, timeZone: string): CallCustomer {
  const { name, contract, vulnerable, incident } = found
  const untilMs = incident?.until ? Date.parse(incident.until) : Number.NaN
  const moment = (ms: number) => localMoment(ms, timeZone)
  return {
    ...{ name: name ?? null, contract: contract ?? null, vulnerable: vulnerable ?? false },
    incident: incident
      ? {
          topic: incident.topic ?? null,
          // A moment that has passed helps nobody, and a day is said without its year.
          until:
            untilMs > nowMs && untilMs < nowMs + longestMs ? openingOf(moment(untilMs), moment(nowMs)) : null,
        }
      : null,
  }
}

/**
 * The events that follow from one report, by their types. Who is called back has asked for it, and is named. All other
 * events of callers who refused the recording name nobody: the receiver keeps them, which is what these callers refuse.
 */
export function webhookEvents(report: CallReport): [type: string, data: Record<string, unknown>][] {
  switch (report.kind) {
    case 'started': {
      const { language, desk, dialled, callerNumber, callerName } = report.start
      const who = named({ callerNumber, callerName }, report.choice)
      return [['call.started', { language, desk, dialled, ...who, resumed: report.resumed }]]
    }
    case 'callBackPromised': {
      const { name, phone, topic, symptom } = report.known
      return [['callback.promised', { name, phone, topic, symptom }]]
    }
    case 'ended': {
      const { details, known, summary, step, durationMs } = report
      const { outcome, reason, dialled, callerNumber, recording } = details
      const { name, phone, topic, symptom, stepsDone, notes, callBack } = known
      const who = named({ callerNumber, name, phone, summary }, recording.choice)
      const facts = { ...who, topic, symptom, stepsDone, notes, callBack }
      const ended: [string, Record<string, unknown>] = [
        'call.ended',
        { outcome, reason, durationMs, dialled, ...facts },
      ]
      if (outcome !== 'transfer') return [ended]
      return [['call.transferred', { to: `${step.verb}|${step.target}`, ...facts }], ended]
    }
  }
}

/** What tells who the caller is, or null in its place when the caller refused the recording. */
function named(who: Record<string, string | null>, choice: RecordingChoice | null): Record<string, unknown> {
  const isRefused = choice === 'objected' || choice === 'declined'
  const told = isRefused ? Object.fromEntries(Object.keys(who).map((name) => [name, null])) : who
  return { ...told, recordingRefused: isRefused }
}
