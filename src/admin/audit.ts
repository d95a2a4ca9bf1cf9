// Reads the audit trail.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { z } from 'zod'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { refuseInvalid } from './problem.ts'

const entrySchema = z.object({
  time: z.string(),
  who: z.string(),
  address: z.string(),
  action: z.string(),
  id: z.string().optional(),
})
const auditQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) })

export function auditRoutes({ audit }: AdminDeps) {
  return new Hono<AdminEnv>().get(
    '/api/audit',
    describeJson('access', 'What operators did, newest first', z.object({ entries: z.array(entrySchema) })),
    validator('query', auditQuery, refuseInvalid),
    async (context) => context.json({ entries: await audit.newest(context.req.valid('query').limit) }),
  )
}
