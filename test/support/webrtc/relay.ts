// A UDP relay between a browser and the server that loses packets: in each direction those of a pattern, counted by
// packets, so a slow machine loses the same ones. The browser is given the relay's port in place of the server's.

import { createSocket, type Socket } from 'node:dgram'

export type Direction = 'up' | 'down'
export type Relay = {
  readonly port: number
  /** RTP packets of each direction that were lost; `up` goes to the server. */
  readonly dropped: Readonly<Record<Direction, number>>
  /** Some of the pattern has been reached in either direction. */
  readonly hasBegun: boolean
  /** Both directions have come to the end of the pattern: from now on everything passes. */
  readonly isDone: boolean
  close(): void
}

/** RFC 7983 and 5761: RTP, and neither RTCP, ICE nor DTLS, which are not what is tested. */
const isRtp = (bytes: Uint8Array) =>
  bytes[0] >= 128 && bytes[0] <= 191 && ((bytes[1] & 127) < 64 || (bytes[1] & 127) >= 96)

/** @param options after `passFirst` RTP packets of a direction, those that `lost` marks do not pass */
export async function startRelay(options: {
  target: number
  passFirst?: number
  lost?: readonly boolean[]
}): Promise<Relay> {
  const { target, passFirst = 0, lost = [] } = options
  const seen = { up: 0, down: 0 }
  const dropped = { up: 0, down: 0 }
  /** For each port of a browser, the socket from which the server sees it. */
  const behind = new Map<number, Socket>()
  const front = createSocket('udp4')
  front.on('error', () => {})
  const pass = (direction: Direction, bytes: Uint8Array, send: () => void) => {
    if (isRtp(bytes) && lost[seen[direction]++ - passFirst]) dropped[direction]++
    else send()
  }
  front.on('message', (bytes, { port }) => {
    let socket = behind.get(port)
    if (socket === undefined) {
      socket = createSocket('udp4')
      // The other side has closed its port: nothing to pass on.
      socket.on('error', () => {})
      socket.on('message', (back) => pass('down', back, () => front.send(back, port, '127.0.0.1')))
      behind.set(port, socket)
    }
    const to = socket
    pass('up', bytes, () => to.send(bytes, target, '127.0.0.1'))
  })
  await new Promise<void>((done) => front.bind(0, '127.0.0.1', done))
  let isClosed = false
  return {
    port: front.address().port,
    dropped,
    get hasBegun() {
      return Math.max(seen.up, seen.down) > passFirst
    },
    get isDone() {
      return Math.min(seen.up, seen.down) >= passFirst + lost.length
    },
    close() {
      if (isClosed) return
      isClosed = true
      front.close()
      for (const socket of behind.values()) socket.close()
    },
  }
}
