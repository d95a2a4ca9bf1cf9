// The route that the dialplan asks when the bot has ended its part of a call: what to do next.

import { Hono } from 'hono'
import { describeRoute, validator } from 'hono-openapi'
import { z } from 'zod'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { refuseInvalid } from './problem.ts'

const uuidParam = z.object({
  uuid: z.string().regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'is not a UUID'),
})

/** Tells a dialplan, a log or a test that the answer is only the default. */
const unknownHeader = { 'X-Known': '0' }

/** `GET /asterisk/calls/:uuid/next`. The guard checks ASTERISK_ALLOW, because a dialplan is a bad place for a token. */
export function asteriskRoutes(deps: AdminDeps) {
  const unknown = deps.metrics.counter(
    'cluster_next_unknown_total',
    'Next steps of calls that no machine knows, which got the default queue',
  )
  return new Hono<AdminEnv>().get(
    '/asterisk/calls/:uuid/next',
    describeRoute({
      summary: 'What the dialplan does next',
      description:
        'First line `queue|<queue>`, `dial|<target>` or `hangup|`, or with `rescue=0` in the query `bot|`, when the ' +
        'machine that had the call died and another can go on. Then one `NAME=value` line per channel variable. ' +
        'An unknown call goes to the default queue, with the header `X-Known: 0`. ' +
        'Every machine of a cluster answers for every call.',
      tags: ['asterisk'],
      security: [],
      responses: {
        200: { description: 'The lines', content: { 'text/plain': { schema: { type: 'string' } } } },
        403: { description: 'The address is not in the list of Asterisk servers' },
      },
    }),
    validator('param', uuidParam, refuseInvalid),
    async (context) => {
      const callId = context.req.valid('param').uuid.toLowerCase()
      const { cluster, nextSteps } = deps
      // A dialplan that cannot go back to the bot does not say how often it did.
      const mayRescue = context.req.query('rescue') === '0'
      const isKnown = nextSteps.has(callId)
      const found = cluster
        ? await cluster.nextStep(callId, mayRescue)
        : isKnown && { text: nextSteps.get(callId) }
      if (!found) unknown.add()
      return context.text(found ? found.text : nextSteps.get(callId), 200, {
        'Content-Type': 'text/plain; charset=utf-8',
        ...(found ? {} : unknownHeader),
      })
    },
  )
}
