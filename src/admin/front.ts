// The admin port's own front. Bun.serve takes every connection that comes and says nothing of it before a whole request
// has arrived, so idle connections could take all descriptors of the process, and calls with them. This front accepts
// them instead, under limits, and passes a connection on to Bun.serve, over a socket in a private folder, once its
// first request's headers are here. It tells Bun.serve who the peer is by a header with a secret.
//
// A connection carries one request: a second one would come without that header. It may be a WebSocket or an event
// stream, which stay open.

import { Admission, type Candidate, RefusalLog } from '../access/admission.ts'
import { createAllowList } from '../access/allow-list.ts'
import type { Clock, Timer } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'

export type FrontOptions = {
  host: string
  /** 0 binds any free port. */
  port: number
  tls?: { cert: string; key: string }
  /** Path of the Unix socket on which Bun.serve listens. */
  inner: string
  /** Name of the header that names the peer, and the secret that proves it was written here. */
  peerHeader: string
  secret: string
  clock: Clock
  log: Log
  metrics: Metrics
  /** All connections. Each holds three descriptors once it is passed on, one before. */
  maxOpen: number
  /** Connections that have not sent their request's headers, or no valid token, yet. */
  maxPending: number
  maxPendingPerPeer: number
  headersTimeoutMs: number
  /**
   * Longest time without a byte in either direction. Long enough for a player paused in a recording and for a reload
   * that has to speak phrases; without a limit a client that connected once would hold a descriptor for ever.
   */
  idleTimeoutMs: number
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

/** As Bun.serve: a request whose headers are longer is closed. */
const maxHeaderBytes = 32_768
/** Bytes that wait for a slow side before the other side is paused. */
const highWaterBytes = 65_536
/** How long a refusal shows as degraded. */
const showFullMs = 60_000

type Pair = { connection: Connection }
type Socket = Bun.Socket<Pair | undefined>

export class Front {
  private readonly listener: Bun.TCPSocketListener<Pair | undefined>
  private readonly admission: Admission
  private readonly refusals: RefusalLog
  private readonly open = new Map<string, Connection>()
  private nextId = 0
  private quietAgain: Timer | undefined
  private readonly refused
  private readonly gauge

  constructor(readonly options: FrontOptions) {
    const { clock, log, metrics, host, port, tls, maxOpen, maxPending, maxPendingPerPeer } = options
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
    this.quietAgain?.cancel()
    this.refusals.close()
  }

  private connectionOf(header: string | null): Connection | undefined {
    const [secret, id] = (header ?? '').split(' ')
    return secret === this.options.secret ? this.open.get(id) : undefined
  }

  private accept(socket: Socket): void {
    // A peer that has reset before `open` runs has no address any more, although the type says otherwise.
    const address = (socket.remoteAddress as string | undefined) ?? 'unknown'
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
    this.options.onFull(true)
    this.quietAgain?.cancel()
    const { clock } = this.options
    this.quietAgain = clock.at(clock.now() + showFullMs, () => this.options.onFull(false))
  }
}

/** One connection: first its headers, then bytes in both directions. */
class Connection implements Candidate {
  isAdmitted = false
  private head = new Uint8Array(0)
  private inner: Socket | undefined
  private isOver = false
  private isPassedOn = false
  /** Bytes that a side could not take yet. */
  private toInner: Uint8Array[] = []
  private toPeer: Uint8Array[] = []
  private isInnerClosed = false
  private lastByteMs = 0
  /** Until the headers are here, their deadline; then the next look at how long the connection has been idle. */
  private timer: Timer

  constructor(
    private readonly peer: Socket,
    readonly address: string,
    private readonly id: string,
    private readonly options: FrontOptions,
    private readonly onOver: (refusal?: string) => void,
  ) {
    const { clock, headersTimeoutMs } = options
    this.timer = clock.at(clock.now() + headersTimeoutMs, () => this.end())
  }

  evict(reason: string): void {
    this.end(reason)
  }

  keepOpen(): void {
    this.timer.cancel()
  }

  fromPeer(chunk: Uint8Array): void {
    if (this.isPassedOn) {
      this.lastByteMs = this.options.clock.now()
      this.toInner.push(chunk.slice())
      this.flushInner()
      return
    }
    this.head = Buffer.concat([this.head, chunk])
    const end = Buffer.from(this.head.buffer, this.head.byteOffset, this.head.length).indexOf('\r\n\r\n')
    if (end < 0) {
      if (this.head.length > maxHeaderBytes) this.end()
      return
    }
    this.timer.cancel()
    this.passOn(end)
    this.lastByteMs = this.options.clock.now()
    this.timer = this.lookAgain()
  }

  private lookAgain(): Timer {
    const { clock, idleTimeoutMs } = this.options
    return clock.at(this.lastByteMs + idleTimeoutMs, () => {
      if (clock.now() - this.lastByteMs >= idleTimeoutMs) this.end()
      else this.timer = this.lookAgain()
    })
  }

  peerDrained(): void {
    this.flushPeer()
  }

  peerClosed(): void {
    this.end()
  }

  end(refusal?: string): void {
    if (this.isOver) return
    this.isOver = true
    this.timer.cancel()
    this.peer.end()
    this.inner?.end()
    this.toInner = []
    this.toPeer = []
    this.onOver(refusal)
  }

  private passOn(headersEnd: number): void {
    this.isPassedOn = true
    this.toInner.push(withPeer(this.head, headersEnd, this.options, this.id))
    this.head = new Uint8Array(0)
    Bun.connect<Pair | undefined>({
      unix: this.options.inner,
      data: undefined,
      socket: {
        binaryType: 'uint8array',
        open: (socket) => {
          this.inner = socket
          if (this.isOver) socket.end()
          else this.flushInner()
        },
        data: (_socket, chunk) => {
          this.lastByteMs = this.options.clock.now()
          this.toPeer.push(chunk.slice())
          this.flushPeer()
        },
        drain: () => this.flushInner(),
        close: () => this.innerClosed(),
        error: () => this.innerClosed(),
        connectError: () => this.end(),
      } as Bun.SocketHandler<Pair | undefined>,
    }).catch(() => this.end())
  }

  private innerClosed(): void {
    this.isInnerClosed = true
    // What Bun.serve has answered still goes to the peer.
    if (this.toPeer.length === 0) this.end()
  }

  private flushInner(): void {
    if (this.inner === undefined || this.isOver) return
    flush(this.toInner, this.inner)
    steer(this.peer, this.toInner)
  }

  private flushPeer(): void {
    if (this.isOver) return
    flush(this.toPeer, this.peer)
    if (this.inner !== undefined && !this.isInnerClosed) steer(this.inner, this.toPeer)
    if (this.isInnerClosed && this.toPeer.length === 0) this.end()
  }
}

/** Writes what waits, as far as the socket takes it. */
function flush(waiting: Uint8Array[], to: Socket): void {
  while (waiting.length > 0) {
    const [chunk] = waiting
    const written = to.write(chunk)
    if (written < chunk.length) {
      waiting[0] = chunk.subarray(Math.max(0, written))
      return
    }
    waiting.shift()
  }
}

/** Pauses the side that sends faster than the other one reads. */
function steer(from: Socket, waiting: readonly Uint8Array[]): void {
  let bytes = 0
  for (const { length } of waiting) bytes += length
  if (bytes > highWaterBytes) from.pause()
  else if (bytes === 0) from.resume()
}

/** Puts the peer header behind the request line, and makes the request the last one, unless it is a WebSocket's. */
function withPeer(
  bytes: Uint8Array,
  headersEnd: number,
  { peerHeader, secret }: FrontOptions,
  id: string,
): Uint8Array {
  const [requestLine, ...lines] = Buffer.from(bytes.subarray(0, headersEnd)).toString('latin1').split('\r\n')
  const isOurs = (line: string) => line.toLowerCase().startsWith(`${peerHeader.toLowerCase()}:`)
  const isUpgrade = lines.some((line) => /^upgrade:/i.test(line))
  const kept = lines.filter(
    (line) => !isOurs(line) && (isUpgrade || !/^(connection|keep-alive):/i.test(line)),
  )
  const head = [
    requestLine,
    `${peerHeader}: ${secret} ${id}`,
    ...(isUpgrade ? [] : ['Connection: close']),
    ...kept,
  ]
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), bytes.subarray(headersEnd)])
}
