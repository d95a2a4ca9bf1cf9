// The keys of the telephone and what each does at each question: the one table that dialogue/on-key.ts acts on. Topics
// and symptoms bring their own keys. docs/desk.md and the README list the others; test/desk/keys.test.ts compares.

import { type Desk, type MenuEntry, topicOf } from './desk.ts'
import type { Question } from './script.ts'

/** What a key does. `language`: the next language, where the call can be in more than one. */
export type KeyAction =
  | 'human'
  | 'repeat'
  | 'noRecording'
  | 'language'
  | 'yes'
  | 'no'
  | 'done'
  | 'failed'
  | 'wait'
  | 'skip'
  | 'digit'
  | 'restartNumber'
  | 'endNumber'

type Keys = Readonly<Record<string, KeyAction>>

/**
 * Keys that mean the same at every question but the telephone number.
 *
 * The objection is `8`: `1` to `7` are for topics and symptoms, `9` is for the language. No number
 * has one digit, so in a number a lone `8` can mean the objection, as a lone `0` means a human.
 */
export const keysAnywhere = {
  '0': 'human',
  '8': 'noRecording',
  '9': 'language',
  '*': 'repeat',
} as const satisfies Keys

const yesNo: Keys = { '1': 'yes', '2': 'no' }
const digits: Keys = Object.fromEntries([...'0123456789'].map((digit) => [digit, 'digit']))

/** The keys of each question beside those of topics and symptoms; they come before `keysAnywhere`. */
export const keysAt: Readonly<Record<Question, Keys>> = {
  consent: yesNo,
  open: {},
  name: { '#': 'skip' },
  phone: { ...digits, '*': 'restartNumber', '#': 'endNumber' },
  phoneConfirm: { ...yesNo, '#': 'skip' },
  topic: {},
  symptom: {},
  step: { '1': 'done', '2': 'failed', '3': 'wait' },
  verify: yesNo,
  technician: {},
  callBack: yesNo,
}

/** What a number of one digit means, once `#` or silence ends it. */
export const loneDigits: Keys = { '0': 'human', '8': 'noRecording' }

/** The key with which a caller objects to the recording. */
export const objectionKey = '8'

const asksTopic: ReadonlySet<Question> = new Set(['open', 'name', 'topic'])

/** What the caller can choose by key at a question: the topics, or the symptoms of the call's topic. */
export function menuAt(desk: Desk, question: Question, topic: string | null): readonly MenuEntry[] {
  if (asksTopic.has(question)) return desk.topics
  return question === 'symptom' ? (topicOf(desk, topic)?.symptoms ?? []).toSorted(byKey) : []
}

const byKey = (a: MenuEntry, b: MenuEntry): number => Number(a.key) - Number(b.key)

/** What a key does at a question that {@link menuAt} has no entry for; undefined when it has no meaning there. */
export function keyAction(question: Question, key: string): KeyAction | undefined {
  return keysAt[question][key] ?? (keysAnywhere as Keys)[key]
}
