// What the desk says and decides about the recording of the call: the notice, the question for consent, the objection.
// The session carries a choice out (call/recording.ts); here it is only made.

import type { RecordingChoice } from '../desk/types.ts'
import type { Understanding } from '../understanding/types.ts'
import { askQuestion, byVoice, type Draft, go, say, understood } from './decision-draft.ts'
import { sayLanguages } from './language.ts'
import { askAgain } from './transitions.ts'

/** Lines that tell of the recording. Audio is kept only when one of them was played to its end. */
export const noticeLines: ReadonlySet<string> = new Set([
  ...['recording_notice', 'recording_notice_keys', 'recording_notice_again', 'recording_notice_again_keys'],
])

/** The notice is begun at most this often in a call; a caller who talks over it twice is not recorded. */
const mostNotices = 2

/**
 * Opens the call: who speaks (an automatic assistant, AI Act art. 50), what is recorded, and a question. A caller who
 * is back from a queue that nobody answered is offered a call-back, and not asked for consent again.
 */
export function welcome(draft: Draft, resumed: boolean): Draft {
  const { recording } = draft.state
  go(draft, resumed ? 'goodbye' : 'welcome')
  say(draft, resumed ? 'welcome_back' : (draft.state.greeting ?? 'welcome'))
  if (!resumed) sayLanguages(draft)
  if (recording.policy === 'notice' && recording.choice === null && !recording.noticeHeard)
    sayNotice(draft, 'recording_notice')
  if (resumed) return askQuestion(draft, 'callBack')
  if ('message_of_the_day' in draft.state.texts.lines) say(draft, 'message_of_the_day')
  const asksConsent = recording.policy === 'consent' && recording.choice === null
  return asksConsent ? askQuestion(draft, 'consent') : askForHelp(draft)
}

/** The caller spoke over the notice: it is said once more, before anything else that is said. */
export function remindOfRecording(draft: Draft): Draft {
  const { recording, ended } = draft.state
  const due = recording.notices > 0 && recording.notices < mostNotices && !recording.noticeHeard
  if (!due || recording.choice !== null || ended !== null || draft.say.length === 0) return draft
  // The notice is a part of what is said anyway, such as the whole opening once more.
  if (draft.say.some(({ name }) => noticeLines.has(name))) return draft
  // An apology stays first.
  const rest = draft.say.splice(draft.say[0]?.name === 'cut_off' ? 1 : 0)
  sayNotice(draft, 'recording_notice_again')
  draft.say.push(...rest)
  return draft
}

/** Whether the notice was begun in other languages only. */
export function noticeIsDue({ state: { recording, language } }: Draft): boolean {
  const { notices, choice, noticesIn } = recording
  return notices > 0 && choice === null && !noticesIn.includes(language)
}

export function sayNotice(draft: Draft, line: string): Draft {
  const { recording, hearsWords, language } = draft.state
  const noticesIn = [...new Set([...recording.noticesIn, language])]
  draft.state.recording = { ...recording, notices: recording.notices + 1, noticesIn }
  return say(draft, hearsWords ? line : `${line}_keys`)
}

export function noticeHeard(draft: Draft): Draft {
  draft.state.recording = { ...draft.state.recording, noticeHeard: true }
  return draft
}

/** The caller does not want to be recorded; says what follows from that. */
export function objectToRecording(draft: Draft): Draft {
  const { policy, choice } = draft.state.recording
  if (policy === 'off' || choice === 'objected' || choice === 'declined') return say(draft, 'not_recorded')
  if (policy === 'consent' && choice === null) {
    choose(draft, 'declined')
    return say(draft, 'recording_declined')
  }
  choose(draft, 'objected')
  return say(draft, 'recording_stopped')
}

/** The same in the last words of a call, when the desk answers nothing any more. */
export function objectInSilence(draft: Draft): Draft {
  objectToRecording(draft)
  draft.say = []
  return draft
}

/** The objection by key: the desk confirms it and goes on where it was. A wait that the caller asked for goes on. */
export function objectByKey(draft: Draft): Draft {
  const { holding, asking } = draft.state
  objectToRecording(draft)
  if (asking === 'consent') return askForHelp(draft)
  if (holding) return draft
  understood(draft)
  if (asking === 'phone' && draft.state.digits !== '') return say(draft, 'phone_more')
  return askAgain(draft, 'ask')
}

/** The answer to the question for consent. Only a yes is a yes. */
export function answerConsent(draft: Draft, agreed: boolean): Draft {
  choose(draft, agreed ? 'agreed' : 'declined')
  return say(draft, agreed ? 'recording_agreed' : 'recording_declined')
}

/** Asks what the call is about, for the first time. */
export function askForHelp(draft: Draft): Draft {
  if (!byVoice(draft.state)) return askQuestion(draft, 'open')
  draft.state.asking = 'open'
  return say(draft, 'ask_help')
}

/** Whether nothing but the objection was said. */
export const onlyObjects = (said: Understanding): boolean =>
  said.intent === 'none' &&
  said.topic === 'unknown' &&
  said.symptom === null &&
  said.phone === null &&
  said.digits === null &&
  !said.ambiguous &&
  said.name === null

function choose(draft: Draft, choice: RecordingChoice): void {
  draft.state.recording = { ...draft.state.recording, choice }
  draft.recording = choice
}
