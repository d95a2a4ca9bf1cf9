// A call from the page instead of a telephone: microphone and loudspeaker over WebSocket, as another `Connection`.
// Binary messages are 20 ms frames of 8 kHz s16le in both directions. A text message from the page is a key or a typed
// turn (call/caller-message.ts); to the page it is what the data channel of WebRTC has (calls/caller-view.ts).

import { Hono } from 'hono'
import { Bucket } from '../access/bucket.ts'
import { frameBytes, frameSamples } from '../audio/pcm.ts'
import type { Clock } from '../base/clock.ts'
import type { Counter } from '../base/metrics.ts'
import { pressedKeys, readCallerMessage, typedTurns } from '../call/caller-message.ts'
import type { Connection, ConnectionListener } from '../call/connection.ts'
import { followCall, type ToCaller } from '../calls/caller-view.ts'
import type { AdminDeps, AdminEnv, AdminSocket, SocketHandlers } from './deps.ts'
import { describeMedia } from './describe.ts'
import { problem } from './problem.ts'
import { revoked } from './revocation.ts'
import { wishesOf } from './wishes.ts'

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
      503: 'Too many calls by links',
    }),
    (context) => {
      const { talk } = deps
      if (talk === undefined)
        return problem(context, 404, 'no_talk', 'calls from the page are not available on this server')
      const link = context.get('link')
      const linked = link && deps.webrtc?.linkCalls.begin(link, context.get('address'))
      if (linked && 'code' in linked)
        return problem(context, linked.code === 'busy' ? 503 : 401, linked.code, linked.detail)
      const wishes = wishesOf(context)
      const connection = new PageConnection({
        clock: deps.clock,
        dropped,
        offer: (offered) => talk(offered, wishes),
        onClosed: () => linked?.ended(true),
        follow: (callId, tell) => followCall(deps.calls, callId, tell),
        untilRevoked: context.get('untilRevoked'),
      })
      if (context.env.upgrade?.(connection)) return context.body(null)
      linked?.ended(false)
      return problem(context, 426, 'no_websocket', 'use a WebSocket', { Upgrade: 'websocket' })
    },
  )
}

type PageConnectionOptions = {
  clock: Clock
  dropped: Counter
  offer: (connection: Connection) => void
  /** Passes on what happens in the call. @returns unsubscribe */
  follow: (callId: string, tell: (message: ToCaller) => void) => () => void
  onClosed: () => void
  untilRevoked: (end: () => void) => () => void
}

class PageConnection implements Connection, SocketHandlers {
  readonly maxBufferedBytes = maxBufferedBytes
  readonly callId = crypto.randomUUID()
  readonly canTransfer = false
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
  private unfollow = () => {}
  /** Starts with `peer `, by which the session recognises that the caller hung up. */
  private reason = 'peer closed'

  constructor(private readonly options: PageConnectionOptions) {
    this.keys = new Bucket(options.clock, pressedKeys.burst, pressedKeys.perS)
    this.typed = new Bucket(options.clock, typedTurns.burst, typedTurns.perS)
  }

  // ---- called by the server

  open(socket: AdminSocket): void {
    const { clock, offer, follow, untilRevoked } = this.options
    this.socket = socket
    this.openedMs = clock.now()
    this.unwatch = untilRevoked(() => socket.close(...revoked))
    const tell = (message: ToCaller) => this.socket?.sendText(JSON.stringify(message))
    tell({ type: 'call', callId: this.callId })
    offer(this)
    this.unfollow = follow(this.callId, tell)
  }

  message(data: Uint8Array | string): void {
    if (typeof data === 'string') {
      const message = readCallerMessage(data)
      if (message === undefined) return
      if (!(message.kind === 'key' ? this.keys : this.typed).take()) this.options.dropped.add()
      else if (message.kind === 'key') this.listener?.key(message.key)
      else this.listener?.typed?.(message.text)
      return
    }
    for (let at = 0; at + frameBytes <= data.length; at += frameBytes) {
      const due = (this.options.clock.now() - this.openedMs) / 20 + maxAheadFrames
      if (this.receivedFrames >= due) this.options.dropped.add()
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
    this.unfollow()
    this.options.onClosed()
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
    if (this.socket && !this.socket.send(bytes)) this.options.dropped.add()
  }
}
