// Callers by WebRTC in a process of their own, by libdatachannel: `bun test/support/webrtc/peers.ts URL TOKEN COUNT CODEC`.
// They speak until standard input ends. Prints `connected` when all are, and one JSON line at the end.

import ndc from 'node-datachannel'
import { readWav } from '../../../src/audio/wav.ts'
import { loadOpus, maxEncodedBytes, openG711, openOpus } from '../../../src/webrtc/codec.ts'
import { headerBytes, writeHeader } from '../../../src/webrtc/rtp.ts'

export type PeersResult = {
  asked: number
  connected: number
  connectMs: number[]
  frames: number
  /** Of all frames that time would have brought. */
  share: number
  longestGapMs: number
  p99GapMs: number
  /** Peers whose connection ended before we closed it. */
  endedEarly: number
}

const [url, token, count, codec] = process.argv.slice(2)
const isOpus = codec === 'opus'
const type = isOpus ? 111 : 0
const connectLimitMs = 10_000

async function payloads(): Promise<Uint8Array[]> {
  const file = new URL('../../fixtures/audio/caller-slow.wav', import.meta.url)
  const { samples } = readWav(await Bun.file(file).bytes())
  const encoder = isOpus ? await openOpus((await loadOpus())!) : openG711('pcmu')
  return Array.from({ length: Math.floor(samples.length / 160) }, (_, n) => {
    const out = new Uint8Array(maxEncodedBytes)
    return out.subarray(0, encoder.encode(samples.subarray(n * 160, (n + 1) * 160), out))
  })
}

class Caller {
  readonly gaps: number[] = []
  frames = 0
  connectMs = 0
  openedMs = 0
  isOpen = false
  endedEarly = false
  private lastMs = 0
  private sequence = 0
  private readonly connection = new ndc.PeerConnection('caller', {
    iceServers: [],
    bindAddress: '127.0.0.1',
  })
  private readonly ssrc = crypto.getRandomValues(new Uint32Array(1))[0] & 0x7fff_ffff
  private track: ReturnType<typeof this.connection.addTrack> | undefined

  /** @returns whether it is connected */
  async connect(): Promise<boolean> {
    const startMs = performance.now()
    const audio = new ndc.Audio('0', 'SendRecv')
    if (isOpus) audio.addOpusCodec(type, 'minptime=10;useinbandfec=1')
    else audio.addAudioCodec(type, 'PCMU')
    audio.addSSRC(this.ssrc, 'c', 'c', 'c')
    const track = this.connection.addTrack(audio)
    this.track = track
    track.setMediaHandler(new ndc.RtcpReceivingSession())
    const opened = Promise.withResolvers<boolean>()
    setTimeout(() => opened.resolve(false), connectLimitMs).unref()
    track.onMessage(() => this.heard())
    track.onOpen(() => opened.resolve(true))
    track.onClosed(() => {
      this.endedEarly = this.isOpen
      opened.resolve(false)
    })
    const gathered = new Promise<void>((done) =>
      this.connection.onGatheringStateChange((state) => state === 'complete' && done()),
    )
    this.connection.setLocalDescription('offer' as never)
    await Promise.race([gathered, Bun.sleep(3_000)])
    const response = await fetch(new URL('/webrtc', url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` },
      body: this.connection.localDescription()!.sdp,
    })
    if (!response.ok) return false
    this.connection.setRemoteDescription(await response.text(), 'answer' as never)
    this.isOpen = await opened.promise
    this.openedMs = performance.now()
    this.connectMs = this.openedMs - startMs
    return this.isOpen
  }

  send(payload: Uint8Array): void {
    if (!this.isOpen || this.endedEarly) return
    const packet = Buffer.alloc(headerBytes + payload.length)
    const unit = isOpus ? 960 : 160
    writeHeader(packet, type, this.sequence === 0, this.sequence & 0xffff, this.sequence * unit, this.ssrc)
    packet.set(payload, headerBytes)
    this.sequence++
    try {
      this.track?.sendMessageBinary(packet)
    } catch {
      this.endedEarly = true
    }
  }

  close(): void {
    this.isOpen = false
    this.connection.close()
  }

  private heard(): void {
    const now = performance.now()
    if (this.lastMs > 0) this.gaps.push(now - this.lastMs)
    this.lastMs = now
    this.frames++
  }
}

const sounds = await payloads()
const callers = Array.from({ length: Number(count) }, () => new Caller())
const startMs = performance.now()
let ticks = 0
const clock = setInterval(() => {
  for (; ticks * 20 < performance.now() - startMs; ticks++)
    for (const [n, caller] of callers.entries()) caller.send(sounds[(ticks + n * 97) % sounds.length])
}, 5)
for (const caller of callers) await caller.connect()
process.stdout.write('connected\n')
for await (const _ of process.stdin);
clearInterval(clock)
const nowMs = performance.now()
const live = callers.filter(({ isOpen }) => isOpen)
const due = live.reduce((sum, { openedMs }) => sum + (nowMs - openedMs) / 20, 0)
const frames = live.reduce((sum, caller) => sum + caller.frames, 0)
const gaps = live.flatMap((caller) => caller.gaps).sort((a, b) => a - b)
const result: PeersResult = {
  ...{ asked: callers.length, connected: live.length, frames, share: Math.min(1, frames / Math.max(1, due)) },
  connectMs: live.map(({ connectMs }) => Math.round(connectMs)),
  longestGapMs: Math.round(gaps.at(-1) ?? 0),
  p99GapMs: Math.round(gaps[Math.floor(gaps.length * 0.99)] ?? 0),
  endedEarly: live.filter(({ endedEarly }) => endedEarly).length,
}
for (const caller of callers) caller.close()
// The library says goodbye on a thread of its own.
await Bun.sleep(500)
process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(0)
