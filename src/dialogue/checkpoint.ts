// Where a conversation is, as plain data: another machine can go on with it when this one dies. Desk and texts are not
// in it, because the other machine has its own; a conversation that it cannot go on with goes to people.

import { z } from 'zod'
import { questions } from '../desk/script.ts'
import { dialogueStates, recordingChoices } from '../desk/types.ts'
import { currentStep, type DialogueState } from './state.ts'

/** Grows when an older version could no longer go on. Fields that a version does not know are ignored. */
const version = 1

const count = z.number().int().min(0)
const nullableText = z.string().nullable()
const texts = z.array(z.string())

export const knownSchema = z.object({
  name: nullableText,
  phone: nullableText,
  topic: nullableText,
  symptom: nullableText,
  stepsDone: texts,
  tried: texts,
  callBack: z.boolean(),
  notes: texts,
})

const checkpointSchema = z.object({
  version: z.literal(version),
  name: z.enum(dialogueStates),
  language: z.string(),
  phoneLanguage: z.string(),
  known: knownSchema,
  asking: z.enum(questions).optional(),
  pending: nullableText,
  callerNumber: nullableText.default(null),
  line: z.enum(['unasked', 'asking', 'settled']).default('unasked'),
  identified: z.boolean(),
  keyed: z.boolean().default(false),
  phoneTries: count,
  nameTries: count,
  stepIndex: count,
  used: z.record(z.string(), count),
  recording: z.object({
    choice: z.enum(recordingChoices).nullable(),
    notices: count,
    noticeHeard: z.boolean(),
    noticesIn: texts,
  }),
})
export type Checkpoint = z.infer<typeof checkpointSchema>

/** @returns undefined for a conversation that has ended, or has not begun: there is nothing to go on with */
export function checkpointOf(state: DialogueState): Checkpoint | undefined {
  if (state.ended !== null || state.name === 'init') return undefined
  // Drops what the schema does not name, and what it refuses would be refused when it is read.
  return checkpointSchema.safeParse({ ...state, version }).data
}

/** @returns undefined for one of a newer version, or anything else that cannot be read */
export const readCheckpoint = (json: unknown): Checkpoint | undefined => checkpointSchema.safeParse(json).data

/**
 * The state in which the conversation goes on, before the input `start` with `cut`.
 *
 * @param fresh a dialogue that has not begun, on this machine's desk and texts
 * @returns undefined when this machine does not offer the language, or its desk does not have the step
 */
export function restored(fresh: DialogueState, checkpoint: Checkpoint): DialogueState | undefined {
  const { version: _, recording, ...rest } = checkpoint
  const texts = fresh.offered.find(({ language }) => language === rest.language)
  if (texts === undefined) return undefined
  const state = { ...fresh, ...rest, texts, recording: { ...fresh.recording, ...recording } }
  return state.asking === 'step' && currentStep(state) === undefined ? undefined : state
}
