// Live and recent calls: read them, hang up, transfer, say a sentence.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import { Bucket } from '../access/bucket.ts'
import type { CallInfo } from '../calls/views.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { onlyJson } from './methods.ts'
import { problem, refuseInvalid } from './problem.ts'
import { callListSchema, callParam, callSchema, doneSchema, sayBody } from './schemas.ts'

const unknown = { 404: 'There is no such call' }
const notJson = { 415: 'The body is not JSON' }
/** Lines that an operator may say in one call at once, and how many a second after that: speaking takes longer. */
const sayBurst = 5
const sayPerS = 0.5
/** Calls whose lines are counted; the one that was counted first is forgotten. */
const maxCounted = 1_024

const notLive = { 404: 'There is no such call', 409: 'The call has ended' }

export function callRoutes(deps: AdminDeps) {
  const { calls } = deps
  const said = new Map<string, Bucket>()
  const maySay = (id: string): boolean => {
    const bucket = said.get(id) ?? new Bucket(deps.clock, sayBurst, sayPerS)
    said.set(id, bucket)
    for (const oldest of said.keys()) {
      if (said.size <= maxCounted) break
      said.delete(oldest)
    }
    return bucket.take()
  }
  const known = (id: string) => calls.get(id) !== undefined
  return new Hono<AdminEnv>()
    .get('/api/calls', describeJson('calls', 'Live and recent calls', callListSchema), (context) =>
      context.json({ calls: calls.list().map(plain) }),
    )
    .get(
      '/api/calls/:id',
      describeJson('calls', 'One call', callSchema, unknown),
      validator('param', callParam, refuseInvalid),
      (context) => {
        const call = calls.get(context.req.valid('param').id)
        if (call === undefined) return problem(context, 404, 'unknown_call', 'there is no such call')
        return context.json(plain(call))
      },
    )
    .post(
      '/api/calls/:id/hangup',
      describeJson('calls', 'Say goodbye and end the call', doneSchema, notLive),
      validator('param', callParam, refuseInvalid),
      (context) => {
        const { id } = context.req.valid('param')
        if (!calls.hangUp(id)) return notLiveProblem(context, known(id))
        return context.json({ done: true as const })
      },
    )
    .post(
      '/api/calls/:id/transfer',
      describeJson('calls', 'Transfer the caller to a human', doneSchema, notLive),
      validator('param', callParam, refuseInvalid),
      (context) => {
        const { id } = context.req.valid('param')
        if (!calls.transfer(id)) return notLiveProblem(context, known(id))
        return context.json({ done: true as const })
      },
    )
    .post(
      '/api/calls/:id/say',
      describeJson('calls', 'Say a sentence to the caller', doneSchema, {
        ...{ ...notLive, ...notJson },
        429: 'Too many lines wait to be said',
      }),
      onlyJson(),
      validator('param', callParam, refuseInvalid),
      validator('json', sayBody, refuseInvalid),
      (context) => {
        const { id } = context.req.valid('param')
        if (known(id) && !maySay(id))
          return problem(context, 429, 'too_many_lines', 'too many lines wait to be said in this call')
        if (!calls.say(id, context.req.valid('json').text)) return notLiveProblem(context, known(id))
        return context.json({ done: true as const })
      },
    )
}

function notLiveProblem(context: Context, hasEnded: boolean) {
  if (hasEnded) return problem(context, 409, 'call_ended', 'the call has ended')
  return problem(context, 404, 'unknown_call', 'there is no such call')
}

/** Copies only the fields of the API, with arrays of its own: the registry may hold more about a call. */
function plain(call: CallInfo) {
  const { id, startedWallMs, language, languages, desk, dialled, state, phase, turn, speaking } = call
  const { durationMs, adapters, outcome } = call
  return {
    ...{ id, startedWallMs, language, languages, desk, dialled, state, phase, turn, speaking },
    ...{ durationMs, adapters, outcome },
    recording: { ...call.recording },
    latencies: [...call.latencies],
    transcript: [...call.transcript],
    held: { ...call.held },
    echo: call.echo,
  }
}
