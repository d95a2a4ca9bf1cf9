// Erases a caller, found by the number they gave: audio, transcripts, and the ended calls still in memory. Live calls
// continue and are listed in the answer, to be erased once they have ended.

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
      'Erase every ended call of a number; calls in `live` are still running and are kept',
      erasedSchema,
    ),
    validator('param', callerParam, refuseInvalid),
    async (context) => context.json(await deps.erase(context.req.valid('param').phone)),
  )
}
