// Opening hours, exceptions and the message of the day: see them, and change them for the calls that begin from then
// on. A change is one of the site's history, where it can be taken back.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { onlyJson } from './methods.ts'
import { refuse } from './phrases.ts'
import { refuseInvalid } from './problem.ts'
import { hoursBody, hoursSchema } from './schemas.ts'

export function hoursRoutes({ hours }: AdminDeps) {
  return new Hono<AdminEnv>()
    .get(
      '/api/hours',
      describeJson('hours', 'Opening hours, exceptions, message of the day', hoursSchema),
      (context) => context.json(hours.read()),
    )
    .put(
      '/api/hours',
      describeJson('hours', 'Changes them; null takes what the settings say', hoursSchema, {
        409: 'They were changed since the version that the change is based on',
        415: 'The body is not JSON',
        422: 'Rejected: `code` names the text that cannot be used; nothing has changed',
      }),
      onlyJson(),
      validator('json', hoursBody, refuseInvalid),
      async (context) => {
        const { version, ...values } = context.req.valid('json')
        const change = await hours.change(values, { by: context.get('who'), version })
        return change.ok ? context.json(hours.read()) : refuse(context, change)
      },
    )
}
