// Schemas of the draft's requests and responses. They describe the types of draft-types.ts.

import { z } from 'zod'
import { callersWords } from '../desk/desk-words.ts'
import { historySchema, language, previewBody } from './schemas.ts'

const changed = historySchema.shape.changes.element.shape
export const draftSchema = z.object({
  base: z.number(),
  generation: z.number(),
  items: changed.items,
  rehearsal: z
    .object({
      phase: z.enum(['running', 'done', 'failed']),
      total: z.number(),
      calls: z.number(),
      differ: z.number(),
      left: z.number(),
      reason: z.string().nullable(),
    })
    .nullable(),
})
export const differencesSchema = z.object({
  differ: z.array(
    z.object({
      call: z.string(),
      what: z.enum(['said', 'state', 'language', 'outcome', 'topic', 'name', 'phone', 'callBack']),
      atMs: z.number(),
      was: z.string().nullable(),
      is: z.string().nullable(),
    }),
  ),
  left: z.array(z.object({ call: z.string(), reason: z.string() })),
})
export const draftTextBody = previewBody
const id = z.string().min(1).max(100)
/** @see documentFault, which says what a document may be */
export const draftDocumentBody = z.object({ id, text: z.string().max(60_000).nullable() })
/** What callers say, and words of which it has the meaning; null forgets it. */
export const draftSayingBody = z.object({
  said: z.string().trim().pipe(callersWords),
  means: z.string().trim().pipe(callersWords).nullable(),
  language: language.optional(),
})
export const draftItemBody = z.object({ id })
/** How many of the newest calls are played. */
export const rehearseBody = z.object({ last: z.int().min(1).max(2_000).default(200) })
