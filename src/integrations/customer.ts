// What the operator's system may answer of a caller's line. Unknown fields are ignored, so that it may answer more.

import { z } from 'zod'

/** A word of another system: short, without control characters and without what markup is made of. */
const word = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[\p{L}\p{M}\p{N} .,'’/&()_-]+$/u)

export const customerSchema = z.object({
  /** Then the desk does not ask for a name. */
  name: word.nullish(),
  /** For the technician. */
  contract: word.nullish(),
  /** Somebody who cannot wait or cannot be asked to crawl under a table. */
  vulnerable: z.boolean().nullish(),
  /** A known fault in the caller's area. */
  incident: z
    .object({
      /** ISO 8601 with an offset: when it will probably be over. */
      until: z.iso.datetime({ offset: true }).nullish(),
      /** The desk's topic that it is about; without it, any. */
      topic: word.nullish(),
    })
    .nullish(),
})

export type Customer = z.infer<typeof customerSchema>
