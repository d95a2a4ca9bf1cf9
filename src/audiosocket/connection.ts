// One Asterisk call on one socket: the UUID first, then audio and keys in and frames out, then an orderly end. It
// implements `Connection` of call/connection.ts without importing it. It never stops reading, and nothing that a
// peer sends can make it throw.

import { Framer } from '../audio/framer.ts'
import { frameBytes, frameSamples } from '../audio/pcm.ts'
import type { Clock, Timer } from '../base/clock.ts'
import { isKey, type Key } from '../base/keys.ts'
import type { WireCounters } from './counters.ts'
import { encodeHangup, frameMessage, MessageDecoder, MessageKind, rateOf, uuidText } from './message.ts'
import { Outbox } from './outbox.ts'
import { RateLimits } from './rate-limits.ts'

export type ConnectionListener = {
  /** @param frame 160 samples of 8 kHz mono, valid until return */
  audio(frame: Int16Array): void
  key(key: Key): void
  closed(reason: string): void
}

/** Why a connection ended, as passed to `closed`; the caller of `destroy` gives its own reason. */
export const CloseReason = {
  PeerClosed: 'peer closed',
  PeerReset: 'peer reset',
  PeerHungUp: 'peer hung up',
  AgentHungUp: 'agent hung up',
  HangUpUnanswered: 'hang-up unanswered',
  Stalled: 'peer stalled',
  Flood: 'flood',
  NoUuid: 'no uuid in time',
  BadUuid: 'first message is not a uuid',
} as const

/** The part of a socket that a connection uses; a test passes its own, to count writes and refuse bytes. */
export type ConnectionSocket = {
  /** @returns bytes written, -1 when closed; the socket does not buffer the rest */
  write(bytes: Uint8Array): number
  /** Closes with FIN; the close event may come before it returns. */
  end(): void
  /** Closes with RST, for a peer that reads nothing. */
  terminate(): void
}

export type ConnectionOptions = {
  clock: Clock
  counters: WireCounters
  /** Address of the peer. */
  address?: string
  uuidTimeoutMs: number
  stallTimeoutMs: number
  /** How long the peer may take to close after our hang-up. */
  hangUpTimeoutMs: number
  /** Called once the UUID is known; to refuse the connection, throw or call `destroy`. */
  onUuid: (connection: AudioSocketConnection) => void
  /** Called once for every socket, with or without a UUID, after the listener's `closed`. */
  onOver: (connection: AudioSocketConnection, reason: string) => void
  /** The listener's `closed` threw. Reported here because it may run from a timer, where nothing would catch it. */
  onFailure: (connection: AudioSocketConnection, error: unknown) => void
}

export const connectionDefaults = {
  uuidTimeoutMs: 2_000,
  stallTimeoutMs: 2_000,
  hangUpTimeoutMs: 1_000,
} as const satisfies Partial<ConnectionOptions>

const noMessage = frameMessage()
const silenceMessage = noMessage.message
/** `00 0000`: the dialplan goes on at once. */
export const hangupMessage = new Uint8Array(3)
encodeHangup(hangupMessage)

export class AudioSocketConnection {
  /** The call's UUID in lower case with hyphens; empty until the peer has sent it. */
  callId = ''
  listener: ConnectionListener | undefined
  private state: 'waiting' | 'open' | 'ending' | 'over' = 'waiting'
  private readonly decoder = new MessageDecoder()
  private readonly outbox: Outbox
  private readonly limits: RateLimits
  private framer: Framer | undefined
  private out = noMessage
  private endTimer: Timer
  /** Whole messages that we dropped because the peer did not read them. */
  droppedMessages = 0

  constructor(
    private readonly socket: ConnectionSocket,
    private readonly options: ConnectionOptions,
  ) {
    const { clock, counters, uuidTimeoutMs, stallTimeoutMs } = options
    this.limits = new RateLimits(clock)
    this.outbox = new Outbox({
      clock,
      stallTimeoutMs,
      write: (bytes) => socket.write(bytes),
      onStalled: () => this.close(CloseReason.Stalled, 'terminate'),
      onDropped: () => {
        this.droppedMessages++
        counters.droppedMessages.add()
      },
    })
    this.endTimer = clock.at(clock.now() + uuidTimeoutMs, () => this.destroy(CloseReason.NoUuid))
  }

  get address(): string {
    return this.options.address ?? ''
  }

  sendFrame(frame: Int16Array): void {
    if (this.state !== 'open' || frame.length !== frameSamples) return
    this.out.samples.set(frame)
    this.outbox.send(this.out.message)
  }

  sendSilence(): void {
    if (this.state === 'open') this.outbox.send(silenceMessage)
  }

  hangUp(): void {
    if (this.state !== 'open') return
    this.state = 'ending'
    this.outbox.send(hangupMessage)
    const { clock, hangUpTimeoutMs } = this.options
    this.endTimer = clock.at(clock.now() + hangUpTimeoutMs, () =>
      this.close(CloseReason.HangUpUnanswered, this.outbox.empty ? 'end' : 'terminate'),
    )
  }

  /** Sends the hang-up message and closes, without waiting for the peer: for a connection that becomes no call. */
  refuse(reason: string): void {
    if (this.state === 'open') this.outbox.send(hangupMessage)
    this.close(reason, 'end')
  }

  /** Calls the listener's `closed` before it returns. */
  destroy(reason: string): void {
    this.close(reason, 'end')
  }

  /** From the socket. @param chunk not kept after return @param nowMs what the clock says */
  onData(chunk: Uint8Array, nowMs = this.options.clock.now()): void {
    if (this.state === 'over') return
    this.limits.refill(nowMs)
    this.decoder.push(chunk, this.onMessage, this.onFrameMessage)
    if (this.isWaiting() && this.decoder.heldKind >= 0) this.refuseUnlessUuid()
  }

  /** From the socket: the kernel accepts bytes again. */
  onDrain(): void {
    if (this.state !== 'over') this.outbox.drain()
  }

  /** From the socket, its last event. @param error set when the peer reset the connection */
  onClose(error?: Error): void {
    // After our hang-up Asterisk may close before it has read all our audio, which is a reset and not an error.
    if (this.state === 'ending') this.finish(CloseReason.AgentHungUp)
    else this.finish(error ? CloseReason.PeerReset : CloseReason.PeerClosed)
  }

  private readonly onMessage = (kind: number, payload: Uint8Array): void => {
    if (this.state === 'over') return
    if (!this.limits.message(payload.length)) this.flooded()
    else if (this.state === 'open') this.take(kind, payload)
    else if (this.state === 'waiting') this.open(kind, payload)
  }

  /** A frame of a call, the message that nearly all are; anything before the UUID is refused by its kind. */
  private readonly onFrameMessage = (bytes: Uint8Array, at: number): void => {
    if (this.state === 'over') return
    if (!this.limits.message(frameBytes)) this.flooded()
    else if (this.state === 'open') this.framer!.pushFrame(bytes, at)
    else if (this.state === 'waiting') this.destroy(CloseReason.BadUuid)
  }

  private open(kind: number, payload: Uint8Array): void {
    if (kind !== MessageKind.Uuid || payload.length !== 16) {
      this.destroy(CloseReason.BadUuid)
      return
    }
    this.endTimer.cancel()
    this.callId = uuidText(payload)
    this.out = frameMessage()
    const { counters } = this.options
    this.framer = new Framer({
      onFrame: this.onFrame,
      onUnusable: (why) => counters[why === 'odd' ? 'oddAudio' : 'emptyAudio'].add(),
    })
    this.state = 'open'
    this.options.onUuid(this)
  }

  private take(kind: number, payload: Uint8Array): void {
    const rateHz = rateOf(kind)
    if (rateHz !== undefined) this.framer!.push(payload, rateHz)
    else if (kind === MessageKind.Dtmf) this.takeKey(payload)
    else if (kind === MessageKind.Hangup) this.destroy(CloseReason.PeerHungUp)
    else if (kind === MessageKind.Error) this.options.counters.peerErrors.add()
    else this.options.counters.unknownMessages.add()
  }

  private takeKey(payload: Uint8Array): void {
    const key = String.fromCharCode(payload[0] ?? 0).toUpperCase()
    const { counters } = this.options
    if (payload.length !== 1 || !isKey(key)) counters.badKeys.add()
    else if (this.limits.key()) this.listener?.key(key)
    else counters.floodKeys.add()
  }

  /** The state is checked per frame: the listener may end the call while the framer is inside a long payload. */
  private readonly onFrame = (frame: Int16Array): void => {
    if (this.state !== 'open') return
    if (this.limits.frame()) this.listener?.audio(frame)
    else this.options.counters.floodFrames.add()
  }

  /** Closes with RST, so that the kernel discards what it still holds of the flood. */
  private flooded(): void {
    this.options.counters.floods.add()
    this.close(CloseReason.Flood, 'terminate')
  }

  private isWaiting(): boolean {
    return this.state === 'waiting'
  }

  /** Refuses by the header alone, without waiting for up to 64 kB of a message that can't be a UUID. */
  private refuseUnlessUuid(): void {
    const { heldKind, heldLength } = this.decoder
    if (heldKind !== MessageKind.Uuid || heldLength !== 16) this.destroy(CloseReason.BadUuid)
  }

  private close(reason: string, how: 'end' | 'terminate'): void {
    if (this.state === 'over') return
    this.finish(reason)
    this.socket[how]()
  }

  private finish(reason: string): void {
    if (this.state === 'over') return
    this.state = 'over'
    this.endTimer.cancel()
    this.outbox.stop()
    const { listener } = this
    this.listener = undefined
    try {
      listener?.closed(reason)
    } catch (error) {
      this.options.onFailure(this, error)
    }
    this.options.onOver(this, reason)
  }
}
