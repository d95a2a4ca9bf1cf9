// A simulated Asterisk 22 for one call, with the same timing and the same strictness on the wire. It sends frames by
// the clock, ends the call wherever the real one would (asterisk-rules.ts), and records what it hears. Used by `bun run
// call` in real time, and by the tests.

import { Framer } from '../audio/framer.ts'
import {
  encodeAudio,
  encodeMessage,
  MessageDecoder,
  MessageKind,
  rateOf,
  uuidBytes,
} from '../audiosocket/message.ts'
import type { Timer } from '../base/clock.ts'
import type { Key } from '../base/keys.ts'
import { inactivityMs, messageGapMs, playableBytes, type Violation, violationOf } from './asterisk-rules.ts'
import { type CallEnd, type CallOptions, type CallResult, callDefaults, type GivenCall } from './call.ts'
import { Phone } from './phone.ts'
import { Track } from './track.ts'

/** Most messages sent at once after the event loop was blocked; the kernel would have buffered about as much RTP. */
const catchUpMessages = 50

export class SimulatedAsterisk {
  /** Resolves when the call has ended, for any reason; never rejects. */
  readonly ended: Promise<CallResult>
  private readonly options: CallOptions
  private readonly phone = new Phone()
  private readonly said: Track
  private readonly heard: Track
  private readonly decoder = new MessageDecoder()
  private readonly framer: Framer
  private readonly timers = new Map<'tick' | 'gap' | 'idle' | 'max', Timer>()
  private readonly keysSent: Key[] = []
  private readonly packet: Int16Array
  private readonly out: Uint8Array
  private socket: Bun.Socket | undefined
  /** Bytes of a message that the kernel has not accepted yet; they are sent before anything else. */
  private unsent: Uint8Array = new Uint8Array(0)
  private startMs = 0
  private sentPackets = 0
  private activeAtMs = 0
  private audioMessages = 0
  private unplayable = 0
  private resolve: (result: CallResult) => void = () => {}
  private over = false

  private constructor(given: GivenCall) {
    this.options = { ...callDefaults, ...given }
    this.said = new Track(this.options.maxMs)
    this.heard = new Track(this.options.maxMs)
    this.packet = new Int16Array(this.options.ptimeMs * 8)
    this.out = new Uint8Array(3 + Math.max(32, this.packet.byteLength))
    this.framer = new Framer({
      onFrame: (frame) => this.hear(frame),
      onUnusable: () => {},
    })
    this.ended = new Promise((resolve) => {
      this.resolve = resolve
    })
    for (const { key, atMs } of this.options.keys) this.phone.press(key, atMs)
  }

  /**
   * Connects and sends the UUID, which begins the call.
   *
   * @throws {RangeError} when `callId` is not a UUID; a server that does not answer is reported by `ended`
   */
  static async call(given: GivenCall): Promise<SimulatedAsterisk> {
    const call = new SimulatedAsterisk(given)
    const uuid = uuidBytes(given.callId)
    if (!uuid) throw new RangeError(`"${given.callId}" is not a UUID`)
    await call.connect(uuid)
    return call
  }

  /** Milliseconds since the call began. */
  get nowMs(): number {
    return this.options.clock.now() - this.startMs
  }

  get speaking(): boolean {
    return this.phone.speaking
  }

  /** @param samples 8 kHz mono, spoken after the speech that is queued already */
  say(samples: Int16Array): void {
    this.phone.say(samples)
  }

  press(key: Key): void {
    this.phone.press(key, this.nowMs)
  }

  /** The caller hangs up: Asterisk closes the socket without a message. */
  hangUp(): void {
    this.finish('caller hung up', undefined)
  }

  private async connect(uuid: Uint8Array): Promise<void> {
    const { host, port, clock, maxMs } = this.options
    try {
      this.socket = await Bun.connect({
        hostname: host,
        port,
        socket: {
          binaryType: 'uint8array',
          data: (_socket, chunk) => this.receive(chunk),
          drain: () => this.drain(),
          close: (_socket, error) => this.closed(error),
        } as Bun.SocketHandler<undefined>,
      })
    } catch {
      // The dialplan cannot distinguish refused, unreachable and timed out: there is no session.
      this.finish('no answer', undefined)
      return
    }
    this.socket.setNoDelay(true)
    this.startMs = clock.now()
    this.send(encodeMessage(MessageKind.Uuid, uuid, this.out))
    this.timers.set(
      'max',
      clock.at(this.startMs + maxMs, () => this.hangUp()),
    )
    this.watchActivity()
    this.tick()
  }

  /** Uses absolute times, so that delays do not add up; the first audio is sent one packet time after the UUID. */
  private tick(): void {
    const { clock, ptimeMs, onKey } = this.options
    for (let key = this.phone.keyEnded(this.nowMs); key; key = this.phone.keyEnded(this.nowMs)) {
      this.send(encodeMessage(MessageKind.Dtmf, Uint8Array.of(key.charCodeAt(0)), this.out))
      this.keysSent.push(key)
      onKey(key, this.nowMs)
    }
    const due = Math.floor(this.nowMs / ptimeMs)
    if (due - this.sentPackets > catchUpMessages) this.sentPackets = due - catchUpMessages
    for (; this.sentPackets < due && !this.over; this.sentPackets++) this.sendPacket()
    if (this.over) return
    this.timers.set(
      'tick',
      clock.at(this.startMs + (due + 1) * ptimeMs, () => this.tick()),
    )
  }

  private sendPacket(): void {
    if (this.phone.keySounds(this.nowMs)) return
    if (!this.phone.speaking && !this.options.sendsSilence) return
    this.phone.fill(this.packet)
    this.said.add(this.packet, this.sentPackets * this.options.ptimeMs)
    this.send(encodeAudio(this.packet, this.out))
  }

  private send(bytes: number): void {
    if (this.unsent.length > 0 || this.over) return
    this.activeAtMs = this.options.clock.now()
    this.write(this.out.subarray(0, bytes))
  }

  private write(bytes: Uint8Array): void {
    const taken = Math.max(0, this.socket?.write(bytes) ?? 0)
    this.unsent = taken < bytes.length ? bytes.slice(taken) : new Uint8Array(0)
  }

  private drain(): void {
    if (this.unsent.length > 0 && !this.over) this.write(this.unsent)
  }

  private receive(chunk: Uint8Array): void {
    if (this.over) return
    this.timers.get('gap')?.cancel()
    this.decoder.push(chunk, (kind, payload) => this.take(kind, payload))
    if (!this.over && this.decoder.heldKind >= 0) this.watchGap()
  }

  private take(kind: number, payload: Uint8Array): void {
    if (this.over) return
    this.activeAtMs = this.options.clock.now()
    const violation = violationOf(kind, payload.length)
    if (violation) {
      this.finish('violation', violation)
      return
    }
    if (kind === MessageKind.Hangup) {
      this.finish('agent hung up', undefined)
      return
    }
    this.audioMessages++
    if (payload.length > playableBytes || payload.length < 2) {
      this.unplayable++
      return
    }
    // Asterisk plays the complete samples of a message with an odd number of bytes.
    this.framer.push(payload.length % 2 === 0 ? payload : payload.subarray(0, -1), rateOf(kind)!)
  }

  private hear(frame: Int16Array): void {
    this.heard.add(frame, this.nowMs)
    this.options.onFrame(frame, this.nowMs)
  }

  /** Checks a second time in the next turn of the event loop, because bytes may have arrived that it has not read. */
  private watchGap(): void {
    const { clock } = this.options
    const gap = (task: () => void, ms: number) => this.timers.set('gap', clock.at(clock.now() + ms, task))
    gap(() => gap(() => this.finish('violation', 'gap inside a message'), 1), messageGapMs)
  }

  private watchActivity(): void {
    const { clock } = this.options
    const check = () => {
      if (clock.now() - this.activeAtMs >= inactivityMs) this.finish('violation', 'no activity for 2000 ms')
      else this.watchActivity()
    }
    this.timers.set('idle', clock.at(this.activeAtMs + inactivityMs, check))
  }

  private closed(error: Error | undefined): void {
    this.finish(error ? 'agent reset' : 'agent closed', undefined)
  }

  private finish(end: CallEnd, violation: Violation | undefined): void {
    if (this.over) return
    this.over = true
    for (const timer of this.timers.values()) timer.cancel()
    this.socket?.end()
    this.resolve({
      end,
      violation,
      tryStatus:
        end === 'agent hung up' || end === 'agent closed' || end === 'caller hung up' ? 'SUCCESS' : 'FAILED',
      durationMs: end === 'no answer' ? 0 : this.nowMs,
      said: this.said.samples().slice(),
      heard: this.heard.samples().slice(),
      gaps: this.heard.gaps(),
      audioMessages: this.audioMessages,
      unplayable: this.unplayable,
      keys: this.keysSent,
    })
  }
}
