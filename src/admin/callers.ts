// Erases a caller: audio, transcripts and what is remembered of ended calls, found by the number he gave. Calls in
// progress go on and are named, to be erased when they have ended.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { refuseInvalid } from './problem.ts'
import { callerParam, erasedSchema } from './schemas.ts'

export function callerRoutes(deps: AdminDeps) {
  return new Hono<AdminEnv>().delete(
    '/api/callers/:phone',
    describeJson(
      'recordings',
      'Erase every call of a number; `live` are still running and kept',
      erasedSchema,
    ),
    validator('param', callerParam, refuseInvalid),
    async (context) => context.json(await deps.erase(context.req.valid('param').phone)),
  )
}
