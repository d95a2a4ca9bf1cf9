// What vendors cost today, as the API answers it.

import { z } from 'zod'

const useSchema = z.object({
  vendor: z.string(),
  model: z.string(),
  /** Tokens; `estimated` are those among them that no vendor counted. */
  prompt: z.number(),
  cached: z.number(),
  completion: z.number(),
  estimated: z.number(),
  /** Of texts that a voice was asked to speak. */
  characters: z.number(),
  /** Of audio that a recogniser got. */
  seconds: z.number(),
  /** Null: the price is not known. */
  cost: z.number().nullable(),
})

export const spendingSchema = z.object({
  /** In the site’s time zone, `2026-11-28`. */
  day: z.string(),
  timeZone: z.string(),
  currency: z.string(),
  spent: z.number(),
  /** Null: there is none. */
  budget: z.number().nullable(),
  /** Whether new calls ask no vendor. */
  isSpent: z.boolean(),
  uses: z.array(useSchema),
})
export type SpendingInfo = z.infer<typeof spendingSchema>
