// What the caller's words do as the answer to the open question, and what happens when they mean nothing there.

import type { Understanding } from '../understanding/types.ts'
import { type Draft, say, understood } from './decision-draft.ts'
import { noMatch } from './no-match.ts'
import { onName, onOpen, onPhoneConfirm } from './on-identification.ts'
import { onStep } from './on-step.ts'
import { takeNumber } from './phone-number.ts'
import { answerConsent, askForHelp, onlyObjects } from './recording.ts'
import { offersLine } from './state.ts'
import { acceptCallBack, askAgain, bye, diagnose, goOn, sayBack } from './transitions.ts'

/**
 * The answer to the open question.
 *
 * @param topic the topic as it was known before this turn
 */
export function answer(draft: Draft, said: Understanding, topic: string | null): Draft {
  const { state } = draft
  switch (state.asking) {
    case 'consent':
      return onConsent(draft, said)
    case 'open':
      return onOpen(draft, said)
    case 'name':
      return onName(draft, said)
    case 'phone':
      return takeNumber(draft, said)
    case 'phoneConfirm':
      return onPhoneConfirm(draft, said)
    case 'topic':
      return state.known.topic === null ? noMatch(draft) : proceed(draft, said)
    case 'symptom':
      if (state.known.symptom !== null || state.known.topic !== topic) return proceed(draft, said)
      return noMatch(draft)
    case 'step':
      return onStep(draft, said)
    case 'verify':
      if (said.intent === 'stuck' || said.answer === 'no') {
        understood(draft)
        return goOn(draft)
      }
      if (said.answer === 'yes') return bye(draft, 'solved')
      return said.intent === 'done' ? askAgain(draft, 'rephrase') : noMatch(draft)
    case 'technician':
      return say(draft, 'wait')
    case 'callBack':
      if (said.answer === 'unknown' && said.phone === null) return noMatch(draft)
      if (said.answer === 'unknown' || (said.answer === 'yes' && said.phone !== null && offersLine(state))) {
        state.phoneTries = 0
        return takeNumber(draft, said)
      }
      understood(draft)
      return said.answer === 'yes' ? acceptCallBack(draft) : bye(draft, 'call_back_declined')
  }
  return draft
}

/** The words may say yes or no to the recording, what the call is about, or both. Without a yes nothing is recorded. */
function onConsent(draft: Draft, said: Understanding): Draft {
  if (!said.objects) answerConsent(draft, said.answer === 'yes')
  if (onlyObjects(said)) {
    understood(draft)
    return askForHelp(draft)
  }
  draft.state.asking = 'open'
  return onOpen(draft, said)
}

function proceed(draft: Draft, said: Understanding): Draft {
  understood(draft)
  say(draft, 'ok')
  sayBack(draft, said.wordCount, draft.was.known.symptom)
  return diagnose(draft)
}
