// What every desk shares: the questions that the dialogue knows, and the lines that it says beside them. Topics,
// symptoms, steps and the wording of the questions are the desk's own (desk.ts). Only names of lines are here; their
// texts are in assets/phrases/<language>.json.

import type { DialogueStateName } from './types.ts'

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

/** The state in which the desk asks a question; `phone` is also asked at the goodbye, for a call-back. */
export const stateAt: Readonly<Record<Question, DialogueStateName>> = {
  consent: 'welcome',
  open: 'welcome',
  name: 'identification',
  phone: 'identification',
  phoneConfirm: 'identification',
  topic: 'diagnostic',
  symptom: 'diagnostic',
  step: 'solution',
  verify: 'verification',
  technician: 'verification',
  callBack: 'goodbye',
}

/** The lines that any desk can say; linesOf() has those of its data. A language without one of them cannot serve. */
export const requiredLines = (): readonly string[] => [
  ...new Set([...spokenLines, menuHuman, ...[...'01234567'].map(pressLine)]),
]

/** "Press one", after the line of a menu that says for what. */
export const pressLine = (key: string): string => `press_${key}`

/** The last line of a menu, for key 0. */
export const menuHuman = 'menu_human'

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
  ...['menu_language', 'menu_language_again', 'language_changed', 'language_lost'],
  ...[
    'welcome',
    'ask_help',
    'welcome_back',
    'cut_off',
    'goodbye',
    'ok',
    'sorry_trouble',
    'wait',
    'error_transfer',
  ],
  ...['still_there', 'no_input_goodbye', 'hold', 'keys_only', 'unheard', 'no_match', 'no_match_human'],
  ...['thanks_name', 'ask_phone_digits', 'phone_more', 'phone_invalid', 'confirm_phone_before'],
  ...['confirm_line_before', 'confirm_line_after', 'confirm_line_after_keys'],
  ...['call_back_line_before', 'call_back_line_after', 'incident', 'incident_until', 'incident_known'],
  ...['confirm_phone_no', 'no_identity', 'new_problem', 'steps_intro', 'next_step'],
  ...[
    'solved',
    'check_technician',
    'transfer',
    'technician_found',
    'operator_transfer',
    'no_technician',
    'no_transfer',
  ],
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
