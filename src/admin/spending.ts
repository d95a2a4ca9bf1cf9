// What vendors cost today.

import { Hono } from 'hono'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { spendingSchema } from './spending-types.ts'

export function spendingRoutes({ spending }: AdminDeps) {
  return new Hono<AdminEnv>().get(
    '/api/spending',
    describeJson('health', 'What vendors cost today on this machine, and the budget', spendingSchema),
    (context) => context.json(spending()),
  )
}
