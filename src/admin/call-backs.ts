// The call-backs that callers were promised, over all machines of a cluster: the open ones, the next one to make, and
// that one was made. A machine alone keeps no such list: its dialplan gets VB_CALLBACK, as every dialplan does.

import type { Context } from 'hono'
import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { z } from 'zod'
import { callBackSchema, callBacksSchema } from './call-back-schemas.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { problem, refuseInvalid } from './problem.ts'
import { doneSchema } from './schemas.ts'

const idParam = z.object({ id: z.string().regex(/^\d{1,20}-\d{1,20}$/, 'is not the id of a call-back') })

const noList = (context: Context) =>
  problem(context, 503, 'no_call_backs', 'there is no cluster, or Redis does not answer')

export function callBackRoutes({ cluster }: AdminDeps) {
  return new Hono<AdminEnv>()
    .get(
      '/api/call-backs',
      describeJson('calls', 'The promised call-backs that are not done, oldest first', callBacksSchema),
      async (context) => {
        const callBacks = await cluster?.callBacks.open()
        return callBacks ? context.json({ callBacks }) : noList(context)
      },
    )
    .post(
      '/api/call-backs/take',
      describeJson(
        'calls',
        'The next call-back to make; the same one again when it is not done within ten minutes',
        callBackSchema,
      ),
      async (context) => {
        const callBack = await cluster?.callBacks.take()
        return callBack === undefined ? noList(context) : context.json({ callBack })
      },
    )
    .post(
      '/api/call-backs/:id/done',
      describeJson('calls', 'A call-back was made, and leaves the list', doneSchema),
      validator('param', idParam, refuseInvalid),
      async (context) => {
        const isDone = await cluster?.callBacks.done(context.req.valid('param').id)
        if (isDone === undefined) return noList(context)
        if (!isDone) return problem(context, 404, 'unknown_call_back', 'it is not in the list')
        return context.json({ done: true as const })
      },
    )
}
