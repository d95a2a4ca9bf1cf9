// What a key of the telephone does in every state. The head of dialogue-machine.ts lists the meaning of the keys.

import { symptomNames } from '../desk/script.ts'
import { type Draft, say, understood } from './decision-draft.ts'
import { acceptPhone, rejectPhone } from './on-identification.ts'
import { repeat } from './on-speech.ts'
import { numberKey, withoutNumber } from './phone-number.ts'
import {
  acceptCallBack,
  askAgain,
  askPhone,
  bye,
  diagnose,
  goOn,
  identify,
  stepFailed,
  transfer,
  verify,
} from './transitions.ts'

/** Reacts to one key: `0`…`9`, `*` or `#`. */
export function onKey(draft: Draft, key: string): Draft {
  const { state } = draft
  state.noInput = 0
  state.unheard = 0
  state.presence = false
  state.holding = false
  state.keyed = true
  const endsNumber = state.justKeyed && key === '#'
  state.justKeyed = false
  // The key interrupted the number that was being read back.
  if (endsNumber) return repeat(draft)
  if (state.asking === 'phone') return numberKey(draft, key)
  if (key === '0') return transfer(draft)
  if (key === '*') return repeat(draft)
  if (state.asking === 'technician') return say(draft, 'wait')
  const move = moves(draft, key)
  if (move === undefined) return wrongKey(draft)
  understood(draft)
  move()
  return draft
}

/** What the key does at the open question; undefined when it has no meaning there. */
function moves(draft: Draft, key: string): (() => Draft) | undefined {
  const { state } = draft
  const topic = key === '1' ? 'internet' : key === '2' ? 'mobile' : undefined
  switch (state.asking) {
    case 'open':
    case 'name':
    case 'topic':
      if (state.asking === 'name' && key === '#') return () => askPhone(draft)
      if (topic === undefined) return undefined
      return () => {
        const changed = state.known.topic !== topic
        state.known = { ...state.known, topic, symptom: changed ? null : state.known.symptom }
        say(draft, 'ok')
        if (state.asking === 'open') return identify(draft)
        return state.asking === 'name' ? askAgain(draft, 'rephrase') : diagnose(draft)
      }
    case 'phoneConfirm':
      if (key === '#') return () => withoutNumber(draft)
      return yesNo(
        key,
        () => acceptPhone(draft),
        () => rejectPhone(draft),
      )
    case 'symptom': {
      const symptom = symptomNames(state.known.topic ?? 'internet')[Number(key) - 1]
      if (symptom === undefined) return undefined
      return () => {
        state.known = { ...state.known, symptom }
        say(draft, 'ok')
        return diagnose(draft)
      }
    }
    case 'step':
      if (key === '3') {
        return () => {
          state.holding = true
          return say(draft, 'hold')
        }
      }
      return yesNo(
        key,
        () => verify(draft),
        () => stepFailed(draft),
      )
    case 'verify':
      return yesNo(
        key,
        () => bye(draft, 'solved'),
        () => goOn(draft),
      )
    case 'callBack':
      return yesNo(
        key,
        () => acceptCallBack(draft),
        () => bye(draft, 'call_back_declined'),
      )
    default:
      return undefined
  }
}

const yesNo = (key: string, yes: () => Draft, no: () => Draft): (() => Draft) | undefined =>
  key === '1' ? yes : key === '2' ? no : undefined

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
