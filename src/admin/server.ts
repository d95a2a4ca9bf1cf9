// Serves the admin app with Bun.serve, behind the front that owns the port: requests, peer addresses, WebSockets.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshToken } from '../access/strength.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { type Log, silentLog } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import type { AdminBindings, SocketHandlers } from './deps.ts'
import { Front, type FrontOptions, frontDefaults } from './front.ts'

export type AdminServerOptions = {
  host: string
  port: number
  /** What answers requests: the app of app.ts, or what loads it first. */
  app: { fetch(request: Request, bindings: AdminBindings): Response | Promise<Response> }
  /** Certificate and key as PEM text; without them the server speaks plain HTTP. */
  tls?: { cert: string; key: string }
  clock?: Clock
  log?: Log
  metrics?: Metrics
  limits?: Partial<
    Pick<
      FrontOptions,
      'maxOpen' | 'maxPending' | 'maxPendingPerPeer' | 'headersTimeoutMs' | 'idleTimeoutMs' | 'onFull'
    >
  >
}
export type AdminServer = { readonly port: number; readonly url: string; stop(): Promise<void> }

const pendingLimitMs = 500
const pollMs = 5

/** Written by the front only; it removes one that a client sends. */
const peerHeader = 'X-Voicebot-Peer'

/** Bytes that may wait for a peer before text to it is dropped: the transcript of a long call. */
const maxWaitingText = 64_000

type SocketData = { handlers: SocketHandlers }

/** @throws when the port is in use. config.ts checks whether `host` may be served without a token. */
export function startAdmin(options: AdminServerOptions): AdminServer {
  // Readable by this user only; the name of a Unix socket may have 108 characters at most.
  const folder = mkdtempSync(join(tmpdir().length < 80 ? tmpdir() : '/tmp', 'voicebot-'))
  chmodSync(folder, 0o700)
  const inner = join(folder, 'admin')
  let front: Front | undefined
  const server = Bun.serve<SocketData>({
    unix: inner,
    // The front closes idle connections: Bun cannot exempt an event stream from its timeout on a Unix socket.
    ...({ idleTimeout: 0 } as object),
    // The app has limits of its own; the largest body is an uploaded sound (phrase-changes.ts).
    maxRequestBodySize: 12_100_000,
    fetch(request, own) {
      const peer = request.headers.get(peerHeader)
      const address = front?.addressOf(peer)
      // A second request on a connection, or one that did not come through the front.
      if (address === undefined) return new Response(null, { status: 400, headers: { Connection: 'close' } })
      let upgraded = false
      const bindings: AdminBindings = {
        address,
        authenticated: () => front?.authenticated(peer),
        upgrade: (handlers) => {
          upgraded = own.upgrade(request, { data: { handlers }, headers: protocolHeader(request) })
          if (upgraded) front?.keepOpen(peer)
          return upgraded
        },
      }
      const answer = options.app.fetch(request, bindings)
      // Bun requires that an upgraded request gets no response.
      return Promise.resolve(answer).then((response) => {
        if (upgraded) return undefined
        // An event stream may be silent for as long as it likes; the app limits their number.
        if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) front?.keepOpen(peer)
        // A client that is not told would send its next request on a connection that is about to close.
        response.headers.set('Connection', 'close')
        return response
      }) as Promise<Response>
    },
    websocket: {
      maxPayloadLength: 4_096,
      open(ws) {
        const { handlers } = ws.data
        handlers.open({
          send: (bytes) => ws.getBufferedAmount() < handlers.maxBufferedBytes && ws.send(bytes) !== 0,
          sendText: (text) => void (ws.getBufferedAmount() < maxWaitingText && ws.send(text)),
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
  const close = async () => {
    await server.stop(true)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    front = new Front({
      ...frontDefaults,
      ...options.limits,
      ...{ host: options.host, port: options.port, inner, peerHeader, secret: freshToken() },
      ...(options.tls && { tls: options.tls }),
      clock: options.clock ?? systemClock,
      log: options.log ?? silentLog,
      metrics: options.metrics ?? new Metrics(),
    })
  } catch (error) {
    void close()
    throw error
  }
  const opened = front
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    port: opened.port,
    url: new URL(`${options.tls ? 'https' : 'http'}://${host}:${opened.port}`).href,
    async stop() {
      opened.stopAccepting()
      // Pending requests may finish, the dialplan's last one among them; event streams never would.
      const endMs = performance.now() + pendingLimitMs
      while (server.pendingRequests > 0 && performance.now() < endMs) await Bun.sleep(pollMs)
      opened.close()
      await close()
    },
  }
}

/**
 * The WebSocket subprotocol of the page. The page adds `token.<base64url of the token>` as a second one, because a
 * browser can't set headers on a WebSocket.
 */
const socketProtocol = 'voicebot'

/** A browser that asked for subprotocols drops a connection whose response selects none of them. */
function protocolHeader(request: Request): Record<string, string> {
  const asked = request.headers.get('sec-websocket-protocol') ?? ''
  return asked.split(',').some((name) => name.trim() === socketProtocol)
    ? { 'Sec-WebSocket-Protocol': socketProtocol }
    : {}
}
