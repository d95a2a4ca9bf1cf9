// The sockets of live recognisers, which pass on why an upgrade was refused: under @deepgram/sdk they stand in place of
// the SDK's own. Deepgram gives the reason as a code, in the header `dg-error` or in the body.

import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { codeIn, readRefusal } from '../refusal.ts'
import type { Down } from './tuning.ts'

/** A refused upgrade, with the vendor's code when it names one: `INVALID_AUTH`. */
export class RefusedUpgrade extends Error {
  constructor(
    readonly status: number,
    readonly vendorCode: string | undefined,
  ) {
    super(`status ${status}`)
  }
}

type Message = string | ArrayBuffer | Blob | ArrayBufferView

/** No message of a recogniser comes close, in bytes or characters. */
const longestMessage = 128 * 1024

/** For the SDK's option `transportFactory`. */
export function openTransport(url: string, headers: Record<string, string>) {
  const socket = new WebSocket(url, { headers })
  socket.binaryType = 'arraybuffer'
  let isRefused = false
  return {
    send: (data: Message) => socket.send(data as string | ArrayBufferView),
    onOpen: (listener: () => void) => socket.on('open', listener),
    onMessage: (listener: (message: Message) => void) =>
      // Not by `on`, for which Bun turns each text into bytes.
      socket.addEventListener('message', ({ data }) => {
        // Not read at all: parsing it would delay the words of every call.
        const length = typeof data === 'string' ? data.length : data.byteLength
        if (length > longestMessage) socket.close(1009, 'message too long')
        else listener(data)
      }),
    onError(listener: (error: Error) => void) {
      socket.on('unexpected-response', (_, response) => {
        isRefused = true
        refusalOf(response).then(listener, listener)
      })
      socket.on('error', (error) => {
        if (!isRefused) listener(error)
      })
    },
    onClose: (listener: (event: { code: number; reason: string }) => void) =>
      socket.on('close', (code, reason) => {
        if (!isRefused) listener({ code, reason: String(reason) })
      }),
    isOpen: () => socket.readyState === WebSocket.OPEN,
    close: (code?: number, reason?: string) => socket.close(code, reason),
  }
}

/** How long the body of a refusal is waited for, in ms, and how much of it is read, in characters. */
const longestMs = 500
const longestBody = 4_096

async function refusalOf(response: IncomingMessage): Promise<RefusedUpgrade> {
  const status = response.statusCode ?? 0
  const inHeader = codeIn(String(response.headers['dg-error'] ?? ''))
  if (inHeader !== undefined) return new RefusedUpgrade(status, inHeader)
  return new RefusedUpgrade(status, readRefusal(await bodyOf(response), []).reason)
}

function bodyOf(response: IncomingMessage): Promise<string> {
  let text = ''
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      resolve(text.slice(0, longestBody))
    }
    const timer = setTimeout(end, longestMs)
    response.on('data', (bytes: Buffer) => {
      text += bytes.toString()
      if (text.length > longestBody) end()
    })
    response.on('end', end)
    response.on('error', end)
  })
}

const worded = (...words: readonly unknown[]) => words.filter((word) => word !== undefined).join(' ')

/** A closed socket, with the code of its close frame. */
export const closedBy = (closeCode: number | undefined, vendorCode: string | undefined): Down => ({
  closeCode,
  reason: worded('closed', closeCode, vendorCode),
  vendorCode,
})

/** An error of a socket: a refused upgrade, or anything else. */
export function refusedBy(error: Error): Down {
  if (!(error instanceof RefusedUpgrade)) return { reason: 'error' }
  const { status, vendorCode } = error
  return { status, reason: worded('refused', status, vendorCode), vendorCode }
}
