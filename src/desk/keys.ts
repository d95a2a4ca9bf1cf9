// The keys of the telephone and what each does at each question: the one table that dialogue/on-key.ts acts on.
// docs/desk.md and the README list the same keys; test/desk/keys.test.ts compares.

import { type Question, questions, symptomSteps } from './script.ts'

/** What a key does. `language` is reserved: the key has no effect yet, and nothing else may take it. */
export type KeyAction =
  | 'human'
  | 'repeat'
  | 'noRecording'
  | 'language'
  | 'internet'
  | 'mobile'
  | 'yes'
  | 'no'
  | 'done'
  | 'failed'
  | 'wait'
  | 'symptom'
  | 'skip'
  | 'digit'
  | 'restartNumber'
  | 'endNumber'

type Keys = Readonly<Record<string, KeyAction>>

/**
 * Keys that mean the same at every question but the telephone number.
 *
 * The objection is `8`: `1` to `4` number the symptoms and `5` to `7` stay free for more of them, `9` is reserved for
 * the language. No French number begins with 8, so in a number a lone `8` can mean the objection, as a lone `0` means a
 * human.
 */
export const keysAnywhere = {
  '0': 'human',
  '8': 'noRecording',
  '9': 'language',
  '*': 'repeat',
} as const satisfies Keys

const yesNo: Keys = { '1': 'yes', '2': 'no' }
const topicKeys: Keys = { '1': 'internet', '2': 'mobile' }
const digits: Keys = Object.fromEntries([...'0123456789'].map((digit) => [digit, 'digit']))
const mostSymptoms = Math.max(...Object.values(symptomSteps).map((symptoms) => Object.keys(symptoms).length))
const symptoms: Keys = Object.fromEntries(
  Array.from({ length: mostSymptoms }, (_, i) => [String(i + 1), 'symptom']),
)

/** The keys of each question; they come before `keysAnywhere`. */
export const keysAt: Readonly<Record<Question, Keys>> = {
  consent: yesNo,
  open: topicKeys,
  name: { ...topicKeys, '#': 'skip' },
  phone: { ...digits, '*': 'restartNumber', '#': 'endNumber' },
  phoneConfirm: { ...yesNo, '#': 'skip' },
  topic: topicKeys,
  symptom: symptoms,
  step: { '1': 'done', '2': 'failed', '3': 'wait' },
  verify: yesNo,
  technician: {},
  callBack: yesNo,
}

/** What a number of one digit means, once `#` or silence ends it. */
export const loneDigits: Keys = { '0': 'human', '8': 'noRecording' }

/** The key with which a caller objects to the recording. */
export const objectionKey = '8'

/** What a key does at a question; undefined when it has no meaning there. */
export function keyAction(question: Question, key: string): KeyAction | undefined {
  const found = keysAt[question][key] ?? (keysAnywhere as Keys)[key]
  return found === 'language' ? undefined : found
}

/** Every question, for the tables in the documentation. */
export const keyQuestions: readonly Question[] = questions
