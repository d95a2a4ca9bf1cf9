// What the other machines of the cluster ask this one. Their requests are signed with the cluster's key, which the
// guard checks; without a cluster these routes answer nobody.

import { Hono } from 'hono'
import { describeRoute, validator } from 'hono-openapi'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { problem, refuseInvalid } from './problem.ts'
import { callParam } from './schemas.ts'

const described = (summary: string) =>
  describeRoute({
    summary,
    tags: ['cluster'],
    security: [],
    responses: {
      200: { description: 'This machine’s answer', content: { 'application/json': {} } },
      401: { description: 'The request is not signed by a machine of the cluster' },
      404: { description: 'The call is not here' },
    },
  })
const livesHere = described('Whether a call is live on this machine')
const toldOf = described('What another machine tells all while Redis is out of use')
const ownNext = described('What this machine would answer the dialplan')

export function clusterRoutes(deps: AdminDeps) {
  return new Hono<AdminEnv>()
    .get('/cluster/calls/:id', livesHere, validator('param', callParam, refuseInvalid), (context) => {
      const call = deps.calls.get(context.req.valid('param').id)
      if (call === undefined || call.outcome !== null)
        return problem(context, 404, 'unknown_call', 'the call is not live here')
      return context.json({ live: true as const })
    })
    .post('/cluster/tell', toldOf, async (context) => {
      deps.cluster?.received(await context.req.json())
      return context.json({ done: true as const })
    })
    .get('/cluster/calls/:id/next', ownNext, validator('param', callParam, refuseInvalid), (context) => {
      const answer = deps.cluster?.ownNextStep(context.req.valid('param').id)
      if (answer === undefined) return problem(context, 404, 'unknown_call', 'the call is not known here')
      return context.json(answer)
    })
}
