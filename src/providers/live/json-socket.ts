// A socket whose messages are JSON objects in text frames, as Mistral and vLLM have it.

import type { Endpoint } from '../adapter.ts'
import { codeIn } from '../refusal.ts'
import { closedBy, openTransport, refusedBy } from './transport.ts'
import type { Down } from './tuning.ts'

export type Fields = Readonly<Record<string, unknown>>
export type JsonSocket = {
  /** @throws when the socket is not open */
  send(message: Fields): void
  close(): void
}
export type JsonEvents = { message(fields: Fields): void; down(why: Down): void }

/** No message of a recogniser comes close. */
const longestMessage = 128 * 1024

/** Never throws and never calls back before it has returned. After `close` no event follows. */
export function openJson(
  path: string,
  { apiKey, baseUrl }: Endpoint,
  { message, down }: JsonEvents,
): JsonSocket {
  const url = baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '') + path
  const headers: Record<string, string> = apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }
  let isClosed = false
  const transport = openOrNothing(url, headers)
  if (!transport) {
    // An address that is no URL; the link gives up after a while.
    queueMicrotask(() => isClosed || down({ reason: 'bad address' }))
    const close = () => {
      isClosed = true
    }
    return { send: notOpen, close }
  }
  const unlessClosed =
    <A extends unknown[]>(listener: (...args: A) => void) =>
    (...args: A) => {
      if (!isClosed) listener(...args)
    }
  // The transport starts to listen for errors and closes only when it is asked to.
  transport.onError(unlessClosed((error) => down(refusedBy(error))))
  transport.onClose(unlessClosed(({ code, reason }) => down(closedBy(code, codeIn(reason)))))
  transport.onMessage(
    unlessClosed((data) => {
      const text = textOf(data)
      if (text.length > longestMessage) down({ reason: 'message too long' })
      else message(fieldsIn(text))
    }),
  )
  return {
    send(fields) {
      if (!transport.isOpen()) notOpen()
      transport.send(JSON.stringify(fields))
    },
    close() {
      isClosed = true
      transport.close()
    },
  }
}

function notOpen(): never {
  throw new Error('the socket is not open')
}

function openOrNothing(url: string, headers: Record<string, string>) {
  try {
    return openTransport(url, headers)
  } catch {
    return undefined
  }
}

/** JSON may come in binary frames too. */
const textOf = (data: unknown): string =>
  typeof data === 'string' ? data : decoder.decode(data as ArrayBuffer | Uint8Array)
const decoder = new TextDecoder()

/** @returns no fields for a text that is no JSON object: such a message is ignored */
function fieldsIn(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Fields) : {}
  } catch {
    return {}
  }
}

export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
