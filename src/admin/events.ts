// Events of the calls as server-sent events. The first line is sent at once, so that proxies and browsers see a stream.
// A ping follows at least every 10 s, because Bun and proxies cut a silent stream. A client that does not read is
// disconnected rather than waited for: it reconnects by itself and asks for the present calls. The stream ends when its
// token is revoked.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import type { Clock } from '../base/clock.ts'
import type { PublicCallEvent } from '../calls/views.ts'
import { described } from './cluster.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeMedia } from './describe.ts'
import { problem, refuseInvalid } from './problem.ts'
import { callParam } from './schemas.ts'

const pingMs = 8_000
/** Events that may wait for one client. */
const maxQueuedEvents = 256
/** Streams at once; each costs a timer and a listener. */
const maxStreams = 64

export function eventRoutes(deps: AdminDeps) {
  let streams = 0
  const disconnected = deps.metrics.counter(
    'admin_event_readers_cut_total',
    'Event streams closed because the client did not read',
  )
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
  const stream = (context: Context<AdminEnv>, callId: string, everywhere = true): Response | undefined => {
    if (streams >= maxStreams) return undefined
    streams++
    const body = eventStream(
      deps.clock,
      (listener) => subscribe(callId, everywhere, listener),
      context.get('untilRevoked'),
      (tooSlow) => {
        streams--
        if (tooSlow) disconnected.add()
      },
    )
    const headers = { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' }
    return new Response(body, { headers })
  }
  const full = 'too many event streams are open'
  return new Hono<AdminEnv>()
    .get(
      '/api/events',
      describeMedia('calls', 'Events of all calls', ['text/event-stream'], { 503: full }),
      (context) => stream(context, 'all') ?? problem(context, 503, 'too_many_streams', full),
    )
    .get(
      '/api/calls/:id/events',
      describeMedia('calls', 'Events of one call', ['text/event-stream'], { 404: 'No such call', 503: full }),
      validator('param', callParam, refuseInvalid),
      async (context) => {
        const { id } = context.req.valid('param')
        if (deps.calls.get(id) === undefined && (await deps.cluster?.calls.get(id)) === undefined)
          return problem(context, 404, 'unknown_call', 'there is no such call')
        return stream(context, id) ?? problem(context, 503, 'too_many_streams', full)
      },
    )
    .get(
      '/cluster/events',
      described('Events of the calls of this machine'),
      (context) => stream(context, 'all', false) ?? problem(context, 503, 'too_many_streams', full),
    )
}

function eventStream(
  clock: Clock,
  subscribe: (listener: (event: PublicCallEvent) => void) => () => void,
  untilRevoked: (end: () => void) => () => void,
  onEnd: (tooSlow: boolean) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let end = (_tooSlow: boolean) => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let isOpen = true
        let unsubscribe = () => {}
        let unwatch = () => {}
        let timer = { cancel() {} }
        end = (tooSlow) => {
          if (!isOpen) return
          isOpen = false
          timer.cancel()
          unsubscribe()
          unwatch()
          onEnd(tooSlow)
        }
        const send = (text: string) => {
          if (!isOpen) return
          if ((controller.desiredSize ?? 0) <= 0) {
            end(true)
            controller.error(new Error('the client does not read'))
            return
          }
          controller.enqueue(encoder.encode(text))
        }
        const ping = () => {
          send(': ping\n\n')
          if (isOpen) timer = clock.at(clock.now() + pingMs, ping)
        }
        send(': calls\n\n')
        unsubscribe = subscribe((event) => send(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`))
        unwatch = untilRevoked(() => {
          end(false)
          controller.close()
        })
        timer = clock.at(clock.now() + pingMs, ping)
      },
      cancel: () => end(false),
    },
    { highWaterMark: maxQueuedEvents },
  )
}
