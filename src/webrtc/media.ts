// The sound of one peer: RTP in becomes frames, one per 20 ms, and frames become RTP. It runs on the 20 ms path, so it
// reuses its memory and nothing throws.

import { frameMs, frameSamples, silenceFrame } from '../audio/pcm.ts'
import { type Codec, maxDecodedSamples, maxEncodedBytes } from './codec.ts'
import { JitterBuffer } from './jitter.ts'
import { emptyPacket, headerBytes, readRed, readRtp, writeHeader } from './rtp.ts'

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
  private readonly out = new Uint8Array(headerBytes + maxEncodedBytes)
  private readonly payload = this.out.subarray(headerBytes)
  /** Decoded samples that wait, for peers whose packets are longer than a frame. */
  private readonly decoded = new Int16Array(maxDecodedSamples + frameSamples)
  private samples = 0
  private sequence = Math.floor(Math.random() * 0x8000)
  private timestamp = Math.floor(Math.random() * 0x7fff_ffff)
  private isFirst = true
  private nowMs = 0

  constructor(private readonly options: MediaOptions) {
    this.jitter = new JitterBuffer({ unitsPerMs: options.codec.unitsPerFrame / frameMs })
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
    const { codec, payloadType, ssrc, send } = this.options
    const bytes = codec.encode(frame, this.payload)
    writeHeader(this.out, payloadType, this.isFirst, this.sequence, this.timestamp, ssrc)
    this.isFirst = false
    this.timestamp = (this.timestamp + codec.unitsPerFrame) >>> 0
    if (bytes === 0) return
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
      if (back > 0) this.jitter.push((sequence - back) & 0xffff, timestamp - age, block, this.nowMs, true)
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
