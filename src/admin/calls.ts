// Live and recent calls: read them, hang up, transfer, say a sentence.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import type { z } from 'zod'
import { Bucket } from '../access/bucket.ts'
import type { Clock } from '../base/clock.ts'
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
  const maySay = lineLimit(deps.clock)
  const known = (id: string) => calls.get(id) !== undefined
  /** The machine that has the call acts. @returns the refusal when none does */
  const elsewhere = async (context: Context, id: string, action: Action, body?: unknown) => {
    const result = await deps.cluster?.calls.act(id, action, body)
    if (result === 'noModel') return noModel(context)
    return result === 'done' ? undefined : notLiveProblem(context, known(id) || result === 'ended')
  }
  return new Hono<AdminEnv>()
    .get('/api/calls', describeJson('calls', 'Live and recent calls', callListSchema), async (context) => {
      const own = calls.list().map(plain)
      const others = (await deps.cluster?.calls.list()) ?? []
      return context.json({ calls: others.length === 0 ? own : merged(own, others.flatMap(readCall)) })
    })
    .get(
      '/api/calls/:id',
      describeJson('calls', 'One call', callSchema, unknown),
      validator('param', callParam, refuseInvalid),
      async (context) => {
        const { id } = context.req.valid('param')
        const own = calls.get(id)
        const [theirs] = own?.outcome === null ? [] : readCall(await deps.cluster?.calls.get(id))
        const call = own && theirs ? newer(plain(own), theirs) : own ? plain(own) : theirs
        if (call === undefined) return problem(context, 404, 'unknown_call', 'there is no such call')
        return context.json(call)
      },
    )
    .post(
      '/api/calls/:id/hangup',
      describeJson('calls', 'Say goodbye and end the call', doneSchema, notLive),
      validator('param', callParam, refuseInvalid),
      async (context) => {
        const { id } = context.req.valid('param')
        const refusal = calls.hangUp(id) ? undefined : await elsewhere(context, id, 'hangup')
        return refusal ?? context.json({ done: true as const })
      },
    )
    .post(
      '/api/calls/:id/transfer',
      describeJson('calls', 'Transfer the caller to a human', doneSchema, notLive),
      validator('param', callParam, refuseInvalid),
      async (context) => {
        const { id } = context.req.valid('param')
        const refusal = calls.transfer(id) ? undefined : await elsewhere(context, id, 'transfer')
        return refusal ?? context.json({ done: true as const })
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
      async (context) => {
        const { id } = context.req.valid('param')
        const said = context.req.valid('json')
        if ((deps.cluster !== undefined || known(id)) && !maySay(id))
          return problem(context, 429, 'too_many_lines', 'too many lines wait to be said in this call')
        const refusal = calls.say(id, said.text) ? undefined : await elsewhere(context, id, 'say', said)
        return refusal ?? context.json({ done: true as const })
      },
    )
    .post(
      '/api/calls/:id/hint',
      describeJson('calls', 'Tell the bot what to say in its next sentence', doneSchema, {
        ...{ 404: notLive[404], ...notJson },
        409: 'The call has ended, or no language model words its answers',
        429: 'Too many hints',
      }),
      onlyJson(),
      validator('param', callParam, refuseInvalid),
      validator('json', sayBody, refuseInvalid),
      async (context) => {
        const { id } = context.req.valid('param')
        const hint = context.req.valid('json')
        if ((deps.cluster !== undefined || known(id)) && !maySay(id))
          return problem(context, 429, 'too_many_lines', 'too many hints in this call')
        const isTaken = calls.hint(id, hint.text)
        if (isTaken === false) return noModel(context)
        const refusal = isTaken ? undefined : await elsewhere(context, id, 'hint', hint)
        return refusal ?? context.json({ done: true as const })
      },
    )
}

/** @returns whether one more line may be said in a call */
function lineLimit(clock: Clock): (id: string) => boolean {
  const said = new Map<string, Bucket>()
  return (id) => {
    const bucket = said.get(id) ?? new Bucket(clock, sayBurst, sayPerS)
    said.set(id, bucket)
    for (const oldest of said.keys()) {
      if (said.size <= maxCounted) break
      said.delete(oldest)
    }
    return bucket.take()
  }
}

type Action = 'hangup' | 'transfer' | 'say' | 'hint'
type Call = z.infer<typeof callSchema>

/** A call of another machine, which may be of another version; empty when this one cannot read it. */
function readCall(json: unknown): Call[] {
  const { data } = callSchema.safeParse(json)
  return data === undefined ? [] : [data]
}

/** Of two parts of one call: the live one, or the one that began last. */
function newer(a: Call, b: Call): Call {
  if ((a.outcome === null) !== (b.outcome === null)) return a.outcome === null ? a : b
  return a.startedWallMs >= b.startedWallMs ? a : b
}

/** Live calls first, then the newest; a call that was on two machines once. */
function merged(own: readonly Call[], others: readonly Call[]): Call[] {
  const byId = new Map<string, Call>()
  for (const call of [...own, ...others]) {
    const before = byId.get(call.id)
    byId.set(call.id, before === undefined ? call : newer(before, call))
  }
  const isEnded = ({ outcome }: Call) => Number(outcome !== null)
  return [...byId.values()].sort((a, b) => isEnded(a) - isEnded(b) || b.startedWallMs - a.startedWallMs)
}

function noModel(context: Context) {
  const detail = 'no language model words the answers of this call; say the sentence instead'
  return problem(context, 409, 'no_model', detail)
}

function notLiveProblem(context: Context, hasEnded: boolean) {
  if (hasEnded) return problem(context, 409, 'call_ended', 'the call has ended')
  return problem(context, 404, 'unknown_call', 'there is no such call')
}

/** Copies only the fields of the API, with arrays of its own: the registry may hold more about a call. */
export function plain(call: CallInfo) {
  const { id, startedWallMs, language, languages, desk, dialled, state, phase, turn, speaking } = call
  const { durationMs, adapters, outcome, callerNumber, callerName } = call
  return {
    ...{ id, startedWallMs, language, languages, desk, dialled, state, phase, turn, speaking },
    ...{ durationMs, adapters, outcome, callerNumber, callerName },
    recording: { ...call.recording },
    latencies: [...call.latencies],
    transcript: [...call.transcript],
    held: { ...call.held },
    echo: call.echo,
  }
}
