// What is open when its token is revoked: event streams and sockets end within a second.

import { expect, setDefaultTimeout, test } from 'bun:test'
import type { Holder } from '../../src/access/scopes.ts'
import type { SocketHandlers } from '../../src/admin/deps.ts'
import { callId, fakeProgram, loopback } from './fakes.ts'

setDefaultTimeout(30_000)

/** Two tokens, which a test can take away. */
function program() {
  const held = new Map<string, Holder>(
    ['mine', 'other'].map((name) => [name, { name, scopes: ['read', 'act'] }]),
  )
  const calls: string[] = []
  const fake = fakeProgram({
    tokens: { holderOf: (token) => held.get(token) },
    talk: (connection) => {
      connection.listener = { audio() {}, key() {}, closed: (reason) => void calls.push(reason) }
    },
  })
  const headers = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  return { ...fake, held, calls, headers }
}

test.each(['/api/events', `/api/calls/${callId}/events`])(
  'the event stream %s ends, and others go on',
  async (path) => {
    const { ask, clock, held, headers } = program()
    const ended: string[] = []
    const follow = async (token: string) => {
      const reader = (await ask(path, headers(token))).body!.getReader()
      await reader.read()
      void (async () => {
        while (!(await reader.read()).done);
        ended.push(token)
      })()
      return reader
    }
    await follow('mine')
    const other = await follow('other')
    held.delete('mine')
    await clock.run(500)
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    expect(ended).toEqual(['mine'])
    await other.cancel()
    await clock.run(9_000)
    expect(clock.pending).toBe(0)
  },
)

test.each(['/api/talk', `/api/calls/${callId}/listen`])(
  'the socket %s is closed, with the reason',
  async (path) => {
    const { ask, clock, held, calls, headers } = program()
    const open = async (token: string) => {
      const closes: string[] = []
      let handlers: SocketHandlers | undefined
      const upgrade = (socket: SocketHandlers) => {
        handlers = socket
        return true
      }
      await ask(path, headers(token), { ...loopback, upgrade })
      const socket = {
        send: () => true,
        sendText() {},
        close(code: number, reason: string) {
          closes.push(`${code} ${reason}`)
          handlers!.close()
        },
      }
      handlers!.open(socket)
      return { closes, handlers: handlers! }
    }
    const mine = await open('mine')
    const other = await open('other')
    held.set('mine', { name: 'mine', scopes: ['edit'] })
    await clock.run(500)
    expect([mine.closes, other.closes]).toEqual([['1008 the token was revoked'], []])
    if (path === '/api/talk') expect(calls).toEqual(['peer closed'])
    other.handlers.close()
    expect(clock.pending).toBe(0)
  },
)
