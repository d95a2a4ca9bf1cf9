// Puts the admin app on a port of its own. Bun's part of the work only: sockets, addresses, WebSockets.

import type { AdminApp } from './app.ts'
import type { AdminBindings, SocketHandlers } from './deps.ts'
import { socketProtocol } from './guard.ts'

export type AdminServerOptions = {
  host: string
  port: number
  app: AdminApp
  /** How long a connection may lie still, between requests or in the middle of one. 255 at most; Bun counts in steps of 4. */
  idleTimeoutS?: number
}
export type AdminServer = { readonly port: number; readonly url: string; stop(): Promise<void> }

/**
 * Long enough for a player that pauses in a recording and for a reload that speaks. Without a limit whoever asked once kept
 * a descriptor for ever, and calls need the same ones.
 */
const idleTimeoutDefaultS = 120
const answerLimitMs = 500
const lookEveryMs = 5

type SocketData = { handlers: SocketHandlers }

/** @throws when the port is taken. Whether `host` may be used without a token is config.ts's to say. */
export function startAdmin(options: AdminServerOptions): AdminServer {
  const server = Bun.serve<SocketData>({
    hostname: options.host,
    port: options.port,
    idleTimeout: options.idleTimeoutS ?? idleTimeoutDefaultS,
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
      return Promise.resolve(answer).then((response) => {
        if (upgraded) return undefined
        // Event streams live as long as they like; the app bounds their number.
        if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) own.timeout(request, 0)
        return response
      }) as Promise<Response>
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
