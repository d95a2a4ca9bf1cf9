// Peers for tests on real sockets: one that writes any bytes, and the program's simulated Asterisk on a faked clock.
// They wait for conditions, never for time.

import { MessageDecoder } from '../../../src/audiosocket/message.ts'
import { SimulatedAsterisk } from '../../../src/caller/asterisk.ts'
import { callDefaults, type GivenCall } from '../../../src/caller/call.ts'
import type { FakeClock } from '../lab/fake-clock.ts'

/** Long enough for a busy machine, shorter than the limit of a test, whose message would not say what was awaited. */
const patienceMs = 50_000

/**
 * Turns the event loop until `holds`.
 *
 * @throws {Error} naming `what` when it does not hold after 50 s
 */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + patienceMs
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`did not happen within ${patienceMs} ms: ${what}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Hex with spaces, or bytes. */
export type Bytes = string | Uint8Array

export function bytesOf(bytes: Bytes): Uint8Array {
  return typeof bytes === 'string' ? Uint8Array.fromHex(bytes.replaceAll(/\s/g, '')) : bytes
}

/** One message. */
export function message(kind: number, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(3 + payload.length)
  out.set([kind, payload.length >> 8, payload.length & 0xff])
  out.set(payload, 3)
  return out
}

export const uuidOf = (last: number) => `00112233-4455-6677-8899-${last.toString(16).padStart(12, '0')}`
export const uuidMessage = (uuid: string) => bytesOf(`01 0010 ${uuid.replaceAll('-', '')}`)

/** A TCP peer that keeps no protocol: it sends any bytes and records the messages that arrive. */
export class RawPeer {
  /** Whole messages that came. */
  readonly messages: { kind: number; bytes: number }[] = []
  closed = false
  private readonly decoder = new MessageDecoder()
  private rest: Uint8Array = new Uint8Array(0)
  private constructor(private readonly socket: () => Bun.Socket) {}

  static async connect(port: number): Promise<RawPeer> {
    const peer = new RawPeer(() => socket)
    const socket: Bun.Socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data: (_socket, chunk) =>
          peer.decoder.push(chunk, (kind, payload) => peer.messages.push({ kind, bytes: payload.length })),
        drain: () => peer.flush(),
        close: () => {
          peer.closed = true
        },
        error: (_socket, error) => {
          throw error
        },
      },
    })
    socket.setNoDelay(true)
    return peer
  }

  /** Queues what the socket does not take yet, so that a flood arrives whole. */
  write(bytes: Bytes): void {
    this.rest = new Uint8Array(Buffer.concat([this.rest, bytesOf(bytes)]))
    this.flush()
  }

  /** One write a byte, with a turn of the loop between them. */
  async writeByteByByte(bytes: Bytes): Promise<void> {
    for (const byte of bytesOf(bytes)) {
      this.write(Uint8Array.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** FIN. */
  end = (): void => void this.socket().end()
  /** FIN of our half only: we would still read. */
  halfClose = (): void => this.socket().shutdown()
  /** RST. */
  reset = (): void => this.socket().terminate()
  /** Stops reading. */
  pause = (): void => void this.socket().pause()

  private flush(): void {
    const taken = Math.max(0, this.socket().write(this.rest))
    this.rest = this.rest.subarray(taken)
  }
}

/** A well-behaved call on a faked clock. */
export async function goodCall(port: number, clock: FakeClock, options: Partial<GivenCall> = {}) {
  const heard: number[] = []
  const call = await SimulatedAsterisk.call({
    host: '127.0.0.1',
    port,
    clock,
    callId: uuidOf(1),
    ...callDefaults,
    maxMs: 3_600_000,
    ...options,
    onFrame: (frame) => heard.push(frame[0]),
  })
  return {
    call,
    heard,
    /** One packet later, its echo has come back: the server serves. */
    async proves(): Promise<void> {
      const before = heard.length
      clock.advance(20)
      await until(() => heard.length > before, 'the good call hears its echo')
    },
  }
}
