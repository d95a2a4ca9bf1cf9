// Asking the operator's system who calls, when that system is slow, dead or wrong.

import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { createLookup } from '../../src/integrations/lookup.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { BadServer, type Mood } from './bad-server.ts'

setDefaultTimeout(60_000)

const question = { callId: 'c', callerNumber: '0612345678', dialled: '0123456789' }
const servers: BadServer[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.stop()
})

function lookupAt(mood: Mood) {
  const server = new BadServer(mood)
  servers.push(server)
  const clock = new FakeClock()
  const metrics = new Metrics()
  const lines: string[] = []
  const { log } = createLog({ level: 'info', showPrivate: true, write: (line) => lines.push(line) })
  const options = { url: server.url, token: 'a-token', deadlineMs: 300, clock, log, metrics }
  const total = (result: string) => metrics.counter('lookups_total', '', { result }).value
  return { server, clock, lines, total, lookup: createLookup(options) }
}

test('number and token are in body and header, and unknown fields of the answer are ignored', async () => {
  const customer = {
    name: 'Zoé Martin',
    contract: 'F-12',
    vulnerable: true,
    incident: { until: null },
    more: 1,
  }
  const { server, lookup, total } = lookupAt({ answers: customer })
  expect(await lookup.find(question)).toEqual({
    ...{ name: 'Zoé Martin', contract: 'F-12', vulnerable: true, incident: { until: null } },
  })
  const [{ method, url, headers, body }] = server.got
  expect([method, url, headers.authorization]).toEqual(['POST', server.url, 'Bearer a-token'])
  expect(JSON.parse(body)).toEqual(question)
  expect(total('found')).toBe(1)
})

test('nobody is known by 404 or 204, and that is no failure', async () => {
  const { server, lookup, lines, total } = lookupAt({ answers: {}, status: 404 })
  expect(await lookup.find(question)).toBeUndefined()
  server.mood = { text: '', status: 404 }
  expect(await lookup.find(question)).toBeUndefined()
  expect([lines.length, total('unknown')]).toEqual([0, 2])
})

test.each<[string, Mood]>([
  ['an error', { answers: { name: 'X' }, status: 500 }],
  ['a page', { text: '<html>0612345678</html>', type: 'text/html' }],
  ['JSON that ends early', { text: '{"name":"0612345678' }],
  ['wrong types', { answers: { name: 7, vulnerable: 'yes' } }],
  ['a list', { answers: [] }],
  ['a name with a line break', { answers: { name: 'A\nVB_PHONE=1' } }],
  ['a name of 10 000 letters', { answers: { name: 'A'.repeat(10_000) } }],
  ['a name with SSML', { answers: { name: '<speak>0612345678</speak>' } }],
  ['a name with a template', { answers: { name: 'Zoé {{phone}}' } }],
  ['a contract with markup', { answers: { contract: '<b>F12</b>' } }],
  ['a time without its zone', { answers: { incident: { until: '2026-11-28 18:00' } } }],
  ['ten megabytes', { megabytes: 10 }],
  ['a redirect', { text: '', status: 307, headers: { location: 'http://127.0.0.1:1/' } }],
])('%s is as good as no answer, and only its kind is logged', async (_, mood) => {
  const { lookup, lines, total } = lookupAt(mood)
  expect(await lookup.find(question)).toBeUndefined()
  expect(await lookup.find(question)).toBeUndefined()
  expect([lines.length, total('failed')]).toEqual([1, 2])
  expect(lines.join('')).not.toMatch(/0612345678|a-token|VB_PHONE/)
})

test('a redirect is not followed: the other host gets neither number nor token', async () => {
  const elsewhere = new BadServer({ answers: { name: 'Zoé Martin' } })
  servers.push(elsewhere)
  for (const status of [301, 302, 303, 307, 308]) {
    const { lookup, total } = lookupAt({ text: '', status, headers: { location: elsewhere.url } })
    expect(await lookup.find(question)).toBeUndefined()
    expect(total('failed')).toBe(1)
  }
  expect(elsewhere.got).toEqual([])
})

test.each<[string, Mood]>([
  ['no answer', 'hangs'],
  ['a body that does not end', { megabytes: 0 }],
])('%s is given up at the deadline', async (_, mood) => {
  const { lookup, server, clock, total } = lookupAt(mood)
  let isOver = false
  const found = lookup.find(question).finally(() => {
    isOver = true
  })
  await server.requests(1)
  clock.advance(299)
  await Promise.resolve()
  expect(isOver).toBe(false)
  clock.advance(1)
  expect(await found).toBeUndefined()
  expect(total('late')).toBe(1)
})

test('after three failures the breaker asks no more for a while', async () => {
  const { lookup, server, total } = lookupAt({ answers: {}, status: 503 })
  for (let i = 0; i < 6; i++) {
    await lookup.find(question)
    // The breaker counts a failure in a later turn of the loop.
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect([server.got.length, total('failed'), total('skipped')]).toEqual([3, 3, 3])
})

test('a system that is not there costs nothing but a line of the log', async () => {
  const { lookup, server, lines } = lookupAt({ answers: {} })
  server.stop()
  expect(await lookup.find(question)).toBeUndefined()
  expect(lines.length).toBe(1)
})
