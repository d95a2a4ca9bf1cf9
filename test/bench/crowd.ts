// Many callers in one process, with as little work as possible: each sends its UUID and 20 ms of audio every 20 ms, and notes
// when what arrives. One timer for all; what is measured is the bot.

import { encodeMessage, MessageKind, uuidBytes } from '../../src/audiosocket/message.ts'

const headerBytes = 3
const frameMessage = new Uint8Array(323)
frameMessage.set([0x10, 0x01, 0x40])

/** DTMF `*`. */
const starKey = Uint8Array.of(0x03, 0x00, 0x01, 0x2a)

export class CrowdCaller {
  sentUuidMs = 0
  firstMs = Number.NaN
  firstAudibleMs = Number.NaN
  readonly arrivalsMs: number[] = []
  ended = false
  private frames = 0
  private enough: { frames: number; resolve: () => void } | undefined
  private socket: Bun.Socket | undefined
  private rest = new Uint8Array(0)

  constructor(private readonly keepArrivals: boolean) {}

  async dial(port: number): Promise<void> {
    this.socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data: (_, bytes) => this.hear(bytes),
        close: () => this.over(),
        error: () => this.over(),
      },
    })
    this.socket.setNoDelay(true)
    this.sentUuidMs = performance.now()
    const message = new Uint8Array(19)
    encodeMessage(MessageKind.Uuid, uuidBytes(crypto.randomUUID()) ?? new Uint8Array(16), message)
    this.socket.write(message)
  }

  /** 20 ms of silence, as a quiet caller sends it. */
  tick(): void {
    if (!this.ended) this.socket?.write(frameMessage)
  }

  /** Resolves when `frames` frames have arrived, or when no more can. */
  heard(frames: number): Promise<void> {
    return new Promise((resolve) => {
      this.enough = { frames, resolve }
    })
  }

  private over(): void {
    this.ended = true
    this.enough?.resolve()
  }

  /** Asks to hear it again, which keeps the desk talking and the call up. */
  askAgain(): void {
    if (!this.ended) this.socket?.write(starKey)
  }

  hangUp(): void {
    this.socket?.end()
    this.ended = true
  }

  private hear(bytes: Uint8Array): void {
    const now = performance.now()
    let all = bytes
    if (this.rest.length > 0) {
      all = new Uint8Array(this.rest.length + bytes.length)
      all.set(this.rest)
      all.set(bytes, this.rest.length)
    }
    let at = 0
    while (all.length - at >= headerBytes) {
      const length = (all[at + 1] << 8) | all[at + 2]
      if (all.length - at < headerBytes + length) break
      if (all[at] === 0x10) this.frame(all.subarray(at + headerBytes, at + headerBytes + length), now)
      at += headerBytes + length
    }
    this.rest = all.slice(at)
  }

  private frame(payload: Uint8Array, now: number): void {
    if (Number.isNaN(this.firstMs)) this.firstMs = now
    if (++this.frames === this.enough?.frames) this.enough.resolve()
    if (this.keepArrivals) this.arrivalsMs.push(now)
    if (Number.isNaN(this.firstAudibleMs) && payload.some((byte) => byte !== 0)) this.firstAudibleMs = now
  }
}

/** Runs every caller's clock until `stop`. */
export function clockOf(callers: readonly CrowdCaller[]): { stop(): void } {
  let next = performance.now() + 20
  let timer: Timer
  const beat = () => {
    for (const caller of callers) caller.tick()
    next += 20
    timer = setTimeout(beat, Math.max(0, next - performance.now()))
  }
  timer = setTimeout(beat, 20)
  return { stop: () => clearTimeout(timer) }
}

/** Of a list of numbers: `{ p50, p99, max }`, two decimals. */
export function spread(values: readonly number[]): { n: number; p50: number; p99: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN)
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}

export const round = (value: number): number => Math.round(value * 100) / 100
