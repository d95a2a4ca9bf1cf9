// A stream of server-sent events. The first line is sent at once, so that proxies and browsers see a stream. A ping
// follows at least every 8 s, because Bun and proxies cut a silent stream. A client that does not read is disconnected
// rather than waited for: it reconnects by itself and asks for the present calls. The stream ends when its token is
// revoked.

import type { Context } from 'hono'
import type { Clock } from '../base/clock.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { problem } from './problem.ts'

const pingMs = 8_000
/** Streams at once; each costs a timer and a listener. */
const maxStreams = 64

type Subscribe = (send: (bytes: Uint8Array) => void) => () => void

export const streamsFull = 'too many event streams are open'

export class EventStreams {
  private count = 0
  private readonly cut

  constructor(private readonly deps: Pick<AdminDeps, 'clock' | 'metrics'>) {
    this.cut = deps.metrics.counter(
      'admin_event_readers_cut_total',
      'Event streams closed because the client did not read',
    )
  }

  /**
   * Answers a request with a stream, or with a problem when there are too many.
   *
   * @param maxQueued messages that may wait for the client
   * @param subscribe called when the client reads; what it sends are whole encoded events @returns unsubscribe
   */
  answer(context: Context<AdminEnv>, maxQueued: number, subscribe: Subscribe): Response {
    if (this.count >= maxStreams) return problem(context, 503, 'too_many_streams', streamsFull)
    this.count++
    const body = eventStream(
      this.deps.clock,
      maxQueued,
      subscribe,
      context.get('untilRevoked'),
      (tooSlow) => {
        this.count--
        if (tooSlow) this.cut.add()
      },
    )
    const headers = { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' }
    return new Response(body, { headers })
  }
}

const pingLine = new TextEncoder().encode(': ping\n\n')
const firstLine = new TextEncoder().encode(': calls\n\n')

function eventStream(
  clock: Clock,
  maxQueued: number,
  subscribe: Subscribe,
  untilRevoked: (end: () => void) => () => void,
  onEnd: (tooSlow: boolean) => void,
): ReadableStream<Uint8Array> {
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
        const send = (bytes: Uint8Array) => {
          if (!isOpen) return
          if ((controller.desiredSize ?? 0) <= 0) {
            end(true)
            controller.error(new Error('the client does not read'))
            return
          }
          controller.enqueue(bytes)
        }
        const ping = () => {
          send(pingLine)
          if (isOpen) timer = clock.at(clock.now() + pingMs, ping)
        }
        send(firstLine)
        unsubscribe = subscribe(send)
        unwatch = untilRevoked(() => {
          end(false)
          controller.close()
        })
        timer = clock.at(clock.now() + pingMs, ping)
      },
      cancel: () => end(false),
    },
    { highWaterMark: maxQueued },
  )
}
