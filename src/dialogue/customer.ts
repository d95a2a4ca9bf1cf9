// Who calls, as far as the line tells it. The network's number stands for the contract, and the operator's system may
// know its customer. It may be somebody else's telephone: the customer's name is used once the caller has confirmed the
// line. That is the one question about who calls: a confirmed line asks no name, and another line asks both.

import { topicOf } from '../desk/desk.ts'
import { byVoice, type Draft } from './decision-draft.ts'
import type { DialogueState } from './state.ts'
import type { Incident } from './types.ts'

/** Keeps it. Nothing is said. */
export function learnCustomer(draft: Draft, name: string | null, incident: Incident | null): Draft {
  const { state } = draft
  state.lineName = name
  // A topic that this desk does not have says nothing.
  state.incident = incident && { ...incident, topic: topicOf(state.desk, incident.topic)?.name ?? null }
  return nameByLine(draft)
}

/** The caller confirmed this number. That of the line brings the customer's name, unless the caller gave another. */
export function confirmNumber(draft: Draft, phone: string | null): Draft {
  draft.state.known = { ...draft.state.known, phone }
  return nameByLine(draft)
}

function nameByLine(draft: Draft): Draft {
  const { state } = draft
  const { known, lineName, callerNumber } = state
  if (known.name === null && known.phone !== null && known.phone === callerNumber)
    state.known = { ...known, name: lineName }
  return draft
}

/** Whether the line still has to be confirmed: that says who calls, and no name is asked for. */
export const lineTellsWho = (state: DialogueState): boolean =>
  state.callerNumber !== null &&
  state.line === 'unasked' &&
  state.pending === null &&
  state.known.phone === null

/** Whether no name was asked for because of the line, and the line turned out to be another's. */
export const lacksName = (state: DialogueState): boolean =>
  state.name === 'identification' &&
  state.callerNumber !== null &&
  state.known.phone !== state.callerNumber &&
  state.known.name === null &&
  state.nameTries === 0 &&
  byVoice(state)
