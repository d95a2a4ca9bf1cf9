// Reads the audit trail.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { z } from 'zod'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { wholeNumber } from './numbers.ts'
import { refuseInvalid } from './problem.ts'

const entrySchema = z.object({
  time: z.string(),
  who: z.string(),
  address: z.string(),
  action: z.string(),
  id: z.string().optional(),
})
const trailSchema = z.object({
  entries: z.array(entrySchema),
  /** The `skip` of the next page; null on the last one. */
  next: z.number().nullable(),
})
const auditQuery = z.object({
  limit: wholeNumber(1, 1_000).default(100),
  /** Name of the token, whole. */
  who: z.string().max(100).optional(),
  /** An action, or its beginning: `recording.` for all of recordings. */
  action: z.string().max(40).optional(),
  /** Part of the id of a call, recording or phrase. */
  id: z.string().max(100).optional(),
  /** Times, the second one excluded. */
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  /** Matching lines to leave out: those of the pages before. */
  skip: wholeNumber(0).default(0),
})

export function auditRoutes({ audit }: AdminDeps) {
  return new Hono<AdminEnv>().get(
    '/api/audit',
    describeJson('access', 'What operators did, newest first', trailSchema),
    validator('query', auditQuery, refuseInvalid),
    async (context) => {
      const { limit, skip, who, action, id, from, to } = context.req.valid('query')
      const found = await audit.newest(
        skip + limit + 1,
        (entry) =>
          (who === undefined || entry.who === who) &&
          (action === undefined || entry.action.startsWith(action)) &&
          (id === undefined || entry.id?.includes(id) === true) &&
          (from === undefined || entry.time >= from) &&
          (to === undefined || entry.time < to),
      )
      const entries = found.slice(skip, skip + limit)
      return context.json({ entries, next: found.length > skip + limit ? skip + limit : null })
    },
  )
}
