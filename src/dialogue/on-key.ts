// What a key of the telephone does in every state. desk/keys.ts has the table of the keys.

import type { MenuEntry } from '../desk/desk.ts'
import { type KeyAction, keyAction, menuAt } from '../desk/keys.ts'
import { nextLanguage } from './change-language.ts'
import { type Draft, say, understood } from './decision-draft.ts'
import { incidentIsDue, tellIncident } from './incident.ts'
import { otherLanguages } from './language.ts'
import { acceptPhone, rejectPhone } from './on-identification.ts'
import { repeat } from './on-speech.ts'
import { numberKey, withoutNumber } from './phone-number.ts'
import { answerConsent, askForHelp, objectByKey } from './recording.ts'
import {
  acceptCallBack,
  askAgain,
  askPhone,
  bye,
  diagnose,
  goOn,
  identify,
  stepDone,
  stepFailed,
  transfer,
} from './transitions.ts'

/** Reacts to one key: `0`…`9`, `*` or `#`. */
export function onKey(draft: Draft, key: string): Draft {
  const { state } = draft
  state.noInput = 0
  state.unheard = 0
  state.presence = false
  state.makesSure = false
  const endsNumber = state.justKeyed && key === '#'
  state.justKeyed = false
  const menu = state.asking === undefined ? [] : menuAt(state.desk, state.asking, state.known.topic)
  const chosen = menu.find((entry) => entry.key === key)
  const action = state.asking === undefined ? undefined : keyAction(state.asking, key)
  // Everybody may object by key: it does not mean that the caller wants to use the keys from now on.
  if (action === 'noRecording') return objectByKey(draft)
  state.holding = false
  // Nor does a caller who chooses the language.
  if (action === 'language' && otherLanguages(draft).length > 0) return nextLanguage(understood(draft))
  state.keyed = true
  // The key interrupted the number that was being read back.
  if (endsNumber) return repeat(draft)
  if (state.asking === 'phone') return numberKey(draft, key)
  if (action === 'human') return transfer(draft)
  if (action === 'repeat') return repeat(draft)
  if (state.asking === 'technician') return say(draft, 'wait')
  const move = chosen ? () => choose(draft, chosen) : action && moves(draft, action)
  if (move === undefined) return wrongKey(draft)
  understood(draft)
  move()
  return draft
}

/** What an action does at the open question; undefined when it has no meaning there. */
function moves(draft: Draft, action: KeyAction): (() => Draft) | undefined {
  const { state } = draft
  switch (action) {
    case 'skip':
      return () => (state.asking === 'name' ? askPhone(draft) : withoutNumber(draft))
    case 'wait':
      return () => {
        state.holding = true
        return say(draft, 'hold')
      }
    case 'done':
      return () => stepDone(draft)
    case 'failed':
      return () => stepFailed(draft)
    case 'yes':
    case 'no':
      return () => answerByKey(draft, action === 'yes')
    default:
      return undefined
  }
}

/** A key of the menu chose a topic or a symptom. */
function choose(draft: Draft, { name }: MenuEntry): Draft {
  const { state } = draft
  if (state.asking !== 'symptom') return chooseTopic(draft, name)
  state.known = { ...state.known, symptom: name }
  say(draft, 'ok')
  return diagnose(draft)
}

function chooseTopic(draft: Draft, topic: string): Draft {
  const { state } = draft
  const changed = state.known.topic !== topic
  state.known = { ...state.known, topic, symptom: changed ? null : state.known.symptom }
  if (incidentIsDue(draft)) return tellIncident(draft)
  say(draft, 'ok')
  if (state.asking === 'open') return identify(draft)
  return state.asking === 'name' ? askAgain(draft, 'rephrase') : diagnose(draft)
}

/** Yes or no at the open question. */
function answerByKey(draft: Draft, yes: boolean): Draft {
  switch (draft.state.asking) {
    case 'consent':
      return askForHelp(answerConsent(draft, yes))
    case 'phoneConfirm':
      return yes ? acceptPhone(draft) : rejectPhone(draft)
    case 'verify':
      return yes ? bye(draft, 'solved') : goOn(draft)
    default:
      return yes ? acceptCallBack(draft) : bye(draft, 'call_back_declined')
  }
}

/** A key without a meaning here: twice the desk lists the keys; then it goes to a human, or on without the number. */
function wrongKey(draft: Draft): Draft {
  const { state } = draft
  state.noMatch++
  if (state.noMatch > 2) {
    return state.asking === 'phoneConfirm' ? withoutNumber(draft) : transfer(draft, 'no_match_human')
  }
  say(draft, 'no_match')
  return askAgain(draft, 'keys')
}
