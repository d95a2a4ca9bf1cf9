// Health checks: whether the process is alive, whether it can take a call, and its metrics.

import { availableParallelism } from 'node:os'
import { type Context, Hono } from 'hono'
import { describeRoute, resolver } from 'hono-openapi'
import { z } from 'zod'
import type { AdminDeps, AdminEnv, Readiness } from './deps.ts'
import { problem, problemSchema } from './problem.ts'
import { createExposition, prometheusContentType } from './prometheus.ts'

const aliveSchema = z.object({ status: z.literal('alive'), version: z.string() })
const readySchema = z.object({ status: z.literal('ready'), degraded: z.array(z.string()) })

const hidden = describeRoute({ hide: true })
/** For a check that wants no body. @param what the path of the GET that says the same */
const bodiless = (what: string) =>
  describeRoute({
    summary: `As GET ${what}, without a body`,
    tags: ['health'],
    security: [],
    responses: { 200: { description: 'It is so' } },
  })

/**
 * `GET /healthz` and `GET /readyz`: need no token, because they reveal nothing about calls or callers. `OPTIONS` of
 * either says the same without a body, and so does `OPTIONS /`, which is what HAProxy's bare `option httpchk` asks.
 */
export function healthRoutes(deps: AdminDeps) {
  const { drain } = deps
  const readiness = (): Readiness =>
    drain.draining ? { ready: false, reason: 'new calls go elsewhere while live ones end' } : deps.readiness()
  const notReady = (context: Context<AdminEnv>, reason: string) =>
    problem(context, 503, drain.draining ? 'draining' : 'not_ready', reason)
  const options = (context: Context<AdminEnv>, state: Readiness) =>
    state.ready ? context.body(null, 200, { Allow: 'GET, HEAD, OPTIONS' }) : notReady(context, state.reason)
  return new Hono<AdminEnv>()
    .options('/', hidden, (context) => options(context, readiness()))
    .options('/readyz', bodiless('/readyz'), (context) => options(context, readiness()))
    .options('/healthz', bodiless('/healthz'), (context) => options(context, { ready: true, degraded: [] }))
    .get(
      '/healthz',
      describeRoute({
        summary: 'Whether the process is alive',
        tags: ['health'],
        security: [],
        responses: {
          200: { description: 'It is', content: { 'application/json': { schema: resolver(aliveSchema) } } },
        },
      }),
      (context) => context.json({ status: 'alive' as const, version: deps.version }),
    )
    .get(
      '/readyz',
      describeRoute({
        summary: 'Whether a call can be taken now',
        tags: ['health'],
        security: [],
        responses: {
          200: {
            description: 'It can; `degraded` names what is impaired or full though calls can be taken',
            content: { 'application/json': { schema: resolver(readySchema) } },
          },
          503: {
            description: 'It cannot: draining, or a part is down; `detail` says which',
            content: { 'application/problem+json': { schema: resolver(problemSchema) } },
          },
        },
      }),
      (context) => {
        const state = readiness()
        if (!state.ready) return notReady(context, state.reason)
        return context.json({ status: 'ready' as const, degraded: state.degraded })
      },
    )
}

export function metricsRoutes(deps: AdminDeps) {
  const exposition = createExposition(deps.metrics)
  deps.metrics.gauge('machine_cores', 'Processor cores that the process may use').value =
    availableParallelism()
  return new Hono<AdminEnv>().get(
    '/metrics',
    describeRoute({
      summary: 'Metrics in the Prometheus text format',
      tags: ['health'],
      responses: { 200: { description: 'All metrics', content: { 'text/plain': {} } } },
    }),
    (context) => context.text(exposition(), 200, { 'Content-Type': prometheusContentType }),
  )
}
