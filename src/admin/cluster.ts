// What the other machines of the cluster ask this one, and the table of machines. Requests of machines are signed with
// the cluster's key, which the guard checks; without a cluster these routes answer nobody.

import { Hono } from 'hono'
import { describeRoute, validator } from 'hono-openapi'
import { z } from 'zod'
import { plain } from './calls.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { problem, refuseInvalid } from './problem.ts'
import { callerBody, partsOfCallerBody } from './recording-schemas.ts'
import { callParam, machinesSchema, sayBody } from './schemas.ts'

/** Of a route that only machines ask. */
export const described = (summary: string) =>
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

const actionParam = callParam.extend({ action: z.enum(['hangup', 'transfer', 'say', 'hint']) })

export function clusterRoutes(deps: AdminDeps) {
  const { calls } = deps
  const byId = validator('param', callParam, refuseInvalid)
  return new Hono<AdminEnv>()
    .get(
      '/api/machines',
      describeJson('cluster', 'The machines that work together', machinesSchema),
      (context) =>
        context.json({ machines: deps.cluster?.machines() ?? [], away: deps.cluster?.away() ?? [] }),
    )
    .post(
      '/cluster/erase',
      described('Erases a caller on this machine, because another one was asked to'),
      validator('json', partsOfCallerBody, refuseInvalid),
      async (context) => {
        const { phone, calls } = context.req.valid('json')
        return context.json((await deps.cluster?.erase(phone, calls)) ?? {})
      },
    )
    .post(
      '/cluster/callers/find',
      described('Everything that this machine holds of a caller'),
      validator('json', callerBody, refuseInvalid),
      async (context) => context.json(await deps.access(context.req.valid('json').phone)),
    )
    .post(
      '/cluster/tell',
      described('Another machine tells all while Redis is out of use'),
      async (context) => {
        deps.cluster?.received(await context.req.json())
        return context.json({ done: true as const })
      },
    )
    .get('/cluster/site/:name', described('Content of the site, by its hash'), async (context) => {
      const content = await deps.cluster?.siteContent(context.req.param('name'))
      if (content === undefined) return problem(context, 404, 'unknown_content', 'it is not here')
      return context.json({ content })
    })
    .get('/cluster/calls', described('The calls of this machine'), (context) =>
      context.json({ calls: calls.list().map(plain) }),
    )
    .get('/cluster/calls/:id', described('A call of this machine'), byId, (context) => {
      const call = calls.get(context.req.valid('param').id)
      if (call === undefined) return problem(context, 404, 'unknown_call', 'there is no such call here')
      return context.json(plain(call))
    })
    .get(
      '/cluster/calls/:id/next',
      described('What this machine would answer the dialplan'),
      byId,
      (context) => {
        const answer = deps.cluster?.ownNextStep(context.req.valid('param').id)
        if (answer === undefined) return problem(context, 404, 'unknown_call', 'the call is not known here')
        return context.json(answer)
      },
    )
    .post(
      '/cluster/calls/:id/:action',
      described('Hang up, transfer, say or hint in a call of this machine'),
      validator('param', actionParam, refuseInvalid),
      async (context) => {
        const { id, action } = context.req.valid('param')
        if (calls.get(id) === undefined)
          return problem(context, 404, 'unknown_call', 'there is no such call here')
        const hasText = action === 'say' || action === 'hint'
        const said = hasText ? sayBody.safeParse(await context.req.json()).data : undefined
        if (action === 'hint') {
          const isTaken = said && calls.hint(id, said.text)
          const result = isTaken ? 'done' : isTaken === false ? 'noModel' : 'ended'
          return context.json({ result } as const)
        }
        const isDone =
          action === 'hangup'
            ? calls.hangUp(id)
            : action === 'transfer'
              ? calls.transfer(id)
              : said !== undefined && calls.say(id, said.text)
        return context.json({ result: isDone ? ('done' as const) : ('ended' as const) })
      },
    )
}
