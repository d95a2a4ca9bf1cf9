// Callers who speak AudioSocket themselves, without Asterisk: cheap enough for fifty at once, and they hear every sample.

import {
  encodeAudio,
  encodeMessage,
  MessageDecoder,
  MessageKind,
  uuidBytes,
} from '../../../src/audiosocket/message.ts'

const frameMs = 20
const silence = new Uint8Array(323)
encodeAudio(new Int16Array(160), silence)
const mostHeardFrames = 30 * 50

/** `hung up`: by the bot's message; `cut`: the connection ended without it; `refused`: there was no connection. */
export type Fate = 'dialling' | 'up' | 'hung up' | 'cut' | 'refused' | 'left'

export class AudioCaller {
  readonly callId: string = crypto.randomUUID()
  readonly dialledAtMs = performance.now()
  fate: Fate = 'dialling'
  /** Times of `performance.now()`; 0 until then. */
  firstFrameAtMs = 0
  endedAtMs = 0
  frames = 0
  longestGapMs = 0
  private lastFrameAtMs = 0
  private readonly heard: Uint8Array[] = []
  private readonly decoder = new MessageDecoder()
  private socket: Bun.Socket | undefined

  constructor(port: number) {
    Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        binaryType: 'uint8array',
        open: (socket) => this.opened(socket),
        data: (_socket, chunk) => this.decoder.push(chunk, (kind, payload) => this.take(kind, payload)),
        close: () => this.end('cut'),
        error: () => this.end('cut'),
      } as Bun.SocketHandler<undefined>,
    }).catch(() => this.end('refused'))
  }

  get isUp(): boolean {
    return this.fate === 'dialling' || this.fate === 'up'
  }

  /** What was heard: 8 kHz, of the first 30 s. */
  samples(): Int16Array {
    return new Int16Array(new Uint8Array(Buffer.concat(this.heard)).buffer)
  }

  /** From now on, the longest gap is counted anew. */
  forgetGaps(): void {
    this.longestGapMs = 0
  }

  press(key: string): void {
    if (this.fate === 'up') this.send(MessageKind.Dtmf, Uint8Array.of(key.charCodeAt(0)))
  }

  /** Sends 20 ms of silence. */
  tick(): void {
    if (this.fate === 'up') this.socket?.write(silence)
  }

  /** The caller hangs up. */
  leave(): void {
    if (!this.isUp) return
    this.end('left')
    this.socket?.end()
  }

  private opened(socket: Bun.Socket): void {
    this.socket = socket
    socket.setNoDelay(true)
    if (this.fate === 'left') {
      socket.end()
      return
    }
    this.fate = 'up'
    this.send(MessageKind.Uuid, uuidBytes(this.callId)!)
  }

  private send(kind: number, payload: Uint8Array): void {
    const bytes = new Uint8Array(3 + payload.length)
    encodeMessage(kind, payload, bytes)
    this.socket?.write(bytes)
  }

  private take(kind: number, payload: Uint8Array): void {
    if (kind === MessageKind.Hangup) {
      this.end('hung up')
      this.socket?.end()
      return
    }
    if (kind !== MessageKind.Audio8k) return
    const now = performance.now()
    if (this.frames++ === 0) this.firstFrameAtMs = now
    else this.longestGapMs = Math.max(this.longestGapMs, now - this.lastFrameAtMs)
    this.lastFrameAtMs = now
    if (this.heard.length < mostHeardFrames) this.heard.push(payload.slice())
  }

  private end(fate: Fate): void {
    if (!this.isUp) return
    this.fate = fate
    this.endedAtMs = performance.now()
  }
}

/** Callers of one case: they send in step, and hang up with it. */
export class Callers {
  readonly all: AudioCaller[] = []
  private readonly timer: Timer
  private dueMs = performance.now()

  constructor(cleanup: (end: () => unknown) => void) {
    this.timer = setInterval(() => this.tick(), frameMs / 2)
    cleanup(() => this.close())
  }

  dial(port: number): AudioCaller {
    const caller = new AudioCaller(port)
    this.all.push(caller)
    return caller
  }

  /** One after another. @param everyMs time between two */
  async dialMany(port: number, count: number, everyMs = 0): Promise<AudioCaller[]> {
    const callers: AudioCaller[] = []
    for (let i = 0; i < count; i++) {
      callers.push(this.dial(port))
      if (everyMs > 0) await Bun.sleep(everyMs)
    }
    return callers
  }

  close(): void {
    clearInterval(this.timer)
    for (const caller of this.all) caller.leave()
  }

  private tick(): void {
    const now = performance.now()
    // After a hold-up the kernel's buffer would have the rest; a bot drops what is faster than real time.
    if (now - this.dueMs > 1_000) this.dueMs = now
    for (; this.dueMs <= now; this.dueMs += frameMs) for (const caller of this.all) caller.tick()
  }
}

/** How many of them came to each end. */
export function fates(callers: readonly AudioCaller[]): Partial<Record<Fate, number>> {
  const counts: Partial<Record<Fate, number>> = {}
  for (const { fate } of callers) counts[fate] = (counts[fate] ?? 0) + 1
  return counts
}
