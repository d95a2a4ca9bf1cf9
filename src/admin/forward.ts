// A WebSocket that begins at this machine and ends at the one that has the call: messages pass in both directions,
// unchanged.

import type { AdminSocket, SocketHandlers } from './deps.ts'

/** 2 s of both sides of a call. What a slow operator has not read beyond this is dropped rather than kept in memory. */
export const maxBufferedBytes = 64_000
/** Closing codes that are passed on, with their reason. */
const passedOn: readonly number[] = [1000, 1008]
const gone = [1011, 'the machine that has the call does not answer'] as const

/**
 * @param connect opens the WebSocket to the other machine; called when the operator's is open
 * @param onDropped called for each message that the operator could not take
 */
export function forwarder(connect: () => WebSocket, onDropped = () => {}): SocketHandlers {
  let here: AdminSocket | undefined
  let there: WebSocket | undefined
  return {
    maxBufferedBytes,
    open(socket) {
      here = socket
      there = connect()
      there.binaryType = 'arraybuffer'
      there.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data === 'string') socket.sendText(data)
        else if (!socket.send(new Uint8Array(data))) onDropped()
      }
      there.onclose = ({ code, reason }) =>
        passedOn.includes(code) ? socket.close(code, reason) : socket.close(...gone)
    },
    message(data) {
      if (there?.readyState !== WebSocket.OPEN) return
      if (there.bufferedAmount > maxBufferedBytes) here?.close(...gone)
      else there.send(data as string | Uint8Array<ArrayBuffer>)
    },
    close() {
      if (there === undefined) return
      there.onclose = null
      there.close()
    },
  }
}
