// Schemas of the requests and responses about recordings and callers; schemas.ts has those of everything else.

import { z } from 'zod'
import { callRecordSchema, dayPattern, listedSchema, recordingIdPattern } from '../recording/files.ts'
import { nationalNumber } from '../understanding/phone.ts'
import { wholeNumber } from './numbers.ts'
import { callParam, callSchema } from './schemas.ts'

/** `erased` and `live` are ids of calls: those erased, and those still running, which are kept. */
export const erasedSchema = z.object({
  erased: z.array(z.string()),
  recordings: z.number(),
  live: z.array(z.string()),
  /** Recordings without any whole number, which no request finds. */
  unmatched: z.number(),
  /** Machines of a cluster that are off or did not answer; they erase before they are ready again. */
  open: z.array(z.string()).optional(),
})
/** `machine`: where several work together, the address of the one that has it. */
export const recordingSchema = listedSchema.omit({ key: true }).extend({ machine: z.string().optional() })
/**
 * `next`: the `before` of the next page. `isComplete`: false while the index is being made, the newest calls first, and
 * while a machine is missing. `missing`: machines whose recordings are not in the list, as they are off or did not
 * answer.
 */
export const recordingListSchema = z.object({
  recordings: z.array(recordingSchema),
  next: z.number().nullable(),
  isComplete: z.boolean(),
  missing: z.array(z.string()).optional(),
})
/** Everything that is held of a caller. */
export const heldSchema = z.object({
  recordings: z.array(
    z.object({
      ...{ day: z.string(), stage: listedSchema.shape.stage, record: callRecordSchema },
      inputs: z.string(),
      audio: z.string().nullable(),
      machine: z.string().optional(),
    }),
  ),
  calls: z.array(callSchema),
  nextSteps: z.array(z.object({ callId: z.string(), text: z.string() })),
  unwritten: z.array(callRecordSchema),
  /** Machines of a cluster that are off or did not answer: what they hold is not here. */
  missing: z.array(z.string()).optional(),
})

// ---- requests

export const recordingParam = z.object({ id: z.string().regex(recordingIdPattern, 'is not a recording id') })
export const recordingFileParam = z.object({
  id: z
    .string()
    .regex(
      new RegExp(`${recordingIdPattern.source.slice(0, -1)}\\.(wav|mp3|json)$`),
      'is not a recording file',
    ),
})
/** On which machine a recording is; without it, the one that is asked, else any that has it. */
export const machine = z.string().max(300)
export const recordingPlaceQuery = z.object({ machine: machine.optional() })
/** `whole`: all parts of the call as one sound, on whichever machines they are. */
export const recordingFileQuery = recordingPlaceQuery.extend({ whole: z.literal('1').optional() })
/** A whole number as people write it (`06 12 34 56 78`, `+33 6…`, `+34 612…`), reduced to its national form. */
const phone = z.string().transform((text, context) => {
  const number = nationalNumber(text)
  if (number === undefined) context.addIssue('is not a telephone number of a country that the desk serves')
  return number ?? ''
})
export const callerParam = z.object({ phone })
/** The same in a body: a path ends in the logs of proxies. */
export const callerBody = z.object({ phone })
/** Between machines: `calls` had a part on another machine, with this number. */
export const partsOfCallerBody = callerBody.extend({ calls: z.array(z.string().max(100)).default([]) })
/** Date.parse takes 30 February for 2 March. */
const isCalendarDay = (text: string): boolean =>
  new Date(Date.parse(text) || 0).toISOString().startsWith(text)
export const day = z
  .string()
  .regex(dayPattern, 'is not a day such as 2026-11-23')
  .refine(isCalendarDay, 'is not a calendar day')
export const recordingQuery = z.object({
  from: day.optional(),
  to: day.optional(),
  phone: phone.optional(),
  /** Words of the transcript, a name or digits, each whole or as a beginning. */
  text: z.string().min(1).max(200).optional(),
  outcome: z.string().min(1).max(40).optional(),
  state: z.string().min(1).max(40).optional(),
  /** All parts of one call: those before and after a queue, or a machine that died. */
  callId: callParam.shape.id.optional(),
  /** `next` of the page before. */
  before: wholeNumber(0).optional(),
  limit: wholeNumber(1, 500).default(50),
})
export const exportBody = recordingQuery
  .omit({ limit: true, before: true })
  .extend({ form: z.enum(['csv', 'json']) })
