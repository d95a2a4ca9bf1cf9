// The conversation goes on after the machine that led it died, or after a supervisor had the call: the open question
// once more, behind an apology where the caller was cut off. What was found out before is not asked again.

import type { Draft } from './decision-draft.ts'
import { say } from './decision-draft.ts'
import { askForHelp } from './recording.ts'
import { askAgain, checkTechnician } from './transitions.ts'

export function goOnAfterCut(draft: Draft): Draft {
  return goOn(say(draft, 'cut_off'))
}

/** Asks the open question once more. */
export function goOn(draft: Draft): Draft {
  const { asking } = draft.state
  if (asking === 'technician') return checkTechnician(draft)
  return asking === undefined ? askForHelp(draft) : askAgain(draft, 'ask')
}
