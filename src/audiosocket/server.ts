// Listens for Asterisk and turns each socket into a connection with a UUID. Refuses by address, by limits, by a
// UUID that is missing or already in a call; says why in one log line. What a call is, is the business of `onCall`.

import { type Clock, systemClock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import { type Log, silentLog } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import { type AllowList, createAllowList, loopbackOnly } from './allow.ts'
import { AudioSocketConnection, connectionDefaults } from './connection.ts'
import { createWireCounters } from './counters.ts'

export type ServerOptions = {
  host: string
  /** 0 takes a free one; `AudioSocketServer.port` tells which. */
  port: number
  /** Takes a call: sets `listener` before it returns. `destroy` or an exception refuses. */
  onCall: (connection: AudioSocketConnection) => void
  clock: Clock
  log: Log
  metrics: Metrics
  /** Address ranges that may connect. */
  allow: readonly string[]
  /** Open sockets, with or without a call; above the limit of calls, so that a call too many hears why. */
  maxConnections: number
  maxConnectionsPerPeer: number
  uuidTimeoutMs: number
  stallTimeoutMs: number
  hangUpTimeoutMs: number
}

export const serverDefaults = {
  ...connectionDefaults,
  host: '127.0.0.1',
  port: 9092,
  clock: systemClock,
  log: silentLog,
  allow: loopbackOnly,
  maxConnections: 1_000,
  maxConnectionsPerPeer: 1_000,
} as const satisfies Partial<ServerOptions>

type Given = Pick<ServerOptions, 'onCall'> & Partial<ServerOptions>
type Peer = { connection: AudioSocketConnection; address: string }
type Socket = Bun.Socket<Peer | undefined>

export class AudioSocketServer {
  private readonly options: ServerOptions
  private readonly allow: AllowList
  private readonly counters
  private readonly open = new Set<AudioSocketConnection>()
  private readonly perPeer = new Map<string, number>()
  private readonly calls = new Map<string, AudioSocketConnection>()
  private readonly listener: Bun.TCPSocketListener<Peer | undefined>

  /** Listens at once. @throws {ConfigError} on a bad range, {Error} when the port is taken */
  constructor(options: Given) {
    this.options = { metrics: new Metrics(), ...serverDefaults, ...options }
    this.allow = createAllowList(this.options.allow)
    this.counters = createWireCounters(this.options.metrics)
    this.listener = Bun.listen<Peer | undefined>({
      hostname: this.options.host,
      port: this.options.port,
      data: undefined,
      socket: {
        binaryType: 'uint8array',
        open: (socket) => this.guard(socket, () => this.accept(socket)),
        data: (socket, chunk) => this.guard(socket, () => socket.data?.connection.onData(chunk)),
        drain: (socket) => this.guard(socket, () => socket.data?.connection.onDrain()),
        close: (socket, error) => this.guard(socket, () => socket.data?.connection.onClose(error)),
        error: (socket, error) => this.fail(socket, error),
      } as Bun.SocketHandler<Peer | undefined>,
    })
  }

  get port(): number {
    return this.listener.port
  }

  /** Open sockets, with or without a call. */
  get connections(): number {
    return this.open.size
  }

  /** Takes no more connections; those that are open go on. */
  stopAccepting(): void {
    this.listener.stop(false)
  }

  /** Ends everything at once; a drain is `stopAccepting` and the end of the calls by those who lead them. */
  close(): void {
    this.listener.stop(false)
    for (const connection of [...this.open]) connection.destroy('server closed')
  }

  private accept(socket: Socket): void {
    const address = socket.remoteAddress
    this.counters.connections.add()
    const refusal = this.refusal(address)
    if (refusal) {
      this.refuse(refusal, { peer: address })
      socket.end()
      return
    }
    socket.setNoDelay(true)
    const connection = new AudioSocketConnection(socket, {
      ...this.options,
      counters: this.counters,
      onUuid: (ready) => this.offer(ready),
      onOver: (over, reason) => this.forget(over, address, reason),
      onFailure: (failed, error) => this.tell(failed.callId, error),
    })
    socket.data = { connection, address }
    this.open.add(connection)
    this.perPeer.set(address, (this.perPeer.get(address) ?? 0) + 1)
  }

  private refusal(address: string): string | undefined {
    if (!this.allow.allows(address)) return 'address not allowed'
    if (this.open.size >= this.options.maxConnections) return 'too many connections'
    const ofPeer = this.perPeer.get(address) ?? 0
    return ofPeer >= this.options.maxConnectionsPerPeer ? 'too many connections of this peer' : undefined
  }

  private offer(connection: AudioSocketConnection): void {
    const { callId } = connection
    if (this.calls.has(callId)) {
      connection.destroy('uuid in use')
      return
    }
    this.calls.set(callId, connection)
    this.counters.calls.add()
    this.options.onCall(connection)
  }

  private forget(connection: AudioSocketConnection, address: string, reason: string): void {
    this.open.delete(connection)
    const left = (this.perPeer.get(address) ?? 1) - 1
    if (left > 0) this.perPeer.set(address, left)
    else this.perPeer.delete(address)
    if (this.calls.get(connection.callId) === connection) this.calls.delete(connection.callId)
    else this.refuse(reason, { peer: address, callId: connection.callId || undefined })
  }

  private refuse(reason: string, fields: { peer: string; callId?: string }): void {
    this.counters.refused.add()
    this.options.log.warn('connection refused', { reason, ...fields })
  }

  /** An exception of ours ends its own call and no other: nothing may escape into Bun's socket loop. */
  private guard(socket: Socket, task: () => void): void {
    try {
      task()
    } catch (error) {
      this.fail(socket, error)
    }
  }

  private fail(socket: Socket, error: unknown): void {
    this.tell(socket.data?.connection.callId, error)
    if (socket.data) socket.data.connection.destroy('internal error')
    else socket.end()
  }

  private tell(callId: string | undefined, error: unknown): void {
    this.counters.failures.add()
    this.options.log.error('connection failed', { callId, error: errorText(error) })
  }
}
