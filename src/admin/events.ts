// Events of the calls as server-sent events (event-stream.ts). An event is encoded once, however many follow.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import type { PublicCallEvent } from '../calls/views.ts'
import { described } from './cluster.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeMedia } from './describe.ts'
import { type EventStreams, streamsFull } from './event-stream.ts'
import { problem, refuseInvalid } from './problem.ts'
import { callParam } from './schemas.ts'

/** Events that may wait for one client. */
const maxQueuedEvents = 256

export function eventRoutes(deps: AdminDeps, streams: EventStreams) {
  /** Of this machine's calls, and `everywhere` of those of the others too. */
  const subscribe = (callId: string, everywhere: boolean, listener: (event: PublicCallEvent) => void) => {
    const stop = deps.calls.subscribe(callId, listener)
    const stopOthers = everywhere
      ? deps.cluster?.calls.follow((event) => {
          const theirs = event as PublicCallEvent
          if (callId === 'all' || theirs.callId === callId) listener(theirs)
        })
      : undefined
    return () => {
      stop()
      stopOthers?.()
    }
  }
  const stream = (context: Context<AdminEnv>, callId: string, everywhere = true): Response =>
    streams.answer(context, maxQueuedEvents, (send) =>
      subscribe(callId, everywhere, (event) => send(encoded(event))),
    )
  return new Hono<AdminEnv>()
    .get(
      '/api/events',
      describeMedia('calls', 'Events of all calls', ['text/event-stream'], { 503: streamsFull }),
      (context) => stream(context, 'all'),
    )
    .get(
      '/api/calls/:id/events',
      describeMedia('calls', 'Events of one call', ['text/event-stream'], {
        404: 'No such call',
        503: streamsFull,
      }),
      validator('param', callParam, refuseInvalid),
      async (context) => {
        const { id } = context.req.valid('param')
        if (deps.calls.get(id) === undefined && (await deps.cluster?.calls.get(id)) === undefined)
          return problem(context, 404, 'unknown_call', 'there is no such call')
        return stream(context, id)
      },
    )
    .get('/cluster/events', described('Events of the calls of this machine'), (context) =>
      stream(context, 'all', false),
    )
}

const texts = new WeakMap<PublicCallEvent, Uint8Array>()

function encoded(event: PublicCallEvent): Uint8Array {
  const known = texts.get(event)
  if (known) return known
  const made = new TextEncoder().encode(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`)
  texts.set(event, made)
  return made
}
