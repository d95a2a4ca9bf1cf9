// The beginning of a connection that comes from a proxy of PROXY_FROM: whom the proxy passes on, by its header, before
// any byte counts as the call's. A connection without a header is the proxy's own, as HAProxy's without `send-proxy`.
//
// A health check connects, may send a header that speaks for the proxy itself, and closes: that is not a refused call.

import type { Clock, Timer } from '../base/clock.ts'
import { CloseReason, type ConnectionSocket } from './connection.ts'
import { readProxyHeader } from './proxy-header.ts'

export type ProxyIntroOptions = {
  clock: Clock
  /** The proxy's address. */
  address: string
  isProxy: (address: string) => boolean
  /**
   * The connection's real beginning: `address` is the peer's that the proxy passes on, or the proxy's own.
   *
   * @param rest bytes behind the header, valid until return
   */
  onKnown: (address: string, rest: Uint8Array, nowMs: number) => void
  /** It ended before that. @param reason undefined for a health check */
  onOver: (intro: ProxyIntro, reason: string | undefined) => void
}

/** The specification's least: a lost packet is sent again within this time. */
const headerTimeoutMs = 3_000
const noBytes = new Uint8Array(0)

export class ProxyIntro {
  /** As of a connection that has not sent its UUID. */
  readonly callId = ''
  private held: Uint8Array = noBytes
  /** The address of a whole header; undefined before it. */
  private source: string | undefined
  private isOver = false
  private readonly timer: Timer

  constructor(
    private readonly socket: Pick<ConnectionSocket, 'end'>,
    private readonly options: ProxyIntroOptions,
  ) {
    const { clock } = options
    this.timer = clock.at(clock.now() + headerTimeoutMs, () => this.destroy(CloseReason.NoUuid))
  }

  /** From the socket. @param chunk not kept after return */
  onData(chunk: Uint8Array, nowMs: number): void {
    if (this.isOver) return
    if (this.source !== undefined) {
      this.known(this.source, chunk, nowMs)
      return
    }
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk])
    const header = readProxyHeader(bytes)
    if (header.kind === 'incomplete') this.held = new Uint8Array(bytes)
    else if (header.kind === 'bad') this.destroy(`bad PROXY header: ${header.why}`)
    else if (header.kind === 'none') this.known(this.options.address, bytes, nowMs)
    else this.take(header.source ?? this.options.address, bytes.subarray(header.length), nowMs)
  }

  onDrain(): void {}

  /** From the socket, its last event. */
  onClose(error?: Error): void {
    const reason = error ? CloseReason.PeerReset : CloseReason.PeerClosed
    this.finish(this.held.length === 0 ? undefined : `${reason} within its PROXY header`)
  }

  destroy(reason: string): void {
    if (this.isOver) return
    this.finish(reason)
    this.socket.end()
  }

  /** A proxy that speaks for itself may mean a health check: only a further byte makes it a connection. */
  private take(source: string, rest: Uint8Array, nowMs: number): void {
    this.held = noBytes
    if (rest.length > 0 || !this.options.isProxy(source)) this.known(source, rest, nowMs)
    else this.source = source
  }

  private known(address: string, rest: Uint8Array, nowMs: number): void {
    this.isOver = true
    this.timer.cancel()
    this.options.onKnown(address, rest, nowMs)
  }

  private finish(reason: string | undefined): void {
    if (this.isOver) return
    this.isOver = true
    this.timer.cancel()
    this.options.onOver(this, reason)
  }
}
