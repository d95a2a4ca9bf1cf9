// The form of the turns that the desk could not use in the API.

import { z } from 'zod'
import { listedTurnSchema } from '../recording/files.ts'
import { wholeNumber } from './numbers.ts'
import { day, machine } from './recording-schemas.ts'

const name = z.string().regex(/^\w{1,40}$/, 'is not a name')

export const turnQuery = z.object({
  from: day.optional(),
  to: day.optional(),
  /** The question that was open, such as `symptom`. */
  question: name.optional(),
  /** Of the call at that moment, such as `fr`. */
  language: name.optional(),
  /** `next` of the page before. */
  before: wholeNumber(0).optional(),
  limit: wholeNumber(1, 200).default(50),
})

/** `machine`: where several work together, the address of the one that has the recording. */
const turnSchema = listedTurnSchema.omit({ key: true }).extend({ machine: z.string().optional() })
/** `next`, `isComplete`, `missing`: as in the list of recordings. */
export const turnListSchema = z.object({
  turns: z.array(turnSchema),
  next: z.number().nullable(),
  isComplete: z.boolean(),
  missing: z.array(z.string()).optional(),
})
export type TurnList = z.infer<typeof turnListSchema>

/** Fields of a label: `topic=mobile symptom=sim`, or `-` for a turn that says nothing of use. */
const meaning = /^(-|(answer|topic|intent|symptom)=\w{1,40}( (answer|topic|intent|symptom)=\w{1,40}){0,3})$/

export const turnBody = z.object({
  n: z.number().int().min(0),
  machine: machine.optional(),
  /** Left out while the meaning is open. */
  meaning: z.string().regex(meaning, 'is not a meaning such as intent=human').optional(),
})
