// Puts the admin app on a port of its own. Bun's part of the work only: sockets, addresses, WebSockets.

import type { AdminApp } from './app.ts'
import type { AdminBindings, AdminSocket, SocketHandlers } from './deps.ts'

export type AdminServerOptions = { host: string; port: number; app: AdminApp }
export type AdminServer = { readonly port: number; readonly url: string; stop(): Promise<void> }

/** A supervisor whose line holds this much back (2 s of both sides) misses frames rather than cost memory. */
const mostWaitingBytes = 64_000

type SocketData = { handlers: SocketHandlers; socket?: AdminSocket }

/** @throws when the port is taken. Whether `host` may be used without a token is config.ts's to say. */
export function startAdmin(options: AdminServerOptions): AdminServer {
  const server = Bun.serve<SocketData>({
    hostname: options.host,
    port: options.port,
    // Event streams live as long as they like; the app bounds the rest.
    idleTimeout: 0,
    maxRequestBodySize: 1_000_000,
    fetch(request, own) {
      let upgraded = false
      const bindings: AdminBindings = {
        address: own.requestIP(request)?.address ?? '',
        upgrade: (handlers) => {
          upgraded = own.upgrade(request, { data: { handlers } })
          return upgraded
        },
      }
      const answer = options.app.fetch(request, bindings)
      // An upgraded request must be answered by nothing at all.
      return Promise.resolve(answer).then((response) =>
        upgraded ? undefined : response,
      ) as Promise<Response>
    },
    websocket: {
      maxPayloadLength: 4_096,
      open(ws) {
        ws.data.socket = {
          send: (bytes) => ws.getBufferedAmount() < mostWaitingBytes && ws.send(bytes) !== 0,
          close: (code, reason) => ws.close(code, reason),
        }
        ws.data.handlers.open(ws.data.socket)
      },
      message() {
        // A listener has nothing to say.
      },
      close(ws) {
        ws.data.handlers.close()
      },
    },
  })
  return {
    port: server.port ?? options.port,
    url: server.url.href,
    stop: () => server.stop(true),
  }
}
