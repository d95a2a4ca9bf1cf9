// A message of Deepgram's that does not end: it is not read, and the socket is given up.

import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openTransport } from '../../../src/providers/live/transport.ts'

setDefaultTimeout(60_000)

let send = ''
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request, self) => (self.upgrade(request) ? undefined : new Response(null, { status: 400 })),
  websocket: { open: (socket) => void socket.send(send), message() {} },
})
afterAll(() => server.stop(true))

const outcome = (text: string) => {
  send = text
  const { promise, resolve } = Promise.withResolvers<string>()
  const transport = openTransport(`ws://127.0.0.1:${server.port}`, {})
  transport.onMessage((message) => {
    resolve(`read ${String(message).length}`)
    transport.close()
  })
  transport.onClose(({ code }) => resolve(`closed ${code}`))
  transport.onError(() => resolve('error'))
  return promise
}

test('a message of 120 kB is read; one of 150 kB closes the socket', async () => {
  expect(await outcome('x'.repeat(120_000))).toBe('read 120000')
  expect(await outcome('x'.repeat(150_000))).toStartWith('closed')
})
