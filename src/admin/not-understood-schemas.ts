// The form of the turns that the desk could not use in the API.

import { z } from 'zod'
import { notUnderstoodSchema } from '../recording/files.ts'
import { day } from './recording-schemas.ts'

const name = z.string().regex(/^\w{1,40}$/, 'is not a name')

export const turnQuery = z.object({
  from: day.optional(),
  to: day.optional(),
  /** The question that was open, such as `symptom`. */
  question: name.optional(),
  /** Of the call at that moment, such as `fr`. */
  language: name.optional(),
  /** `next` of the page before. */
  before: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const turnSchema = notUnderstoodSchema.extend({
  /** Of the recording. */
  id: z.string(),
  /** The turn's place among those of the recording. */
  n: z.number(),
  day: z.string(),
  startedAt: z.string(),
  audio: z.enum(['raw', 'mp3', 'none']),
})
export const turnListSchema = z.object({
  turns: z.array(turnSchema),
  next: z.number().nullable(),
  isComplete: z.boolean(),
})
export type TurnList = z.infer<typeof turnListSchema>

/** Fields of a label: `topic=mobile symptom=sim`, or `-` for a turn that says nothing of use. */
const meaning = /^(-|(answer|topic|intent|symptom)=\w{1,40}( (answer|topic|intent|symptom)=\w{1,40}){0,3})$/

export const turnBody = z.object({
  n: z.number().int().min(0),
  /** Left out while the meaning is open. */
  meaning: z.string().regex(meaning, 'is not a meaning such as intent=human').optional(),
})
