// Listens for Asterisk and turns each socket into a connection with a UUID. Refuses by address and by limits (door.ts),
// and by a UUID that is missing, already in a call, or not expected. What a call is, is the business of `onCall`.

import { type Clock, systemClock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import { type Log, silentLog } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import { Door, type DoorOptions, doorDefaults, type Guest, RefusalLog } from './admission.ts'
import { createAllowList, loopbackOnly } from './allow.ts'
import { AudioSocketConnection, CloseReason, connectionDefaults } from './connection.ts'
import { createWireCounters } from './counters.ts'

export type ServerOptions = DoorOptions & {
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
  /** Whether a UUID was announced; left out, any UUID may call. Asked once for each UUID that comes. */
  expects?: (callId: string) => boolean
  /** Run before every chunk is read: what must not wait until all sockets that have bytes were read. Must not throw. */
  beforeData?: () => void
  uuidTimeoutMs: number
  stallTimeoutMs: number
  hangUpTimeoutMs: number
}

export const serverDefaults = {
  ...connectionDefaults,
  ...doorDefaults,
  host: '127.0.0.1',
  port: 9092,
  clock: systemClock,
  log: silentLog,
  allow: loopbackOnly,
} as const satisfies Partial<ServerOptions>

type Given = Pick<ServerOptions, 'onCall'> & Partial<ServerOptions>
type Peer = { connection: AudioSocketConnection }
type Socket = Bun.Socket<Peer | undefined>

const noAddress = 'unknown'

export class AudioSocketServer {
  private readonly options: ServerOptions
  private readonly door: Door
  private readonly refusals: RefusalLog
  private readonly counters
  private readonly open = new Set<AudioSocketConnection>()
  private readonly calls = new Map<string, AudioSocketConnection>()
  private readonly listener: Bun.TCPSocketListener<Peer | undefined>

  /** Listens at once. @throws {ConfigError} on a bad range, {Error} when the port is taken */
  constructor(options: Given) {
    this.options = { metrics: new Metrics(), ...serverDefaults, ...options }
    const { allow, clock, log } = this.options
    this.door = new Door(createAllowList(allow), clock, this.options)
    this.refusals = new RefusalLog(log, clock)
    this.counters = createWireCounters(this.options.metrics)
    this.listener = Bun.listen<Peer | undefined>({
      hostname: this.options.host,
      port: this.options.port,
      data: undefined,
      socket: {
        binaryType: 'uint8array',
        open: (socket) => this.guard(socket, () => this.accept(socket)),
        data: (socket, chunk) =>
          this.guard(socket, () => {
            this.options.beforeData?.()
            socket.data?.connection.onData(chunk)
          }),
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
    this.refusals.close()
  }

  private accept(socket: Socket): void {
    // A peer that has reset before it is looked at has no address any more, whatever the type says.
    const address = (socket.remoteAddress as string | undefined) ?? noAddress
    this.counters.connections.add()
    const refusal = address === noAddress ? CloseReason.PeerReset : this.door.refusal(address)
    if (refusal) {
      this.refuse(refusal, { peer: address })
      socket.end()
      return
    }
    socket.setNoDelay(true)
    const guest: Guest = { address, sendAway: (reason) => connection.destroy(reason) }
    const connection = new AudioSocketConnection(socket, {
      ...this.options,
      counters: this.counters,
      onUuid: (ready) => this.offer(ready, guest),
      onOver: (over, reason) => this.forget(over, guest, reason),
      onFailure: (failed, error) => this.tell(failed.callId, error),
    })
    socket.data = { connection }
    this.open.add(connection)
    this.door.enter(guest)
  }

  private offer(connection: AudioSocketConnection, guest: Guest): void {
    const { callId } = connection
    const refusal = this.calls.has(callId) ? 'uuid in use' : this.door.identified(guest)
    // Asked last, because asking uses an announcement up.
    if (refusal || this.options.expects?.(callId) === false) {
      connection.destroy(refusal ?? 'uuid not expected')
      return
    }
    this.calls.set(callId, connection)
    this.counters.calls.add()
    this.options.onCall(connection)
  }

  private forget(connection: AudioSocketConnection, guest: Guest, reason: string): void {
    this.open.delete(connection)
    this.door.leave(guest)
    if (this.calls.get(connection.callId) === connection) this.calls.delete(connection.callId)
    else this.refuse(reason, { peer: guest.address, callId: connection.callId || undefined })
  }

  private refuse(reason: string, fields: { peer: string; callId?: string }): void {
    this.counters.refused.add()
    this.refusals.add(reason, fields)
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
