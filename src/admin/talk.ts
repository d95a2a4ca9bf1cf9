// A call from the page instead of a telephone: microphone and loudspeaker over WebSocket, as another `Connection`.
// Binary messages are 20 ms frames of 8 kHz s16le in both directions; a text message is a key or a
// typed turn (call/caller-message.ts).

import { Hono } from 'hono'
import { Bucket } from '../access/bucket.ts'
import { frameBytes, frameSamples } from '../audio/pcm.ts'
import type { Clock } from '../base/clock.ts'
import type { Counter } from '../base/metrics.ts'
import { pressedKeys, readCallerMessage, typedTurns } from '../call/caller-message.ts'
import type { Connection, ConnectionListener } from '../call/connection.ts'
import type { AdminDeps, AdminEnv, AdminSocket, SocketHandlers } from './deps.ts'
import { describeMedia } from './describe.ts'
import { problem } from './problem.ts'
import { revoked } from './revocation.ts'

/** 200 ms, as for every connection; frames to a slower browser are dropped. */
const maxBufferedBytes = 10 * frameBytes
/** How far a browser may send ahead of real time: half a second. Frames beyond that are dropped. */
const maxAheadFrames = 25

export function talkRoutes(deps: AdminDeps) {
  const dropped = deps.metrics.counter(
    'admin_talk_frames_dropped_total',
    'Frames to or from the page dropped because they were too many',
  )
  return new Hono<AdminEnv>().get(
    '/api/talk',
    describeMedia('calls', 'Talk to the bot from a browser, over WebSocket', ['application/octet-stream'], {
      404: 'Not available on this server',
      426: 'The request is not a WebSocket request',
    }),
    (context) => {
      const { talk } = deps
      if (talk === undefined)
        return problem(context, 404, 'no_talk', 'calls from the page are not available on this server')
      const connection = new PageConnection(deps.clock, dropped, talk, context.get('untilRevoked'))
      if (!context.env.upgrade?.(connection))
        return problem(context, 426, 'no_websocket', 'use a WebSocket', { Upgrade: 'websocket' })
      return context.body(null)
    },
  )
}

class PageConnection implements Connection, SocketHandlers {
  readonly maxBufferedBytes = maxBufferedBytes
  readonly callId = crypto.randomUUID()
  listener: ConnectionListener | undefined
  private socket: AdminSocket | undefined
  private readonly frame = new Int16Array(frameSamples)
  private readonly frameView = new Uint8Array(this.frame.buffer)
  private readonly silence = new Uint8Array(frameBytes)
  private readonly keys: Bucket
  private readonly typed: Bucket
  private receivedFrames = 0
  private openedMs = 0
  private unwatch = () => {}
  /** Starts with `peer `, by which the session recognises that the caller hung up. */
  private reason = 'peer closed'

  constructor(
    private readonly clock: Clock,
    private readonly dropped: Counter,
    private readonly offer: (connection: Connection) => void,
    private readonly untilRevoked: (end: () => void) => () => void,
  ) {
    this.keys = new Bucket(clock, pressedKeys.burst, pressedKeys.perS)
    this.typed = new Bucket(clock, typedTurns.burst, typedTurns.perS)
  }

  // ---- called by the server

  open(socket: AdminSocket): void {
    this.socket = socket
    this.openedMs = this.clock.now()
    this.unwatch = this.untilRevoked(() => socket.close(...revoked))
    this.offer(this)
  }

  message(data: Uint8Array | string): void {
    if (typeof data === 'string') {
      const message = readCallerMessage(data)
      if (message === undefined) return
      if (!(message.kind === 'key' ? this.keys : this.typed).take()) this.dropped.add()
      else if (message.kind === 'key') this.listener?.key(message.key)
      else this.listener?.typed?.(message.text)
      return
    }
    for (let at = 0; at + frameBytes <= data.length; at += frameBytes) {
      const due = (this.clock.now() - this.openedMs) / 20 + maxAheadFrames
      if (this.receivedFrames >= due) this.dropped.add()
      else {
        this.receivedFrames++
        this.frameView.set(data.subarray(at, at + frameBytes))
        this.listener?.audio(this.frame)
      }
    }
  }

  close(): void {
    this.socket = undefined
    this.unwatch()
    const listener = this.listener
    this.listener = undefined
    listener?.closed(this.reason)
  }

  // ---- called by the call

  sendFrame(frame: Int16Array): void {
    this.send(new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength))
  }

  sendSilence(): void {
    this.send(this.silence)
  }

  hangUp(): void {
    this.reason = 'hung up by us'
    this.socket?.close(1000, 'goodbye')
  }

  destroy(reason: string): void {
    this.reason = reason
    this.socket?.close(1011, 'ended')
  }

  private send(bytes: Uint8Array): void {
    if (this.socket && !this.socket.send(bytes)) this.dropped.add()
  }
}
