// Callers, found by any number they gave: everything that is held of one, and erasing it. Live calls go on and are
// listed in the answer, to be erased once they have ended. Each route takes the number in its body; those with the
// number in the path stay for scripts, but a proxy writes paths into its log.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { heldEverywhere } from './held-everywhere.ts'
import { onlyJson } from './methods.ts'
import { refuseInvalid } from './problem.ts'
import { callerBody, callerParam, erasedSchema, heldSchema } from './recording-schemas.ts'

const held = (problems = {}) =>
  describeJson('recordings', 'Everything that is held of the calls of a number', heldSchema, problems)
const erased = (problems = {}) =>
  describeJson(
    'recordings',
    'Erase every ended call of a number; calls in `live` are still running and are kept',
    erasedSchema,
    problems,
  )
const notJson = { 415: 'The body is not JSON' }
const inBody = () => validator('json', callerBody, refuseInvalid)

export function callerRoutes(deps: AdminDeps) {
  return new Hono<AdminEnv>()
    .post('/api/callers/find', held(notJson), onlyJson(), inBody(), async (context) =>
      context.json(await heldEverywhere(deps, context.req.valid('json').phone)),
    )
    .post('/api/callers/erase', erased(notJson), onlyJson(), inBody(), async (context) =>
      context.json(await deps.erase(context.req.valid('json').phone)),
    )
    .get('/api/callers/:phone', held(), validator('param', callerParam, refuseInvalid), async (context) =>
      context.json(await heldEverywhere(deps, context.req.valid('param').phone)),
    )
    .delete(
      '/api/callers/:phone',
      erased(),
      validator('param', callerParam, refuseInvalid),
      async (context) => context.json(await deps.erase(context.req.valid('param').phone)),
    )
}
