// Listening to a live call over WebSocket, for an operator: each binary message is one 20 ms frame of both sides, 160
// stereo samples of 8 kHz s16le, caller left and bot right. Frames that a slow connection can't take are dropped.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import { frameSamples } from '../audio/pcm.ts'
import { described } from './cluster.ts'
import type { AdminDeps, AdminEnv, AdminSocket, SocketHandlers } from './deps.ts'
import { describeMedia } from './describe.ts'
import { forwarder, maxBufferedBytes } from './forward.ts'
import { problem, refuseInvalid } from './problem.ts'
import { untilRevoked } from './revocation.ts'
import { callParam } from './schemas.ts'

/** Listeners at once, over all calls and in one: each costs a copy of every frame. */
const maxListeners = 32
const maxListenersPerCall = 8

export function listenRoutes(deps: AdminDeps) {
  const dropped = deps.metrics.counter(
    'admin_listen_frames_dropped_total',
    'Frames dropped because an operator’s connection was too slow',
  )
  const listening = new Map<string, number>()
  let all = 0
  const count = (id: string, by: 1 | -1) => {
    all += by
    const left = (listening.get(id) ?? 0) + by
    if (left > 0) listening.set(id, left)
    else listening.delete(id)
  }
  const listen = (context: Context<AdminEnv>, id: string, handlers: SocketHandlers) => {
    if (all >= maxListeners || (listening.get(id) ?? 0) >= maxListenersPerCall)
      return problem(context, 503, 'too_many_listeners', 'too many are listening already')
    const counted: SocketHandlers = {
      ...handlers,
      open(socket) {
        count(id, 1)
        handlers.open(socket)
      },
      close() {
        count(id, -1)
        handlers.close()
      },
    }
    const upgraded = context.env.upgrade?.(untilRevoked(context.get('untilRevoked'), counted))
    if (!upgraded) return problem(context, 426, 'no_websocket', 'use a WebSocket', { Upgrade: 'websocket' })
    return context.body(null)
  }
  const isLive = (id: string) => deps.calls.get(id)?.outcome === null
  const unknown = (context: Context) => problem(context, 404, 'unknown_call', 'there is no such live call')
  const onDropped = () => dropped.add()
  return new Hono<AdminEnv>()
    .get(
      '/api/calls/:id/listen',
      describeMedia('calls', 'Live audio of both sides, over WebSocket', ['application/octet-stream'], {
        404: 'There is no such live call',
        426: 'The request is not a WebSocket request',
        503: 'Too many are listening',
      }),
      validator('param', callParam, refuseInvalid),
      async (context) => {
        const { id } = context.req.valid('param')
        if (isLive(id)) return listen(context, id, listener(deps, id, onDropped))
        const there = await deps.cluster?.calls.find(id)
        if (there === undefined) return unknown(context)
        return listen(
          context,
          id,
          forwarder(() => there.open('listen'), onDropped),
        )
      },
    )
    .get(
      '/cluster/calls/:id/listen',
      described('Live audio of a call of this machine'),
      validator('param', callParam, refuseInvalid),
      (context) => {
        const { id } = context.req.valid('param')
        return isLive(id) ? listen(context, id, listener(deps, id, onDropped)) : unknown(context)
      },
    )
}

function listener(deps: AdminDeps, callId: string, onDropped: () => void): SocketHandlers {
  const stereo = new Int16Array(2 * frameSamples)
  const bytes = new Uint8Array(stereo.buffer)
  let stop: (() => void) | undefined
  let ended: (() => void) | undefined
  return {
    maxBufferedBytes,
    open(socket: AdminSocket) {
      stop = deps.calls.listen(callId, (caller, agent) => {
        for (let i = 0; i < frameSamples; i++) {
          stereo[i * 2] = caller?.[i] ?? 0
          stereo[i * 2 + 1] = agent?.[i] ?? 0
        }
        if (!socket.send(bytes)) onDropped()
      })
      if (stop === undefined) return socket.close(1000, 'the call has ended')
      ended = deps.calls.subscribe(callId, (event) => {
        if (event.kind === 'ended') socket.close(1000, 'the call has ended')
      })
    },
    close() {
      stop?.()
      ended?.()
    },
  }
}
