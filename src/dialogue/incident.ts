// A fault in the caller's area that the network's people know: it is said before anything is asked or tried, and a
// call-back is offered, because nothing that the caller does at home helps.

import { stepsOf } from '../desk/desk.ts'
import { askQuestion, type Draft, go, say, understood } from './decision-draft.ts'
import { beforeSteps } from './known-facts.ts'
import { sayMoment } from './opening-hours.ts'

/** Whether to tell it now: not to a caller who has named another matter, or who is being asked for consent. */
export function incidentIsDue({ state }: Draft): boolean {
  const { incident, known, desk, asking } = state
  if (incident === null || !beforeSteps(state.name) || asking === undefined || asking === 'consent')
    return false
  if (known.topic === null) return true
  return stepsOf(desk, known).length > 0 && (incident.topic ?? known.topic) === known.topic
}

/** Tells it once, and offers the call-back. */
export function tellIncident(draft: Draft): Draft {
  const { incident, known } = draft.state
  if (incident === null) return draft
  understood(draft)
  draft.state.incident = null
  draft.state.known = { ...known, topic: known.topic ?? incident.topic }
  say(draft, 'incident')
  if (incident.until !== null) sayMoment(say(draft, 'incident_until'), incident.until)
  say(draft, 'incident_known')
  go(draft, 'goodbye')
  return askQuestion(draft, 'callBack')
}
