// Serves the admin app on its own port with Bun.serve: sockets, peer addresses, WebSockets.

import type { AdminApp } from './app.ts'
import type { AdminBindings, SocketHandlers } from './deps.ts'
import { socketProtocol } from './guard.ts'

export type AdminServerOptions = {
  host: string
  port: number
  app: AdminApp
  /** How long a connection may be idle, between requests or within one. At most 255; Bun counts in steps of 4 s. */
  idleTimeoutS?: number
}
export type AdminServer = { readonly port: number; readonly url: string; stop(): Promise<void> }

/**
 * Long enough for a player paused in a recording and for a reload that has to speak phrases. Without a limit a client
 * that connected once would hold a file descriptor for ever, and calls need descriptors too.
 */
const idleTimeoutDefaultS = 120
const pendingLimitMs = 500
const pollMs = 5

type SocketData = { handlers: SocketHandlers }

/** @throws when the port is in use. config.ts checks whether `host` may be served without a token. */
export function startAdmin(options: AdminServerOptions): AdminServer {
  const server = Bun.serve<SocketData>({
    hostname: options.host,
    port: options.port,
    idleTimeout: options.idleTimeoutS ?? idleTimeoutDefaultS,
    // The app has limits of its own; the largest body is an uploaded sound (phrase-changes.ts).
    maxRequestBodySize: 12_100_000,
    fetch(request, own) {
      let upgraded = false
      const bindings: AdminBindings = {
        address: own.requestIP(request)?.address ?? '',
        upgrade: (handlers) => {
          upgraded = own.upgrade(request, { data: { handlers }, headers: protocolHeader(request) })
          return upgraded
        },
      }
      const answer = options.app.fetch(request, bindings)
      // Bun requires that an upgraded request gets no response.
      return Promise.resolve(answer).then((response) => {
        if (upgraded) return undefined
        // Event streams have no timeout; the app limits their number.
        if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) own.timeout(request, 0)
        return response
      }) as Promise<Response>
    },
    websocket: {
      maxPayloadLength: 4_096,
      open(ws) {
        const { handlers } = ws.data
        handlers.open({
          send: (bytes) => ws.getBufferedAmount() < handlers.maxBufferedBytes && ws.send(bytes) !== 0,
          close: (code, reason) => ws.close(code, reason),
        })
      },
      message(ws, data) {
        ws.data.handlers.message?.(data)
      },
      close(ws) {
        ws.data.handlers.close()
      },
    },
  })
  return {
    port: server.port ?? options.port,
    url: server.url.href,
    async stop() {
      void server.stop(false)
      // Pending requests may finish, the dialplan's last one among them; event streams never would.
      const endMs = performance.now() + pendingLimitMs
      while (server.pendingRequests > 0 && performance.now() < endMs) await Bun.sleep(pollMs)
      await server.stop(true)
    },
  }
}

/** A browser that asked for subprotocols drops a connection whose response selects none of them. */
function protocolHeader(request: Request): Record<string, string> {
  const asked = request.headers.get('sec-websocket-protocol') ?? ''
  return asked.split(',').some((name) => name.trim() === socketProtocol)
    ? { 'Sec-WebSocket-Protocol': socketProtocol }
    : {}
}
