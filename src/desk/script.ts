// The desk's script as data: the questions and their lines, the symptoms, and the steps that help against them. Only
// the names of lines are here; their texts are in assets/phrases/<language>.json.

import { type ExpectKind, type Topic, topics } from './types.ts'

/** The questions of the dialogue. One is open at a time. */
export const questions = [
  'consent',
  'open',
  'name',
  'phone',
  'phoneConfirm',
  'topic',
  'symptom',
  'step',
  'verify',
  'technician',
  'callBack',
] as const
export type Question = (typeof questions)[number]

/** The lines of a question: first, in other words after a misunderstanding, and for the keys of the telephone. */
type QuestionScript = { ask: string; rephrase: string; keys: string; expect: ExpectKind }

export const questionScripts: Readonly<Record<Question, QuestionScript>> = {
  consent: { ask: 'ask_consent', rephrase: 'ask_consent', keys: 'ask_consent_keys', expect: 'yesNo' },
  open: { ask: 'ask_open', rephrase: 'ask_open', keys: 'choose_topic_keys', expect: 'open' },
  name: { ask: 'ask_name', rephrase: 'ask_name_again', keys: 'ask_name_keys', expect: 'open' },
  phone: { ask: 'ask_phone', rephrase: 'ask_phone_again', keys: 'ask_phone_keys', expect: 'number' },
  phoneConfirm: {
    ask: 'confirm_phone_after',
    rephrase: 'confirm_phone_after',
    keys: 'confirm_phone_after_keys',
    expect: 'yesNo',
  },
  topic: {
    ask: 'choose_topic',
    rephrase: 'choose_topic_again',
    keys: 'choose_topic_keys',
    expect: 'choice',
  },
  symptom: {
    ask: 'ask_symptom',
    rephrase: 'ask_symptom_again',
    keys: 'ask_symptom_keys',
    expect: 'choice',
  },
  step: { ask: 'step_say', rephrase: 'step_say_or_keys', keys: 'step_keys', expect: 'open' },
  verify: { ask: 'verify', rephrase: 'verify_again', keys: 'verify_keys', expect: 'yesNo' },
  technician: { ask: 'wait', rephrase: 'wait', keys: 'wait', expect: 'open' },
  callBack: {
    ask: 'ask_call_back',
    rephrase: 'ask_call_back_again',
    keys: 'ask_call_back_keys',
    expect: 'yesNo',
  },
}

/** Something for the caller to try. Its line is `step_<name>`; `step_<name>_help` explains it in more detail. */
export type StepName =
  | 'box_restart'
  | 'box_lights'
  | 'box_cables'
  | 'wifi_near'
  | 'wired'
  | 'decoder_restart'
  | 'phone_restart'
  | 'plane_mode'
  | 'mobile_data'
  | 'sim'

/**
 * How long a step takes, in ms. Silence counts only after that: a caller who unplugs the box for the ten seconds we
 * asked for is not absent.
 */
export const stepTakesMs: Readonly<Record<StepName, number>> = {
  box_restart: 25_000,
  box_lights: 40_000,
  box_cables: 20_000,
  wifi_near: 25_000,
  wired: 30_000,
  decoder_restart: 25_000,
  phone_restart: 25_000,
  plane_mode: 20_000,
  mobile_data: 20_000,
  sim: 40_000,
}

/** Symptoms by topic, in the order of the keys 1 to 4, each with the steps that help, the most likely first. */
export const symptomSteps: Readonly<Record<Topic, Readonly<Record<string, readonly StepName[]>>>> = {
  internet: {
    no_connection: ['box_restart', 'box_lights', 'box_cables'],
    slow: ['box_restart', 'wired', 'box_cables'],
    wifi: ['wifi_near', 'box_restart', 'box_lights'],
    tv_landline: ['decoder_restart', 'box_restart', 'box_cables'],
  },
  mobile: {
    no_network: ['plane_mode', 'phone_restart', 'sim'],
    no_data: ['mobile_data', 'plane_mode', 'phone_restart'],
    calls: ['phone_restart', 'plane_mode', 'sim'],
    sim: ['sim', 'phone_restart', 'plane_mode'],
  },
}

/** Symptom names of a topic, in the order of their keys. */
export const symptomNames = (topic: Topic): readonly string[] => Object.keys(symptomSteps[topic])

/** The topic of a symptom; undefined for a name that is not in the script. */
export function topicOfSymptom(symptom: string): Topic | undefined {
  return topics.find((topic) => Object.hasOwn(symptomSteps[topic], symptom))
}

/** The names of all lines that the dialogue can say. A language without one of them cannot serve. */
export function requiredLines(): readonly string[] {
  const names = new Set<string>(spokenLines)
  for (const { ask, rephrase, keys } of Object.values(questionScripts)) {
    for (const name of [ask, rephrase, keys])
      if (!name.startsWith('ask_symptom')) names.add(name)
      else for (const topic of topics) names.add(symptomLine(name, topic))
  }
  for (const step of Object.keys(stepTakesMs)) names.add(`step_${step}`).add(`step_${step}_help`)
  return [...names]
}

/** The line of a symptom question for a topic: `ask_symptom_again` and `mobile` give `ask_symptom_mobile_again`. */
export const symptomLine = (name: string, topic: string): string =>
  name.replace('ask_symptom', `ask_symptom_${topic}`)

/** Lines for saying when the desk opens (dialogue/opening-hours.ts). */
const openingLines = [
  ...['opens_before', 'day_today', 'day_tomorrow', 'date_first'],
  ...Array.from({ length: 7 }, (_, day) => `weekday_${day}`),
  ...Array.from({ length: 12 }, (_, month) => `month_${month + 1}`),
  ...Array.from({ length: 24 }, (_, hour) => `hour_${hour}`),
]

const spokenLines = [
  ...openingLines,
  ...['recording_notice', 'recording_notice_keys', 'recording_notice_again', 'recording_notice_again_keys'],
  ...['recording_stopped', 'recording_agreed', 'recording_declined', 'not_recorded'],
  ...['welcome', 'ask_help', 'welcome_back', 'goodbye', 'ok', 'sorry_trouble', 'wait', 'error_transfer'],
  ...['still_there', 'no_input_goodbye', 'hold', 'keys_only', 'unheard', 'no_match', 'no_match_human'],
  ...['thanks_name', 'ask_phone_digits', 'phone_more', 'phone_invalid', 'confirm_phone_before'],
  ...['confirm_phone_no', 'no_identity', 'choose_topic_both', 'new_problem', 'steps_intro', 'next_step'],
  ...['solved', 'check_technician', 'transfer', 'technician_found', 'operator_transfer', 'no_technician'],
  ...['opening_hours', 'ask_call_back_phone', 'ask_call_back_phone_keys', 'call_back_noted'],
  ...[
    'call_back_no_number',
    'call_back_declined',
    'time_up',
    'draining',
    'other_desk',
    'empathy',
    'automatic',
  ],
]
