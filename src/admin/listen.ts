// Listening to a live call over WebSocket, for an operator: each binary message is one 20 ms frame of both sides, 160
// stereo samples of 8 kHz s16le, caller left and bot right. Frames that a slow connection can't take are dropped.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { frameSamples } from '../audio/pcm.ts'
import type { AdminDeps, AdminEnv, AdminSocket, SocketHandlers } from './deps.ts'
import { describeMedia } from './describe.ts'
import { problem, refuseInvalid } from './problem.ts'
import { revoked } from './revocation.ts'
import { callParam } from './schemas.ts'

/** 2 s of both sides. Beyond this, frames to a slow operator are dropped rather than kept in memory. */
const maxBufferedBytes = 64_000
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
  return new Hono<AdminEnv>().get(
    '/api/calls/:id/listen',
    describeMedia('calls', 'Live audio of both sides, over WebSocket', ['application/octet-stream'], {
      404: 'There is no such live call',
      426: 'The request is not a WebSocket request',
      503: 'Too many are listening',
    }),
    validator('param', callParam, refuseInvalid),
    (context) => {
      const { id } = context.req.valid('param')
      if (deps.calls.get(id)?.outcome !== null)
        return problem(context, 404, 'unknown_call', 'there is no such live call')
      if (all >= maxListeners || (listening.get(id) ?? 0) >= maxListenersPerCall)
        return problem(context, 503, 'too_many_listeners', 'too many are listening already')
      const handlers = listener(deps, id, () => dropped.add())
      const untilRevoked = context.get('untilRevoked')
      let unwatch = () => {}
      const upgraded = context.env.upgrade?.({
        ...handlers,
        open(socket) {
          count(id, 1)
          unwatch = untilRevoked(() => socket.close(...revoked))
          handlers.open(socket)
        },
        close() {
          count(id, -1)
          unwatch()
          handlers.close()
        },
      })
      if (!upgraded) return problem(context, 426, 'no_websocket', 'use a WebSocket', { Upgrade: 'websocket' })
      return context.body(null)
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
