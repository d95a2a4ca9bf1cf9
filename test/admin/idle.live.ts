// How long a connection of the admin server may be idle.

import { expect, test } from 'bun:test'
import { createAdmin } from '../../src/admin/app.ts'
import { startAdmin } from '../../src/admin/server.ts'
import { callId, fakeProgram, fakeToken } from './fakes.ts'

test('a connection that is idle after its response or within its request is closed; a silent event stream is not', async () => {
  const { deps, emit } = fakeProgram()
  const server = startAdmin({
    ...{ host: '127.0.0.1', port: 0, app: createAdmin(deps) },
    limits: { idleTimeoutMs: 1_000 },
  })
  try {
    const stream = await fetch(`http://127.0.0.1:${server.port}/api/events`, {
      headers: { authorization: `Bearer ${fakeToken}` },
    })
    const reader = stream.body!.getReader()
    await reader.read()
    const still = [
      'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
      `PUT /api/phrases/ok HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${fakeToken}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`,
    ].map(async (text) => {
      const closed = Promise.withResolvers<void>()
      const socket = await Bun.connect({
        hostname: '127.0.0.1',
        port: server.port,
        socket: { data() {}, close: () => closed.resolve() },
      })
      socket.write(text)
      await closed.promise
    })
    await Promise.all(still)
    emit({ callId, atMs: 1_000, kind: 'ended', outcome: 'goodbye' })
    expect(new TextDecoder().decode((await reader.read()).value)).toStartWith('event: ended')
    await reader.cancel()
  } finally {
    await server.stop()
  }
}, 20_000)
