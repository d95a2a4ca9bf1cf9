// Events for the operator's own system, when its receiver is slow, dead or wrong.

import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { createWebhooks, signature, webhookKey } from '../../src/integrations/webhooks.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { BadServer, type Mood } from './bad-server.ts'

setDefaultTimeout(60_000)

const bytes = Buffer.alloc(32, 7)
const secret = `whsec_${bytes.toString('base64')}`
const servers: BadServer[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.stop()
})

function webhooksTo(mood: Mood) {
  const server = new BadServer(mood)
  servers.push(server)
  const clock = new FakeClock()
  const metrics = new Metrics()
  const lines: string[] = []
  const { log } = createLog({ level: 'info', showPrivate: true, write: (line) => lines.push(line) })
  const webhooks = createWebhooks({ url: server.url, secret, clock, log, metrics, random: () => 0 })
  const total = (result: string) => metrics.counter('webhook_events_total', '', { result }).value
  const waiting = () => metrics.gauge('webhook_events_waiting', '').value
  return { server, clock, lines, webhooks, total, waiting }
}

/** Bounded by the test's own limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

test('the signature is that of the specification', () => {
  // Example of the reference libraries of Standard Webhooks.
  const key = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')!
  const body = '{"test": 2432232314}'
  expect(signature(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, body)).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  )
  for (const bad of ['', 'whsec_', 'whsec_c2hvcnQ=', secret.slice(6), `${secret}!`])
    expect(webhookKey(bad)).toBeUndefined()
})

test('a receiver can verify each event, and gets it once', async () => {
  const { server, webhooks, total, waiting } = webhooksTo({ answers: {} })
  webhooks.send('call.started', 'c1', { callerNumber: '0612345678' })
  webhooks.send('call.ended', 'c1', { outcome: 'goodbye' })
  await until(() => total('delivered') === 2)
  for (const { headers, body } of server.got) {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const wanted = createHmac('sha256', bytes).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${wanted}`)
  }
  expect(server.got.map(({ body }) => JSON.parse(body).type).sort()).toEqual(['call.ended', 'call.started'])
  expect(server.got.every(({ url }) => !url.includes('0612345678'))).toBe(true)
  expect(waiting()).toBe(0)
})

test.each<[string, Mood]>([
  ['an error', { answers: {}, status: 500 }],
  ['a redirect', { text: '', status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
])('%s is tried again with the same id, later each time, and given up at last', async (_, mood) => {
  const { server, clock, webhooks, total, lines, waiting } = webhooksTo(mood)
  webhooks.send('call.ended', 'c1', { phone: '0612345678' })
  await until(() => total('retried') === 1)
  clock.advance(4_999)
  expect(server.got.length).toBe(1)
  const pauses = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000]
  for (const [i, pauseMs] of pauses.entries()) {
    clock.advance(pauseMs)
    const result = i < pauses.length - 1 ? 'retried' : 'given_up'
    await until(() => total(result) === (result === 'retried' ? i + 2 : 1))
  }
  expect(new Set(server.got.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect([server.got.length, waiting(), lines.length]).toEqual([7, 0, 1])
  expect(lines.join('')).not.toMatch(/0612345678|whsec_/)
})

test('a receiver that takes no answer’s end is left after ten seconds', async () => {
  const { server, clock, webhooks, total } = webhooksTo('hangs')
  for (let i = 0; i < 9; i++) webhooks.send('call.started', `c${i}`, {})
  await server.requests(4)
  expect(server.got.length).toBe(4)
  clock.advance(10_000)
  await server.requests(8)
  expect(total('retried')).toBe(4)
})

test('a dead receiver fills a bounded queue, and what is dropped is counted', async () => {
  const { server, webhooks, total, waiting } = webhooksTo({ answers: {} })
  server.stop()
  for (let i = 0; i < 2_010; i++) webhooks.send('call.started', `c${i}`, {})
  expect([waiting(), total('dropped')]).toEqual([2_000, 10])
  await webhooks.close(0)
  expect(waiting()).toBe(0)
})

test('410 means that nothing is wanted any more', async () => {
  const { server, webhooks, total } = webhooksTo({ answers: {}, status: 410 })
  webhooks.send('call.started', 'c1', {})
  await until(() => total('given_up') === 1)
  webhooks.send('call.ended', 'c1', {})
  expect([server.got.length, total('dropped')]).toEqual([1, 1])
})

test('a caller who is erased is not told of afterwards', async () => {
  const { server, clock, webhooks, total, waiting } = webhooksTo({ answers: {}, status: 500 })
  webhooks.send('call.ended', 'c1', { phone: '0612345678' })
  await until(() => total('retried') === 1)
  webhooks.forget('c1')
  expect(waiting()).toBe(0)
  server.mood = { answers: {} }
  clock.advance(10_000_000)
  webhooks.send('call.started', 'c2', {})
  await until(() => total('delivered') === 1)
  expect(server.got.length).toBe(2)
})
