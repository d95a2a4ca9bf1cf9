// Puts the admin app on a port of its own. Bun's part of the work only: sockets, addresses, WebSockets.

import type { AdminApp } from './app.ts'
import type { AdminBindings, SocketHandlers } from './deps.ts'
import { socketProtocol } from './guard.ts'

export type AdminServerOptions = { host: string; port: number; app: AdminApp }
export type AdminServer = { readonly port: number; readonly url: string; stop(): Promise<void> }

const answerLimitMs = 500
const lookEveryMs = 5

type SocketData = { handlers: SocketHandlers }

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
          upgraded = own.upgrade(request, { data: { handlers }, headers: protocolHeader(request) })
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
        const { handlers } = ws.data
        handlers.open({
          send: (bytes) => ws.getBufferedAmount() < handlers.mostWaitingBytes && ws.send(bytes) !== 0,
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
      // Answers under way are finished, the dialplan's last question among them; event streams never are.
      const endMs = performance.now() + answerLimitMs
      while (server.pendingRequests > 0 && performance.now() < endMs) await Bun.sleep(lookEveryMs)
      await server.stop(true)
    },
  }
}

/** A browser that asked for protocols drops a connection whose answer names none of them. */
function protocolHeader(request: Request): Record<string, string> {
  const asked = request.headers.get('sec-websocket-protocol') ?? ''
  return asked.split(',').some((name) => name.trim() === socketProtocol)
    ? { 'Sec-WebSocket-Protocol': socketProtocol }
    : {}
}
