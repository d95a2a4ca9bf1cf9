// The server around the sockets of a streaming stand-in: refusals before the upgrade, habits, faults and a record of
// every connection.

import type { EarSocket } from './ear-socket.ts'
import { type Fault, sleepMs } from './faults.ts'

/** Habits that every streaming stand-in has. */
export type SocketHabits = {
  /** Before the upgrade is answered. */
  handshakeMs: number
  /** Between two ping frames; undefined sends none. */
  pingMs: number | undefined
}

export type EarProtocol<S extends EarSocket, H extends SocketHabits> = {
  habits: H
  maxMessageBytes: number
  /** @returns the answer to a request that gets no socket */
  refusal(request: Request, url: URL, headers: Record<string, string>): Response | undefined
  /** Headers of the upgrade's answer. */
  upgradeHeaders(headers: Record<string, string>): Record<string, string>
  connect(url: URL, headers: Record<string, string>, faults: Fault[], habits: H): S
}

export function startEarServer<S extends EarSocket, H extends SocketHabits>(protocol: EarProtocol<S, H>) {
  const connections: S[] = []
  const faults: Fault[][] = []
  let habits = { ...protocol.habits }

  const server = Bun.serve<EarSocket>({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request, self) {
      const url = new URL(request.url)
      const headers = Object.fromEntries(request.headers)
      const refused = protocol.refusal(request, url, headers)
      if (refused) return refused
      const suffered = faults.shift() ?? []
      for (const fault of suffered) {
        if (fault.kind === 'latency') await sleepMs(fault.ms)
        if (fault.kind === 'status')
          return Response.json(fault.body ?? null, { status: fault.status, headers: fault.headers })
      }
      await sleepMs(habits.handshakeMs)
      const connection = protocol.connect(url, headers, [...suffered], { ...habits })
      const upgraded = self.upgrade(request, {
        data: connection,
        headers: protocol.upgradeHeaders(headers),
      })
      if (!upgraded) return new Response(null, { status: 400 })
      connections.push(connection)
      return undefined
    },
    websocket: {
      idleTimeout: 0,
      sendPings: false,
      maxPayloadLength: protocol.maxMessageBytes,
      perMessageDeflate: true,
      open(socket) {
        socket.data.open(socket, habits.pingMs)
        socket.data.greet()
      },
      message: (socket, message) => socket.data.receive(message),
      close: (socket, code, reason) => socket.data.ended(code, reason),
    },
  })

  return {
    url: `http://127.0.0.1:${server.port}`,
    ws: `ws://127.0.0.1:${server.port}`,
    /** Every socket so far, oldest first. */
    connections,
    /** Changes some habits for the sockets after this, until `reset`. */
    habit(next: Partial<H>) {
      habits = { ...habits, ...next }
    },
    /** Strikes the next socket; a second call the one after it. */
    fault(...given: Fault[]) {
      faults.push(given)
    },
    reset() {
      connections.length = 0
      faults.length = 0
      habits = { ...protocol.habits }
    },
    stop: () => server.stop(true),
  }
}

export const isUpgrade = (headers: Record<string, string>): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket'
