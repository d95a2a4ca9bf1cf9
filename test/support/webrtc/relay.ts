// A UDP relay between a browser and the server that loses packets: of each direction the same share, chosen by a seeded
// generator. The browser is given the relay's port in place of the server's.

import { createSocket, type Socket } from 'node:dgram'

export type Relay = {
  readonly port: number
  readonly passed: number
  readonly dropped: number
  close(): void
}

/** A packet is media when its first byte says RTP (RFC 7983); ICE and DTLS are not what is tested. */
const isMedia = (bytes: Uint8Array) => bytes[0] >= 128 && bytes[0] <= 191

/** @param options `lossShare` of the media packets is lost, from 0 to 1 */
export async function startRelay(options: {
  target: number
  lossShare: number
  seed: number
}): Promise<Relay> {
  const { target, lossShare } = options
  const counts = { passed: 0, dropped: 0 }
  let state = options.seed
  const isLost = () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff
    return (state >> 8) % 10_000 < lossShare * 10_000
  }
  /** For each port of a browser, the socket from which the server sees it. */
  const behind = new Map<number, Socket>()
  const front = createSocket('udp4')
  front.on('error', () => {})
  const pass = (bytes: Uint8Array, send: () => void) => {
    if (isMedia(bytes) && isLost()) counts.dropped++
    else {
      if (isMedia(bytes)) counts.passed++
      send()
    }
  }
  front.on('message', (bytes, { port }) => {
    let socket = behind.get(port)
    if (socket === undefined) {
      socket = createSocket('udp4')
      // The other side has closed its port: nothing to pass on.
      socket.on('error', () => {})
      socket.on('message', (back) => pass(back, () => front.send(back, port, '127.0.0.1')))
      behind.set(port, socket)
    }
    const to = socket
    pass(bytes, () => to.send(bytes, target, '127.0.0.1'))
  })
  await new Promise<void>((done) => front.bind(0, '127.0.0.1', done))
  return {
    port: front.address().port,
    get passed() {
      return counts.passed
    },
    get dropped() {
      return counts.dropped
    },
    close() {
      front.close()
      for (const socket of behind.values()) socket.close()
    },
  }
}
