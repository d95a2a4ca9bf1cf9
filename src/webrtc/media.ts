// The sound of one peer: RTP in becomes frames, one per 20 ms, and frames become RTP. It runs on the 20 ms path, so it
// reuses its memory and nothing throws.

import { frameMs, frameSamples, silenceFrame } from '../audio/pcm.ts'
import { type Codec, maxDecodedSamples, maxEncodedBytes } from './codec.ts'
import { JitterBuffer } from './jitter.ts'
import { maxRedBytes, RedWriter, readRed } from './red.ts'
import { emptyPacket, headerBytes, readRtp, writeHeader } from './rtp.ts'

export type MediaOptions = {
  codec: Codec
  payloadType: number
  redType: number | undefined
  ssrc: number
  /** Sends one packet; must not throw. @param packet valid until return */
  send: (packet: Uint8Array) => void
}

export class Media {
  readonly jitter: JitterBuffer
  private readonly packet = emptyPacket()
  private readonly out = new Uint8Array(headerBytes + maxRedBytes)
  private readonly payload = this.out.subarray(headerBytes)
  private readonly encoded = new Uint8Array(maxEncodedBytes)
  private readonly red: RedWriter | undefined
  /** Decoded samples that wait, for peers whose packets are longer than a frame. */
  private readonly decoded = new Int16Array(maxDecodedSamples + frameSamples)
  private samples = 0
  private sequence = Math.floor(Math.random() * 0x8000)
  private timestamp = Math.floor(Math.random() * 0x7fff_ffff)
  private isFirst = true
  private nowMs = 0

  constructor(private readonly options: MediaOptions) {
    const { codec, payloadType, redType } = options
    this.jitter = new JitterBuffer({
      unitsPerMs: codec.unitsPerFrame / frameMs,
      hasFec: (payload) => codec.hasFec(payload),
    })
    this.red = redType === undefined ? undefined : new RedWriter(payloadType)
  }

  /** One packet of the peer, any bytes. */
  receive(bytes: Uint8Array, nowMs: number): void {
    const { packet } = this
    if (!readRtp(bytes, packet)) return
    if (packet.payloadType === this.options.payloadType)
      this.jitter.push(packet.sequence, packet.timestamp, packet.payload, nowMs)
    else if (packet.payloadType === this.options.redType) {
      this.nowMs = nowMs
      readRed(packet.payload, this.takeBlock)
    }
  }

  /** @param frame 160 samples, filled when the answer is true @returns false when the peer sends nothing now */
  next(frame: Int16Array): boolean {
    while (this.samples < frameSamples) if (!this.decodeNext()) return false
    frame.set(this.decoded.subarray(0, frameSamples))
    this.samples -= frameSamples
    if (this.samples > 0) this.decoded.copyWithin(0, frameSamples, frameSamples + this.samples)
    return true
  }

  sendFrame(frame: Int16Array): void {
    const { codec, payloadType, redType, ssrc, send } = this.options
    const { encoded, payload, red, timestamp } = this
    const encodedBytes = codec.encode(frame, encoded)
    this.timestamp = (timestamp + codec.unitsPerFrame) >>> 0
    if (encodedBytes === 0) return
    const own = encoded.subarray(0, encodedBytes)
    const bytes = red ? red.write(own, timestamp, payload) : encodedBytes
    if (red === undefined) payload.set(own)
    writeHeader(this.out, redType ?? payloadType, this.isFirst, this.sequence, timestamp, ssrc)
    this.isFirst = false
    this.sequence = (this.sequence + 1) & 0xffff
    send(this.out.subarray(0, headerBytes + bytes))
  }

  sendSilence(): void {
    this.sendFrame(silenceFrame)
  }

  close(): void {
    this.options.codec.close()
  }

  private readonly takeBlock = (block: Uint8Array, age: number): void => {
    const { sequence, timestamp } = this.packet
    if (age === 0) this.jitter.push(sequence, timestamp, block, this.nowMs)
    else {
      const back = Math.round(age / this.options.codec.unitsPerFrame)
      if (back > 0) this.jitter.push((sequence - back) & 0xffff, timestamp - age, block, this.nowMs, back)
    }
  }

  private decodeNext(): boolean {
    const { codec } = this.options
    const played = this.jitter.take()
    if (played.kind === 'none') {
      this.samples = 0
      return false
    }
    const into = this.decoded.subarray(this.samples)
    let length = 0
    if (played.kind === 'packet') length = codec.decode(played.payload, into)
    else if (played.kind === 'restore') length = codec.restore(played.payload, into)
    if (length === 0) length = codec.conceal(into)
    if (length === 0) {
      into.fill(0, 0, frameSamples)
      length = frameSamples
    }
    this.samples += length
    return true
  }
}
