// A supervisor takes a live call over by voice, over WebSocket: each binary message is 20 ms of 8 kHz s16le, 160
// samples, which the caller hears in the bot's place. The text message `handback` gives the call back; a connection
// that is lost, or silent for 3 s, gives it back with an apology to the caller. What is said is heard over
// /api/calls/:id/listen. The call may be on another machine of the cluster.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import { frameBytes, frameSamples } from '../audio/pcm.ts'
import type { Clock, Timer } from '../base/clock.ts'
import type { Counter } from '../base/metrics.ts'
import type { Supervisor } from '../call/supervision.ts'
import { described } from './cluster.ts'
import type { AdminDeps, AdminEnv, AdminSocket, SocketHandlers } from './deps.ts'
import { describeMedia } from './describe.ts'
import { forwarder } from './forward.ts'
import { problem, refuseInvalid } from './problem.ts'
import { untilRevoked } from './revocation.ts'
import { callParam } from './schemas.ts'

/** A microphone sends a frame every 20 ms, silence too. */
const silentMs = 3_000

export function takeoverRoutes(deps: AdminDeps) {
  const dropped = deps.metrics.counter(
    'admin_takeover_frames_dropped_total',
    'Frames of a supervisor dropped because they came faster than they are spoken',
  )
  const unknown = (context: Context) => problem(context, 404, 'unknown_call', 'there is no such live call')
  const isLive = (id: string) => deps.calls.get(id)?.outcome === null
  const open = (context: Context<AdminEnv>, phase: unknown, handlers: SocketHandlers) => {
    if (phase === 'supervised')
      return problem(context, 409, 'taken_over', 'a supervisor has this call already')
    if (context.env.upgrade?.(untilRevoked(context.get('untilRevoked'), handlers))) return context.body(null)
    return problem(context, 426, 'no_websocket', 'use a WebSocket', { Upgrade: 'websocket' })
  }
  const openHere = (context: Context<AdminEnv>, id: string) => {
    const takeOver = (ended: () => void) => deps.calls.takeOver(id, ended)
    return open(context, deps.calls.get(id)?.phase, new SupervisorSocket(deps.clock, dropped, takeOver))
  }
  return new Hono<AdminEnv>()
    .get(
      '/api/calls/:id/takeover',
      describeMedia(
        'calls',
        'Speak with the caller in the bot’s place, over WebSocket',
        ['application/octet-stream'],
        {
          404: 'There is no such live call',
          409: 'A supervisor has the call already, or it is ending',
          426: 'The request is not a WebSocket request',
        },
      ),
      validator('param', callParam, refuseInvalid),
      async (context) => {
        const { id } = context.req.valid('param')
        if (isLive(id)) return openHere(context, id)
        const there = await deps.cluster?.calls.find(id)
        if (there === undefined) return unknown(context)
        return open(
          context,
          there.phase,
          forwarder(() => there.open('takeover')),
        )
      },
    )
    .get(
      '/cluster/calls/:id/takeover',
      described('Speak in a call of this machine, over WebSocket'),
      validator('param', callParam, refuseInvalid),
      (context) => {
        const { id } = context.req.valid('param')
        return isLive(id) ? openHere(context, id) : unknown(context)
      },
    )
}

class SupervisorSocket implements SocketHandlers {
  /** Only short texts go to the browser. */
  readonly maxBufferedBytes = 4_000
  private supervisor: Supervisor | undefined
  private socket: AdminSocket | undefined
  private timer: Timer | undefined
  private heardMs = 0
  private readonly frame = new Int16Array(frameSamples)
  private readonly bytes = new Uint8Array(this.frame.buffer)

  constructor(
    private readonly clock: Clock,
    private readonly dropped: Counter,
    private readonly takeOver: (ended: () => void) => Supervisor | undefined,
  ) {}

  open(socket: AdminSocket): void {
    this.socket = socket
    this.supervisor = this.takeOver(() => this.ended())
    if (this.supervisor === undefined) {
      socket.close(1008, 'the call cannot be taken over now')
      return
    }
    this.heardMs = this.clock.now()
    this.watch()
    socket.sendText(JSON.stringify({ type: 'taken' }))
  }

  message(data: Uint8Array | string): void {
    if (data === 'handback') this.supervisor?.handBack(false)
    if (typeof data === 'string') return
    this.heardMs = this.clock.now()
    for (let at = 0; at + frameBytes <= data.length; at += frameBytes) {
      this.bytes.set(data.subarray(at, at + frameBytes))
      if (this.supervisor?.audio(this.frame) === false) this.dropped.add()
    }
  }

  close(): void {
    this.socket = undefined
    this.giveUp()
  }

  /** The connection is lost: the bot takes the call back. */
  private giveUp(): void {
    this.timer?.cancel()
    const { supervisor } = this
    this.supervisor = undefined
    supervisor?.handBack(true)
  }

  private watch(): void {
    const dueMs = this.heardMs + silentMs
    if (this.clock.now() >= dueMs) {
      this.giveUp()
      return
    }
    this.timer = this.clock.at(dueMs, () => this.watch())
  }

  private ended(): void {
    this.supervisor = undefined
    this.timer?.cancel()
    this.socket?.close(1000, 'the bot has the call')
  }
}
