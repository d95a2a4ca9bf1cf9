// The part of `ws`, which is built into Bun, that is used here.

declare module 'ws' {
  import type { IncomingMessage } from 'node:http'

  export class WebSocket {
    static readonly OPEN: number
    constructor(url: string, options: { headers: Record<string, string> })
    binaryType: 'arraybuffer'
    readonly readyState: number
    on(event: 'open', listener: () => void): void
    on(event: 'close', listener: (code: number, reason: Buffer) => void): void
    on(event: 'error', listener: (error: Error) => void): void
    on(event: 'unexpected-response', listener: (request: unknown, response: IncomingMessage) => void): void
    addEventListener(event: 'message', listener: (event: { data: string | ArrayBuffer }) => void): void
    send(data: string | ArrayBufferLike | ArrayBufferView): void
    close(code?: number, reason?: string): void
  }
}
