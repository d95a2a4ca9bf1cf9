// One connection of the admin port: first its headers, under a deadline, then bytes in both directions between the peer
// and Bun.serve, which is told the peer's address by a header with a secret. Limits on how many are front.ts's.

import type { Candidate } from '../access/admission.ts'
import type { Clock, Timer } from '../base/clock.ts'

export type RelayOptions = {
  /** Path of the Unix socket on which Bun.serve listens. */
  inner: string
  /** Name of the header that names the peer, and the secret that proves it was written here. */
  peerHeader: string
  secret: string
  clock: Clock
  headersTimeoutMs: number
  /**
   * Longest time without a byte in either direction. Long enough for a player paused in a recording and for a reload
   * that has to speak phrases; without a limit a client that connected once would hold a descriptor for ever.
   */
  idleTimeoutMs: number
}

export type Pair = { connection: Connection }
export type Socket = Bun.Socket<Pair | undefined>

/** As Bun.serve: a request whose headers are longer is closed. */
const maxHeaderBytes = 32_768
/** Bytes that wait for a slow side before the other side is paused. */
const highWaterBytes = 65_536
/** One connection: first its headers, then bytes in both directions. */
export class Connection implements Candidate {
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
    private readonly options: RelayOptions,
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
    if (this.isOver) return
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

/**
 * Puts the peer header behind the request line, and makes the request the last one, unless it is a WebSocket's. A
 * request without Host, such as a load balancer's health check in HTTP/1.0, gets one, because Bun would give it a URL
 * that no route matches. It does not come from a browser, so there is no foreign name to refuse.
 */
function withPeer(
  bytes: Uint8Array,
  headersEnd: number,
  { peerHeader, secret }: RelayOptions,
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
    ...(lines.some((line) => /^host:/i.test(line)) ? [] : ['Host: localhost']),
    ...kept,
  ]
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), bytes.subarray(headersEnd)])
}
