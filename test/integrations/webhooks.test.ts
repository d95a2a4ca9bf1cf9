// Events for the operator's own system, when its receiver is slow, dead or wrong.

import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { signature, webhookKey } from '../../src/integrations/webhook-signature.ts'
import { createWebhooks } from '../../src/integrations/webhooks.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { BadServer, type Mood } from './bad-server.ts'
import { type ReceivedEvent, WebhookReceiver } from './webhook-receiver.ts'

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
  return { server, ...webhooksAt(server.url) }
}

function webhooksAt(url: string, clock = new FakeClock()) {
  const metrics = new Metrics()
  const lines: string[] = []
  const degraded = new Map<string, string>()
  const { log } = createLog({ level: 'info', showPrivate: true, write: (line) => lines.push(line) })
  const webhooks = createWebhooks({ url, secret, clock, log, metrics, degraded, random: () => 0 })
  const total = (result: string) => metrics.counter('webhook_events_total', '', { result }).value
  const waiting = () => metrics.gauge('webhook_events_waiting', '').value
  return { clock, lines, degraded, webhooks, total, waiting }
}

/** A sender with a receiver that verifies. */
function verified(mood?: (event: ReceivedEvent) => Mood | undefined) {
  const clock = new FakeClock()
  const receiver = new WebhookReceiver(secret, mood, () => clock.wallMs() / 1_000)
  servers.push(receiver.server)
  return { receiver, ...webhooksAt(receiver.server.url, clock) }
}

/** Bounded by the test's own limit, which ends only a test that leaves time for timers. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1))
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

test('a receiver can verify each event, and gets those of a call in order, once', async () => {
  const { receiver, webhooks, total, waiting } = verified()
  const types = ['call.started', 'callback.promised', 'call.transferred', 'call.ended']
  for (const callId of ['c1', 'c2', 'c3'])
    for (const type of types) webhooks.send(type, callId, { callerNumber: '0612345678', callerName: 'Zoé' })
  await until(() => total('delivered') === 12)
  expect(receiver.faults).toEqual([])
  for (const callId of ['c1', 'c2', 'c3'])
    expect(receiver.events.filter(({ data }) => data.callId === callId).map(({ type }) => type)).toEqual(
      types,
    )
  expect(receiver.server.got.every(({ url }) => !url.includes('0612345678'))).toBe(true)
  expect(waiting()).toBe(0)
})

test('events of a call are sent one after the other, and one that fails holds up no later one', async () => {
  let isSlow = true
  const { receiver, webhooks, clock, total } = verified(({ type, data }) =>
    isSlow && type === 'call.started' && data.callId === 'c1' ? 'hangs' : undefined,
  )
  webhooks.send('call.started', 'c1', {})
  webhooks.send('call.ended', 'c1', {})
  webhooks.send('call.started', 'c2', {})
  webhooks.send('call.ended', 'c2', {})
  await until(() => total('delivered') === 2)
  expect(receiver.events.map(({ data }) => data.callId)).toEqual(['c2', 'c2'])
  isSlow = false
  clock.advance(10_000)
  await until(() => total('delivered') === 3)
  clock.advance(5_000)
  await until(() => total('delivered') === 4)
  expect(receiver.types).toEqual(['call.started', 'call.ended', 'call.ended', 'call.started'])
  expect(receiver.faults).toEqual([])
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

test('a dead receiver fills a bounded queue, whose oldest events are dropped and counted', async () => {
  let isDown = true
  const { clock, receiver, webhooks, total, waiting } = verified(() =>
    isDown ? { answers: {}, status: 503 } : undefined,
  )
  for (let i = 0; i < 2_010; i++) webhooks.send('call.started', `c${i}`, {})
  expect([waiting(), total('dropped')]).toEqual([2_000, 10])
  await until(() => total('retried') === 2_000)
  isDown = false
  clock.advance(5_000)
  await until(() => total('delivered') === 2_000)
  const calls = receiver.events.map(({ data }) => data.callId)
  expect([calls.includes('c9'), calls.includes('c10'), calls.includes('c2009')]).toEqual([false, true, true])
})

test('an event is given up after four hours, however long the receiver asks to wait', async () => {
  const { server, clock, webhooks, total } = webhooksTo({
    ...{ text: '', status: 429, headers: { 'retry-after': '9999999' } },
  })
  webhooks.send('call.ended', 'c1', {})
  for (let hour = 1; hour <= 4; hour++) {
    await until(() => total('retried') === hour)
    clock.advance(3_599_999)
    expect(server.got.length).toBe(hour)
    clock.advance(1)
  }
  await until(() => total('given_up') === 1)
  expect(server.got.length).toBe(5)
})

test('an event that never got its turn is given up after four hours too', async () => {
  const { server, clock, webhooks, total } = webhooksTo('hangs')
  for (let i = 0; i < 5; i++) webhooks.send('call.started', `c${i}`, {})
  await server.requests(4)
  clock.advance(4 * 3_600_000 + 1)
  await until(() => total('given_up') === 5)
  expect(server.got.length).toBe(4)
})

test('a receiver that speaks no HTTP, or whose answer never ends, changes nothing', async () => {
  const garbage = Bun.listen({
    ...{ hostname: '127.0.0.1', port: 0 },
    socket: {
      data(socket) {
        socket.write('\0\xff 220 smtp ready\r\n\r\n')
        socket.end()
      },
    },
  })
  const wrong = webhooksAt(`http://127.0.0.1:${garbage.port}/`)
  wrong.webhooks.send('call.started', 'c1', {})
  await until(() => wrong.total('retried') === 1)
  garbage.stop(true)
  for (const megabytes of [0, 10]) {
    const endless = webhooksTo({ megabytes })
    endless.webhooks.send('call.started', 'c1', {})
    await until(() => endless.total('delivered') === 1)
  }
})

test('410 means that nothing is wanted any more, which health says', async () => {
  const moods: Mood[] = ['hangs', 'hangs', 'hangs', { answers: {}, status: 410 }]
  const { receiver, webhooks, total, waiting, degraded } = verified(() => moods.shift())
  for (let i = 0; i < 9; i++) webhooks.send('call.started', `c${i}`, {})
  await until(() => waiting() === 0)
  webhooks.send('call.ended', 'c1', {})
  expect(total('given_up')).toBe(9)
  expect([receiver.server.got.length, total('dropped'), total('delivered')]).toEqual([4, 1, 0])
  expect([...degraded.values()].join('')).toContain('410')
})

test('the end of the server sends what waits, and asks a receiver that fails again', async () => {
  let refusals = 2
  const { clock, receiver, webhooks, total } = verified(() =>
    refusals-- > 0 ? { answers: {}, status: 503 } : undefined,
  )
  webhooks.send('call.started', 'c1', {})
  await until(() => total('retried') === 1)
  webhooks.send('call.ended', 'c1', {})
  const closed = webhooks.close(3_000)
  await until(() => total('retried') === 2)
  clock.advance(500)
  await closed
  expect(receiver.types.sort()).toEqual(['call.ended', 'call.started'])
  expect([total('delivered'), total('dropped')]).toEqual([2, 0])
})

test('what the end of the server could not send is counted', async () => {
  const { server, clock, lines, webhooks, total, waiting } = webhooksTo('hangs')
  for (let i = 0; i < 6; i++) webhooks.send('call.ended', `c${i}`, {})
  await server.requests(4)
  const closed = webhooks.close(3_000)
  clock.advance(3_000)
  await closed
  expect([waiting(), total('dropped'), total('delivered')]).toEqual([0, 6, 0])
  expect(lines.join('')).toContain('"events":6')
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
