// One live socket through @deepgram/sdk, over a transport of our own (transport.ts). The SDK's reconnection is switched
// off. Trap: `send` on a closed socket queues for ever.

import type { DeepgramClient } from '@deepgram/sdk'
import type { Endpoint } from '../adapter.ts'
import { closedBy, openTransport, refusedBy } from '../live/transport.ts'
import type { Connect } from '../live/tuning.ts'
import { codeIn } from '../refusal.ts'
import type { SttHints } from '../stt.ts'
import type { Query } from './wire.ts'

/** The base URL with a scheme of http, without a slash at its end. */
export const httpUrl = (baseUrl: string): string => baseUrl.replace(/^ws/, 'http').replace(/\/+$/, '')

/**
 * Loads the SDK (about 100 ms and 12 MB) on first use, once.
 *
 * @param endpoint its `baseUrl` is scheme and host; http and ws schemes mean the same here
 */
export function lazyClient(
  { apiKey, baseUrl }: Endpoint,
  loadSdk: () => Promise<typeof import('@deepgram/sdk')>,
): () => Promise<DeepgramClient> {
  let client: Promise<DeepgramClient> | undefined
  const http = httpUrl(baseUrl)
  const ws = http.replace(/^http/, 'ws')
  const environment = { base: http, production: ws, agent: ws, agentRest: http }
  return () => {
    client ??= loadSdk().then(
      (sdk) => new sdk.DeepgramClient({ apiKey, environment, transportFactory: openTransport }),
    )
    return client
  }
}

/** The part of the SDK's sockets that is used here; v1 and v2 share it. */
type SdkSocket = {
  readonly socket: {
    send(data: Uint8Array | string): void
    addEventListener(event: 'error', listener: (event: { error: Error }) => void): void
  }
  on(event: 'open', handler: () => void): void
  on(event: 'message', handler: (message: unknown) => void): void
  on(event: 'close', handler: (event: { code?: number; reason?: string }) => void): void
  connect(): unknown
  close(): void
}

/**
 * @param version `v1` is nova, `v2` is Flux
 * @param query makes the request's parameters from the hints
 */
export function sdkConnect(
  client: () => Promise<DeepgramClient>,
  version: 'v1' | 'v2',
  query: (hints: SttHints) => Query,
): Connect {
  return (hints, events) => {
    let socket: SdkSocket | undefined
    let closed = false
    open(client, version, query(hints)).then(
      (opened) => {
        socket = opened
        if (closed) return
        socket.on('open', events.open)
        socket.on('message', events.message)
        socket.on('close', ({ code, reason }) => {
          // The SDK reports our own `close` too, as 1000 and from inside of it.
          if (!closed) events.down(closedBy(code, codeIn(reason)))
        })
        // The SDK's own `error` handlers get only the message.
        socket.socket.addEventListener('error', ({ error }) => events.down(refusedBy(error)))
        socket.connect()
      },
      () => events.down({ reason: 'sdk' }),
    )
    return {
      send: (data) => socket?.socket.send(data),
      close: () => {
        closed = true
        socket?.close()
      },
    }
  }
}

async function open(
  client: () => Promise<DeepgramClient>,
  version: 'v1' | 'v2',
  query: Query,
): Promise<SdkSocket> {
  const { listen } = await client()
  const params = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
  const model = String(query.model)
  // The SDK's types lag behind the models, so everything goes through its free query parameters.
  const args = { model, queryParams: params, reconnectAttempts: 0 }
  const socket =
    version === 'v1'
      ? await listen.v1.connect(args as Parameters<typeof listen.v1.connect>[0])
      : await listen.v2.connect(args as Parameters<typeof listen.v2.connect>[0])
  return socket as unknown as SdkSocket
}
