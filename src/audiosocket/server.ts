// Listens for Asterisk and turns each socket into a connection with a UUID. It refuses by address and by limits
// (access/admission.ts), and by a UUID that is missing, already in a call, or not announced. `onCall` runs the call.
// The address is the socket's, or the one that a trusted proxy passes on (proxy-intro.ts).

import {
  Admission,
  type AdmissionOptions,
  admissionDefaults,
  type Candidate,
  RefusalLog,
} from '../access/admission.ts'
import { type AllowList, createAllowList, loopbackOnly } from '../access/allow-list.ts'
import { FullSign } from '../access/full-sign.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import { type Log, silentLog } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import { AudioSocketConnection, CloseReason, connectionDefaults, hangupMessage } from './connection.ts'
import { createWireCounters } from './counters.ts'
import { ProxyIntro } from './proxy-intro.ts'

export type ServerOptions = AdmissionOptions & {
  host: string
  /** 0 binds any free port; `AudioSocketServer.port` is the one bound. */
  port: number
  /** Accepts a call: sets `listener` before it returns. To refuse the call, throw or call `destroy`. */
  onCall: (connection: AudioSocketConnection) => void
  clock: Clock
  log: Log
  metrics: Metrics
  /** Address ranges that may connect. */
  allow: readonly string[]
  /** Address ranges of proxies, whose PROXY headers are believed. */
  proxies: readonly string[]
  /** Whether a UUID was announced; without it, any UUID may call. Asked right before `onCall`. */
  expects?: (callId: string) => boolean
  /**
   * Runs before every event of a socket: for work that must not wait until hundreds of sockets were accepted, read or
   * closed. Must not throw.
   *
   * @returns what the clock says
   */
  beforeEvent?: () => number
  /** Called with whether connections were refused for lack of room within the last minute. */
  onFull: (isFull: boolean) => void
  uuidTimeoutMs: number
  stallTimeoutMs: number
  hangUpTimeoutMs: number
}

const serverDefaults = {
  ...connectionDefaults,
  ...admissionDefaults,
  host: '127.0.0.1',
  port: 9092,
  clock: systemClock,
  log: silentLog,
  allow: loopbackOnly,
  proxies: [],
  onFull: () => {},
} as const satisfies Partial<ServerOptions>

type GivenOptions = Pick<ServerOptions, 'onCall'> & Partial<ServerOptions>
type SocketData = { connection: AudioSocketConnection | ProxyIntro }
type Socket = Bun.Socket<SocketData | undefined>

const noAddress = 'unknown'
/** How admission begins the reasons that are about room; such a peer gets the hang-up message and can go on. */
const noRoom = 'too many '

export class AudioSocketServer {
  private readonly options: ServerOptions
  private readonly admission: Admission
  private readonly proxies: AllowList
  private readonly refusals: RefusalLog
  private readonly fullSign: FullSign
  private readonly counters
  /** Connections of proxies that have not said whom they pass on. */
  private readonly intros = new Set<ProxyIntro>()
  private readonly open = new Set<AudioSocketConnection>()
  private readonly calls = new Map<string, AudioSocketConnection>()
  private readonly listener: Bun.TCPSocketListener<SocketData | undefined>

  /** Listens at once. @throws {ConfigError} on a bad address range, {Error} when the port is in use */
  constructor(options: GivenOptions) {
    this.options = { metrics: new Metrics(), ...serverDefaults, ...options }
    const { allow, proxies, clock, log } = this.options
    this.proxies = createAllowList(proxies)
    this.admission = new Admission(createAllowList(allow), clock, this.options)
    this.refusals = new RefusalLog(log, clock)
    this.fullSign = new FullSign(clock, this.options.onFull)
    this.counters = createWireCounters(this.options.metrics)
    this.listener = Bun.listen<SocketData | undefined>({
      hostname: this.options.host,
      port: this.options.port,
      data: undefined,
      socket: {
        binaryType: 'uint8array',
        open: (socket) => this.guard(socket, () => this.accept(socket)),
        data: (socket, chunk) => this.receive(socket, chunk),
        drain: (socket) => this.guard(socket, () => socket.data?.connection.onDrain()),
        close: (socket, error) => this.guard(socket, () => socket.data?.connection.onClose(error)),
        error: (socket, error) => this.fail(socket, error),
      } as Bun.SocketHandler<SocketData | undefined>,
    })
  }

  get port(): number {
    return this.listener.port
  }

  /** Open sockets, with or without a call. */
  get connections(): number {
    return this.open.size + this.intros.size
  }

  /** Accepts no more connections; open ones continue. */
  stopAccepting(): void {
    this.listener.stop(false)
  }

  /** Ends every connection at once. To drain instead, call `stopAccepting` and let the calls end by themselves. */
  close(): void {
    this.listener.stop(false)
    for (const connection of [...this.intros, ...this.open]) connection.destroy('server closed')
    this.refusals.close()
    this.fullSign.close()
  }

  /** Like `guard`, without making a function for each chunk. */
  private receive(socket: Socket, chunk: Uint8Array): void {
    try {
      const { beforeEvent, clock } = this.options
      const nowMs = beforeEvent === undefined ? clock.now() : beforeEvent()
      socket.data?.connection.onData(chunk, nowMs)
    } catch (error) {
      this.fail(socket, error)
    }
  }

  private accept(socket: Socket): void {
    // A peer that has reset before `open` runs has no address any more, although the type says otherwise.
    const address = (socket.remoteAddress as string | undefined) ?? noAddress
    this.counters.connections.add()
    if (this.proxies.allows(address)) this.askProxy(socket, address)
    else this.admit(socket, address)
  }

  /** Waits for a proxy's word on whom it passes on. These connections have a limit of their own. */
  private askProxy(socket: Socket, address: string): void {
    const { clock, maxPending, maxOpen } = this.options
    if (this.intros.size >= Math.min(maxPending, maxOpen - this.admission.size)) {
      this.turnAway(socket, `${noRoom}connections without a PROXY header`, address)
      return
    }
    const intro = new ProxyIntro(socket, {
      clock,
      address,
      isProxy: (other) => this.proxies.allows(other),
      onKnown: (peer, rest, nowMs) => {
        this.intros.delete(intro)
        const connection = this.admit(socket, peer)
        if (rest.length > 0) connection?.onData(rest, nowMs)
      },
      onOver: (over, reason) => {
        this.intros.delete(over)
        if (reason !== undefined) this.refuse(reason, { peer: address })
      },
    })
    this.intros.add(intro)
    socket.data = { connection: intro }
  }

  /** @returns undefined when it is refused */
  private admit(socket: Socket, address: string): AudioSocketConnection | undefined {
    const refusal = address === noAddress ? CloseReason.PeerReset : this.admission.refusal(address)
    if (refusal) {
      this.turnAway(socket, refusal, address)
      return undefined
    }
    socket.setNoDelay(true)
    const candidate: Candidate = { address, evict: (reason) => connection.destroy(reason) }
    const connection = new AudioSocketConnection(socket, {
      ...this.options,
      counters: this.counters,
      address,
      onUuid: (ready) => this.offer(ready, candidate),
      onOver: (over, reason) => this.forget(over, candidate, reason),
      onFailure: (failed, error) => this.logFailure(failed.callId, error),
    })
    socket.data = { connection }
    this.open.add(connection)
    this.admission.add(candidate)
    return connection
  }

  /** Closes a socket that becomes no connection. */
  private turnAway(socket: Socket, refusal: string, address: string): void {
    socket.data = undefined
    this.refuse(refusal, { peer: address })
    if (refusal.startsWith(noRoom)) socket.end(hangupMessage)
    else socket.end()
  }

  private offer(connection: AudioSocketConnection, candidate: Candidate): void {
    const { callId } = connection
    const refusal = this.calls.has(callId) ? 'uuid in use' : this.admission.admit(candidate)
    if (refusal || this.options.expects?.(callId) === false) {
      if (refusal?.startsWith(noRoom)) connection.refuse(refusal)
      else connection.destroy(refusal ?? 'uuid not expected')
      return
    }
    this.calls.set(callId, connection)
    this.counters.calls.add()
    this.options.onCall(connection)
  }

  private forget(connection: AudioSocketConnection, candidate: Candidate, reason: string): void {
    this.open.delete(connection)
    this.admission.remove(candidate)
    if (this.calls.get(connection.callId) === connection) this.calls.delete(connection.callId)
    else this.refuse(reason, { peer: candidate.address, callId: connection.callId || undefined })
  }

  private refuse(reason: string, fields: { peer: string; callId?: string }): void {
    this.counters.refused.add()
    this.refusals.add(reason, fields)
    if (reason.startsWith(noRoom)) this.fullSign.refused()
  }

  /** An exception in our code ends its own call and no other: nothing may escape into Bun's socket loop. */
  private guard(socket: Socket, task: () => void): void {
    try {
      this.options.beforeEvent?.()
      task()
    } catch (error) {
      this.fail(socket, error)
    }
  }

  private fail(socket: Socket, error: unknown): void {
    this.logFailure(socket.data?.connection.callId, error)
    if (socket.data) socket.data.connection.destroy('internal error')
    else socket.end()
  }

  private logFailure(callId: string | undefined, error: unknown): void {
    this.counters.failures.add()
    this.options.log.error('connection failed', { callId, error: errorText(error) })
  }
}
