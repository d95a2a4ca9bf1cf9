// What one token may ask of the calls: no more than a person needs.

import { expect, setDefaultTimeout, test } from 'bun:test'
import type { SocketHandlers } from '../../src/admin/deps.ts'
import { ProviderError } from '../../src/base/errors.ts'
import type { Connection } from '../../src/call/connection.ts'
import { thrownFailure } from '../../src/providers/errors.ts'
import { callId, fakeProgram, loopback } from './fakes.ts'

setDefaultTimeout(30_000)

const say = { method: 'POST', body: '{"text":"Bonjour"}', headers: { 'content-type': 'application/json' } }

test('a flood of lines to say is refused after five, and two seconds later there is room for one', async () => {
  const { ask, asked, clock } = fakeProgram()
  const statuses = async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`/api/calls/${callId}/say`, say)))
    return answers.filter(({ status }) => status === 200).length
  }
  expect(await statuses()).toBe(5)
  expect(asked).toHaveLength(5)
  clock.advance(2_000)
  expect(await statuses()).toBe(1)
})

test('a full queue of the embedded voice is not counted as a fault of the voice', () => {
  const failure = thrownFailure(
    'pico-1',
    new ProviderError('limited', '32 texts wait', { retryable: true }),
    false,
  )
  expect([failure.code, failure.retryable]).toEqual(['limited', true])
})

test('keys from the page are dropped beyond what a person presses', async () => {
  let keys = 0
  const program = fakeProgram({
    talk(connection: Connection) {
      connection.listener = { audio() {}, key: () => void keys++, closed() {} } as Connection['listener']
    },
  })
  let page = undefined as SocketHandlers | undefined
  const upgrade = (handlers: SocketHandlers) => {
    page = handlers
    return true
  }
  await program.ask('/api/talk', {}, { ...loopback, upgrade })
  page?.open({ send: () => true, sendText() {}, close() {} })
  for (let i = 0; i < 1_000; i++) page?.message?.('1')
  expect(keys).toBe(40)
  page?.message?.('x')
  expect(keys).toBe(40)
})

test('eight may listen to a call; who leaves makes room', async () => {
  const { ask } = fakeProgram()
  const open: SocketHandlers[] = []
  const upgrade = (handlers: SocketHandlers) => {
    open.push(handlers)
    handlers.open({ send: () => true, sendText() {}, close() {} })
    return true
  }
  const listen = async () => (await ask(`/api/calls/${callId}/listen`, {}, { ...loopback, upgrade })).status
  for (let i = 0; i < 8; i++) expect(await listen()).toBe(200)
  expect(await listen()).toBe(503)
  open[0].close()
  expect(await listen()).toBe(200)
})
