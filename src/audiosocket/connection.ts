// One Asterisk call on one socket: UUID first, then audio and keys in, frames out, and an orderly end. It has the
// shape of call/connection.ts without knowing the call. Reading never stops, and no byte of a peer's can throw.

import { Framer } from '../audio/framer.ts'
import { frameSamples } from '../audio/pcm.ts'
import type { Clock, Timer } from '../base/clock.ts'
import { isKey, type Key } from '../base/keys.ts'
import type { WireCounters } from './counters.ts'
import { Intake } from './intake.ts'
import { encodeHangup, frameMessage, MessageDecoder, MessageKind, rateOf, uuidText } from './message.ts'
import { Outbox } from './outbox.ts'

export type ConnectionListener = {
  /** @param frame 160 samples of 8 kHz mono, valid until return */
  audio(frame: Int16Array): void
  key(key: Key): void
  closed(reason: string): void
}

/** Why a connection ended, as `closed` tells it; `destroy` adds its own words. */
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

/** What is used of a socket, so that a test can count writes and refuse bytes. */
export type ConnectionSocket = {
  /** @returns bytes taken, -1 when closed; what is not taken is not kept */
  write(bytes: Uint8Array): number
  /** Closes with FIN; its close event may come before the return. */
  end(): void
  /** Closes with RST, for a peer that takes nothing. */
  terminate(): void
}

export type ConnectionOptions = {
  clock: Clock
  counters: WireCounters
  uuidTimeoutMs: number
  stallTimeoutMs: number
  /** How long the peer may take to close after our hang-up. */
  hangUpTimeoutMs: number
  /** Offers the connection once its UUID is known; throwing or `destroy` refuses it. */
  onUuid: (connection: AudioSocketConnection) => void
  /** Once for every socket, with or without a UUID, after the listener's `closed`. */
  onOver: (connection: AudioSocketConnection, reason: string) => void
  /** The listener's `closed` threw; told here because it may run from a timer, where nobody else would catch. */
  onFailure: (connection: AudioSocketConnection, error: unknown) => void
}

export const connectionDefaults = {
  uuidTimeoutMs: 2_000,
  stallTimeoutMs: 2_000,
  hangUpTimeoutMs: 1_000,
} as const satisfies Partial<ConnectionOptions>

const noMessage = frameMessage()
const silenceMessage = noMessage.message
const hangupMessage = new Uint8Array(3)
encodeHangup(hangupMessage)

export class AudioSocketConnection {
  /** The call's UUID in lower case with hyphens; empty until it has come. */
  callId = ''
  listener: ConnectionListener | undefined
  private state: 'waiting' | 'open' | 'ending' | 'over' = 'waiting'
  private readonly decoder = new MessageDecoder()
  private readonly outbox: Outbox
  private readonly intake: Intake
  private framer: Framer | undefined
  private out = noMessage
  private endTimer: Timer
  /** Whole messages of ours that were dropped because the peer did not take them. */
  droppedMessages = 0

  constructor(
    private readonly socket: ConnectionSocket,
    private readonly options: ConnectionOptions,
  ) {
    const { clock, counters, uuidTimeoutMs, stallTimeoutMs } = options
    this.intake = new Intake(clock)
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

  /** `closed` comes before the return. */
  destroy(reason: string): void {
    this.close(reason, 'end')
  }

  /** From the socket. @param chunk not kept after return */
  onData(chunk: Uint8Array): void {
    if (this.state === 'over') return
    this.intake.refill()
    this.decoder.push(chunk, this.onMessage)
    if (this.isWaiting() && this.decoder.heldKind >= 0) this.refuseUnlessUuid()
  }

  /** From the socket: the kernel takes bytes again. */
  onDrain(): void {
    if (this.state !== 'over') this.outbox.drain()
  }

  /** From the socket, last of all. @param error set when the peer reset the connection */
  onClose(error?: Error): void {
    // After our hang-up Asterisk may close with audio of ours unread, which resets: no fault of anybody's.
    if (this.state === 'ending') this.finish(CloseReason.AgentHungUp)
    else this.finish(error ? CloseReason.PeerReset : CloseReason.PeerClosed)
  }

  private readonly onMessage = (kind: number, payload: Uint8Array): void => {
    if (this.state === 'over') return
    if (!this.intake.message(payload.length)) this.flooded()
    else if (this.state === 'open') this.take(kind, payload)
    else if (this.state === 'waiting') this.open(kind, payload)
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
    else if (this.intake.key()) this.listener?.key(key)
    else counters.floodKeys.add()
  }

  /** The framer may still be at work on a long payload when its listener ends the call. */
  private readonly onFrame = (frame: Int16Array): void => {
    if (this.state !== 'open') return
    if (this.intake.frame()) this.listener?.audio(frame)
    else this.options.counters.floodFrames.add()
  }

  /** Closed by RST, so that what the kernel still holds of it costs nobody anything. */
  private flooded(): void {
    this.options.counters.floods.add()
    this.close(CloseReason.Flood, 'terminate')
  }

  private isWaiting(): boolean {
    return this.state === 'waiting'
  }

  /** A stranger's 64 kB are not worth waiting for when the header already says that they are no UUID. */
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
