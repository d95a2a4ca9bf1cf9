// The RTP side of a phone: one UDP socket that sends audio at its ptime by absolute deadlines, sends keys as RFC 4733
// events in place of audio, spoils what it sends as a bad network would, and keeps what it hears.

import type { udp } from 'bun'
import { decode, encode, type Law, payloadTypes } from './g711.ts'
import { Heard } from './heard.ts'
import { Loudspeaker } from './loudspeaker.ts'

export type MediaOptions = {
  law: Law
  ptimeMs: number
  /** The largest random delay of a packet, in milliseconds. More than `ptimeMs` changes their order. */
  jitterMs: number
  /** Share of the packets that never leave, 0 to 1. Keys are spared: their loss is RFC 4733's own affair. */
  loss: number
  /** What the loudspeaker plays comes back through the microphone, so much lower and later. */
  echo: { db: number; delayMs: number } | undefined
  /** 0 to 1, for jitter and loss. */
  random: () => number
}

export const mediaDefaults = {
  law: 'alaw',
  ptimeMs: 20,
  jitterMs: 0,
  loss: 0,
  echo: undefined,
  random: Math.random,
} as const satisfies MediaOptions

const eventPayloadType = 101
const eventCodes = '0123456789*#ABCD'
const keyMs = 160
const betweenKeysMs = 140

export class Media {
  readonly heard: Heard
  sentPackets = 0
  private peerPort = 0
  private sequence = 1
  private timestamp = 0
  private readonly ssrc = (Math.random() * 0xffffffff) >>> 0
  private source: { samples: Int16Array; at: number; loop: boolean } | undefined
  private keys: { code: number; doneMs: number }[] = []
  private pauseMs = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private closed = false

  private constructor(
    private readonly socket: udp.Socket<'buffer'>,
    readonly options: MediaOptions,
    heard: Heard,
    /** Packets that came back because the peer's port is closed. */
    readonly refused: { readonly packets: number },
    private readonly loudspeaker: Loudspeaker,
  ) {
    this.heard = heard
  }

  static async open(options: Partial<MediaOptions> = {}): Promise<Media> {
    const all = { ...mediaDefaults, ...options }
    const heard = new Heard()
    const refused = { packets: 0 }
    const played = new Loudspeaker(all.echo)
    const audioType = payloadTypes[all.law]
    const socket = await Bun.udpSocket({
      hostname: '127.0.0.1',
      socket: {
        data: (_socket, data) => {
          if (data.length <= 12 || (data[1] & 127) !== audioType) return
          const samples = decode(all.law, data.subarray(12))
          played.push(samples)
          heard.packets.push({
            atMs: performance.now(),
            sequence: data.readUInt16BE(2),
            timestamp: data.readUInt32BE(4),
            ssrc: data.readUInt32BE(8),
            samples,
          })
        },
        // The kernel reports that the other side has closed its port: packets sent at the end of a call.
        error: () => {
          refused.packets++
        },
      },
    })
    return new Media(socket, all, heard, refused, played)
  }

  get port(): number {
    return this.socket.port
  }

  get payloadType(): number {
    return payloadTypes[this.options.law]
  }

  /** Begins to send, silence until told otherwise. A second call only changes the port. */
  start(peerPort: number): void {
    const begun = this.peerPort !== 0
    this.peerPort = peerPort
    if (!begun) this.tick(performance.now())
  }

  /** @param samples 8 kHz, sent once or again and again; `undefined` is silence */
  play(samples: Int16Array | undefined, loop = false): void {
    this.source = samples && { samples, at: 0, loop }
  }

  /** Presses keys, one after the other, 160 ms each with 140 ms between them. */
  press(keys: string): void {
    for (const key of keys) {
      const code = eventCodes.indexOf(key)
      if (code < 0) throw new RangeError(`no telephone has the key ${key}`)
      this.keys.push({ code, doneMs: 0 })
    }
  }

  close(): void {
    this.closed = true
    clearTimeout(this.timer)
    this.socket.close()
  }

  private tick(dueMs: number): void {
    if (this.closed) return
    this.packet()
    const nextMs = dueMs + this.options.ptimeMs
    this.timer = setTimeout(() => this.tick(nextMs), Math.max(0, nextMs - performance.now()))
  }

  private packet(): void {
    const length = this.options.ptimeMs * 8
    const key = this.keys[0]
    if (key && this.pauseMs <= 0) this.keyPacket(key)
    else {
      this.pauseMs -= this.options.ptimeMs
      this.audioPacket(this.take(length))
    }
    this.timestamp = (this.timestamp + length) >>> 0
  }

  private audioPacket(samples: Int16Array): void {
    const { law, loss, jitterMs, random } = this.options
    const packet = this.head(this.payloadType, this.timestamp, encode(law, samples))
    if (random() < loss) return
    if (jitterMs > 0) setTimeout(() => this.send(packet), random() * jitterMs)
    else this.send(packet)
  }

  /** One event packet per ptime with the duration so far; the last one three times, as RFC 4733 2.5.1.4 asks. */
  private keyPacket(key: { code: number; doneMs: number }): void {
    const startTimestamp = this.timestamp - key.doneMs * 8
    const isFirst = key.doneMs === 0
    key.doneMs += this.options.ptimeMs
    const isLast = key.doneMs >= keyMs
    const duration = key.doneMs * 8
    const event = Uint8Array.of(key.code, (isLast ? 0x80 : 0) | 10, duration >> 8, duration & 255)
    for (let copy = 0; copy < (isLast ? 3 : 1); copy++)
      this.send(this.head(eventPayloadType, startTimestamp >>> 0, event, isFirst))
    if (!isLast) return
    this.keys.shift()
    this.pauseMs = betweenKeysMs
  }

  private head(type: number, timestamp: number, payload: Uint8Array, marker = false): Buffer {
    const packet = Buffer.alloc(12 + payload.length)
    packet[0] = 0x80
    packet[1] = type | (marker ? 0x80 : 0)
    packet.writeUInt16BE(this.sequence, 2)
    packet.writeUInt32BE(timestamp, 4)
    packet.writeUInt32BE(this.ssrc, 8)
    packet.set(payload, 12)
    this.sequence = (this.sequence + 1) & 0xffff
    return packet
  }

  private send(packet: Buffer): void {
    if (this.closed) return
    this.socket.send(packet, this.peerPort, '127.0.0.1')
    this.sentPackets++
  }

  private take(length: number): Int16Array {
    const frame = this.loudspeaker.echo(length)
    const source = this.source
    if (!source) return frame
    for (let i = 0; i < length; i++) {
      if (source.at >= source.samples.length) {
        if (!source.loop) {
          this.source = undefined
          break
        }
        source.at = 0
      }
      frame[i] = Math.max(-32_768, Math.min(32_767, frame[i] + source.samples[source.at++]))
    }
    return frame
  }
}
