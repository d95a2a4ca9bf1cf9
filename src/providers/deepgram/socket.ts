// One live socket through @deepgram/sdk, over a transport of our own (transport.ts). The SDK opens it and reports its
// end. What is sent and heard goes past the SDK, which parses each message and passes it on through four lists of
// listeners, and looks into each message that is sent. The SDK's reconnection is switched off.

import type { DeepgramClient } from '@deepgram/sdk'
import type { Endpoint } from '../adapter.ts'
import { closedBy, openTransport, refusedBy } from '../live/transport.ts'
import type { Connect } from '../live/tuning.ts'
import { codeIn } from '../refusal.ts'
import type { SttHints } from '../stt.ts'
import type { Query } from './wire.ts'

/** The base URL with a scheme of http, without a slash at its end. */
export const httpUrl = (baseUrl: string): string => baseUrl.replace(/^ws/, 'http').replace(/\/+$/, '')

type Transport = ReturnType<typeof openTransport>
/** Makes the transport of a socket. */
type TransportFactory = (url: string, headers: Record<string, string>) => Transport
/** Without a factory the client that all requests share; with one, a client for one socket over its transport. */
export type Client = (transportFactory?: TransportFactory) => Promise<DeepgramClient>

/**
 * Loads the SDK (about 100 ms and 12 MB) on first use, once.
 *
 * @param endpoint its `baseUrl` is scheme and host; http and ws schemes mean the same here
 */
export function lazyClient(
  { apiKey, baseUrl }: Endpoint,
  loadSdk: () => Promise<typeof import('@deepgram/sdk')>,
): Client {
  let sdk: ReturnType<typeof loadSdk> | undefined
  let shared: Promise<DeepgramClient> | undefined
  const http = httpUrl(baseUrl)
  const ws = http.replace(/^http/, 'ws')
  const environment = { base: http, production: ws, agent: ws, agentRest: http }
  const create = async (transportFactory?: TransportFactory) => {
    sdk ??= loadSdk()
    const { DeepgramClient } = await sdk
    return new DeepgramClient({ apiKey, environment, ...(transportFactory && { transportFactory }) })
  }
  return (transportFactory) => {
    if (transportFactory) return create(transportFactory)
    shared ??= create()
    return shared
  }
}

/** The part of the SDK's sockets that is used here; v1 and v2 share it. */
type SdkSocket = {
  readonly socket: {
    addEventListener(event: 'error', listener: (event: { error: Error }) => void): void
  }
  on(event: 'open', handler: () => void): void
  on(event: 'close', handler: (event: { code?: number; reason?: string }) => void): void
  connect(): unknown
  close(): void
}

/**
 * @param version `v1` is nova, `v2` is Flux
 * @param query makes the request's parameters from the hints
 */
export function sdkConnect(client: Client, version: 'v1' | 'v2', query: (hints: SttHints) => Query): Connect {
  return (hints, events) => {
    let socket: SdkSocket | undefined
    let transport: Transport | undefined
    let closed = false
    const transportFactory: TransportFactory = (url, headers) => {
      const opened = openTransport(url, headers)
      transport = opened
      opened.onMessage((data) => {
        const message = closed ? undefined : parsed(data)
        if (message !== undefined) events.message(message)
      })
      return { ...opened, onMessage() {} }
    }
    open(client(transportFactory), version, query(hints)).then(
      (opened) => {
        socket = opened
        if (closed) return
        socket.on('open', events.open)
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
      send(data) {
        if (!transport?.isOpen()) throw new Error('the socket is not open')
        transport.send(data)
      },
      close: () => {
        closed = true
        socket?.close()
      },
    }
  }
}

/** @returns undefined for what is no JSON: such a message is ignored */
function parsed(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined
  } catch {
    return undefined
  }
}

async function open(client: Promise<DeepgramClient>, version: 'v1' | 'v2', query: Query): Promise<SdkSocket> {
  const { listen } = await client
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
