// One socket of a streaming stand-in: what it received and sent, and the faults that its audio brings about.

import type { ServerWebSocket } from 'bun'
import type { Body } from './fastapi.ts'
import type { Fault } from './faults.ts'

export abstract class EarSocket {
  /** Events of the client, oldest first; audio is left out and stands in `chunks`. */
  readonly received: Body[] = []
  readonly sent: Body[] = []
  /** Decoded audio, message by message. */
  readonly chunks: Uint8Array[] = []
  audioMs = 0
  closed: { code: number; reason: string } | undefined
  deaf = false
  /** Events go out as binary frames. */
  protected binary = false
  private muted = false
  private socket: ServerWebSocket<unknown> | undefined
  private readonly timers = new Set<Timer>()

  constructor(
    readonly url: URL,
    readonly headers: Record<string, string>,
    private readonly faults: Fault[],
  ) {}

  /** Sends what the server says first. */
  abstract greet(): void
  abstract receive(message: string | Uint8Array): void

  open(socket: ServerWebSocket<unknown>, pingMs: number | undefined): void {
    this.socket = socket
    if (pingMs !== undefined) this.timers.add(setInterval(() => socket.ping(), pingMs))
  }

  send(event: Body): void {
    if (!this.socket || this.closed || this.muted) return
    this.sent.push(event)
    const text = JSON.stringify(event)
    this.socket.send(this.binary ? new TextEncoder().encode(text) : text)
  }

  close(code: number, reason: string): void {
    if (!this.closed) this.socket?.close(code, reason)
  }

  /** @returns stops the timer */
  later(ms: number, act: () => void): () => void {
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      if (!this.closed) act()
    }, ms)
    this.timers.add(timer)
    return () => {
      clearTimeout(timer)
      this.timers.delete(timer)
    }
  }

  /** The peer or we closed it. */
  ended(code: number, reason: string): void {
    this.closed ??= { code, reason }
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
  }

  /** Audio of `ms` arrived: faults that were to come by now come. */
  heard(chunk: Uint8Array, ms: number): void {
    this.chunks.push(chunk)
    this.audioMs += ms
    for (const fault of [...this.faults]) {
      if (!('afterAudioMs' in fault) || this.audioMs < fault.afterAudioMs) continue
      this.faults.splice(this.faults.indexOf(fault), 1)
      if (fault.kind === 'wsClose') this.close(fault.code, fault.reason)
      else if (fault.kind === 'wsDrop') this.socket?.terminate()
      else if (fault.kind === 'wsGarbage') this.socket?.send('{"type":')
      else if (fault.kind === 'wsMute') this.muted = true
      else this.deaf = true
    }
  }
}
