// The conversation goes on after the machine that led it died: an apology, and the open question once more. What was
// found out before is not asked again.

import type { Draft } from './decision-draft.ts'
import { say } from './decision-draft.ts'
import { askForHelp } from './recording.ts'
import { askAgain, checkTechnician } from './transitions.ts'

export function goOnAfterCut(draft: Draft): Draft {
  say(draft, 'cut_off')
  const { asking } = draft.state
  if (asking === 'technician') return checkTechnician(draft)
  return asking === undefined ? askForHelp(draft) : askAgain(draft, 'ask')
}
