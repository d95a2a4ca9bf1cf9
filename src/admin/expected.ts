// Announces a call before it connects: as AUDIOSOCKET_REGISTERED requires, and with what the call is to begin with.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { z } from 'zod'
import { announcedCall } from './announcement-form.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { problem, refuseInvalid } from './problem.ts'
import { doneSchema } from './schemas.ts'

/** A dialplan may write the UUID in upper or lower case. */
const announcedParam = z.object({
  id: z.string().regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'is not a call id'),
})
const refusals = { 429: 'Too many announced calls have not connected yet' }

/** `POST /api/calls/:id/expect`, which a dialplan's CURL() can send (announcement-form.ts). */
export function expectedRoutes(deps: AdminDeps) {
  return new Hono<AdminEnv>().post(
    '/api/calls/:id/expect',
    describeJson('calls', 'Announce a call by its UUID before it connects', doneSchema, refusals),
    validator('param', announcedParam, refuseInvalid),
    async (context) => {
      const { id } = context.req.valid('param')
      // Where calls need no announcement, an announcement is not an error.
      if ((await deps.announce?.(id, await announcedCall(context))) ?? true)
        return context.json({ done: true as const })
      return problem(context, 429, 'too_many_announced', 'too many announced calls have not connected yet')
    },
  )
}
