// Keeps what one connection sends, byte by byte, in captures/, where the fuzzer takes it from.

import { join } from 'node:path'
import { until } from '../support/clouds/until.ts'

export class Capture {
  private readonly chunks: Uint8Array[] = []
  private isClosed = false
  private peer: Bun.Socket | undefined
  private bytes = 0
  private readonly listener = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      binaryType: 'uint8array',
      open: (socket) => {
        this.peer = socket
      },
      data: (_socket, chunk) => {
        this.chunks.push(chunk.slice())
        this.bytes += chunk.length
      },
      close: () => {
        this.isClosed = true
      },
    } as Bun.SocketHandler<undefined>,
  })

  get port(): number {
    return this.listener.port
  }

  /** Resolves when `bytes` bytes have arrived; the calling test sends to the peer meanwhile. */
  async received(bytes: number): Promise<void> {
    await until(`${bytes} bytes`, () => this.bytes >= bytes)
  }

  send(bytes: Uint8Array): void {
    this.peer?.write(bytes)
  }

  /** Waits for the peer to close, writes the file, and tells of it. */
  async save(name: string): Promise<void> {
    await until('the call is over', () => this.isClosed)
    this.listener.stop(true)
    const all = Buffer.concat(this.chunks)
    await Bun.write(join(import.meta.dir, 'captures', `${name}.bin`), all)
    console.log(`${name}: ${all.length} bytes, ends with ${all.subarray(-3).toString('hex')}`)
  }
}
