// The admin port's own front. Bun.serve takes every connection that comes and says nothing of it before a whole request
// has arrived, so idle connections could take all descriptors of the process, and calls with them. This front accepts
// them instead, under limits, and passes a connection on to Bun.serve, over a socket in a private folder, once its
// first request's headers are here. It tells Bun.serve who the peer is by a header with a secret.
//
// A connection carries one request: a second one would come without that header. It may be a WebSocket or an event
// stream, which stay open.

import { Admission, RefusalLog } from '../access/admission.ts'
import { createAllowList } from '../access/allow-list.ts'
import { FullSign } from '../access/full-sign.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import { Connection, type Pair, type RelayOptions, type Socket } from './front-connection.ts'

export type FrontOptions = RelayOptions & {
  host: string
  /** 0 binds any free port. */
  port: number
  tls?: { cert: string; key: string }
  log: Log
  metrics: Metrics
  /** All connections. Each holds three descriptors once it is passed on, one before. */
  maxOpen: number
  /** Connections that have not sent their request's headers, or no valid token, yet. */
  maxPending: number
  maxPendingPerPeer: number
  /** Called with whether connections were refused within the last minute. */
  onFull: (isFull: boolean) => void
}
export const frontDefaults = {
  maxOpen: 512,
  maxPending: 128,
  maxPendingPerPeer: 64,
  headersTimeoutMs: 10_000,
  idleTimeoutMs: 120_000,
  onFull: () => {},
} as const

export class Front {
  private readonly listener: Bun.TCPSocketListener<Pair | undefined>
  private readonly admission: Admission
  private readonly refusals: RefusalLog
  private readonly open = new Map<string, Connection>()
  private nextId = 0
  private readonly fullSign: FullSign
  private readonly refused
  private readonly gauge

  constructor(readonly options: FrontOptions) {
    const { clock, log, metrics, host, port, tls, maxOpen, maxPending, maxPendingPerPeer } = options
    this.fullSign = new FullSign(clock, options.onFull)
    this.admission = new Admission(createAllowList(['0.0.0.0/0', '::/0']), clock, {
      ...{ maxOpen, maxPending, maxPendingPerPeer },
      maxConnections: maxOpen,
      maxConnectionsPerPeer: maxOpen,
      callsPerS: 10_000,
      evictAfterMs: 250,
    })
    this.refusals = new RefusalLog(log.with({ port: 'admin' }), clock)
    this.refused = metrics.counter(
      'admin_connections_refused_total',
      'Connections to the admin port refused or evicted',
    )
    this.gauge = metrics.gauge('admin_connections', 'Open connections to the admin port')
    this.listener = Bun.listen<Pair | undefined>({
      hostname: host,
      port,
      data: undefined,
      ...(tls && { tls }),
      socket: {
        binaryType: 'uint8array',
        open: (socket) => this.accept(socket),
        data: (socket, chunk) => socket.data?.connection.fromPeer(chunk),
        drain: (socket) => socket.data?.connection.peerDrained(),
        close: (socket) => socket.data?.connection.peerClosed(),
        error: (socket) => socket.data?.connection.peerClosed(),
      } as Bun.SocketHandler<Pair | undefined>,
    })
  }

  get port(): number {
    return this.listener.port
  }

  get connections(): number {
    return this.open.size
  }

  /** The peer's address of a passed-on connection. @param header value of the peer header; `secret id` */
  addressOf(header: string | null): string | undefined {
    return this.connectionOf(header)?.address
  }

  /** The request brought a valid token: its connection takes one of the places that strangers cannot fill. */
  authenticated(header: string | null): void {
    const connection = this.connectionOf(header)
    if (connection && !connection.isAdmitted)
      connection.isAdmitted = this.admission.admit(connection) === undefined
  }

  /** The connection became an event stream or a WebSocket, which may be silent. */
  keepOpen(header: string | null): void {
    this.connectionOf(header)?.keepOpen()
  }

  stopAccepting(): void {
    this.listener.stop(false)
  }

  close(): void {
    this.listener.stop(false)
    for (const connection of [...this.open.values()]) connection.end()
    this.fullSign.close()
    this.refusals.close()
  }

  private connectionOf(header: string | null): Connection | undefined {
    const [secret, id] = (header ?? '').split(' ')
    return secret === this.options.secret ? this.open.get(id) : undefined
  }

  private accept(socket: Socket): void {
    // A peer that has reset before `open` runs has no address any more, although the type says otherwise.
    const address = socket.remoteAddress as string | undefined
    if (address === undefined) {
      socket.end()
      return
    }
    const refusal = this.admission.refusal(address)
    if (refusal) {
      this.refuse(refusal, address)
      socket.end()
      return
    }
    const id = String(this.nextId++)
    const connection = new Connection(socket, address, id, this.options, (reason) => {
      this.open.delete(id)
      this.gauge.value = this.open.size
      this.admission.remove(connection)
      if (reason !== undefined) this.refuse(reason, address)
    })
    socket.data = { connection }
    this.open.set(id, connection)
    this.gauge.value = this.open.size
    this.admission.add(connection)
  }

  private refuse(reason: string, peer: string): void {
    this.refused.add()
    this.refusals.add(reason.replace('uuid', 'a request'), { peer })
    this.fullSign.refused()
  }
}
