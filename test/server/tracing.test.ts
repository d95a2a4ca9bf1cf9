import { expect, setDefaultTimeout, test } from 'bun:test'
import { createLog } from '../../src/base/log.ts'
import { startTracing } from '../../src/server/tracing/tracing.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const callId = '00112233-4455-6677-8899-aabbccddeeff'
type Sent = {
  url: string
  spans: {
    name: string
    traceId: string
    parentSpanId?: string
    startTimeUnixNano: string
    endTimeUnixNano: string
    events: { name: string }[]
  }[]
}

function setup(answer: () => Promise<Response> = async () => new Response('{}')) {
  const clock = new FakeClock()
  const sent: Sent[] = []
  const warnings: string[] = []
  const { log } = createLog({ level: 'warn', showPrivate: false, write: (line) => void warnings.push(line) })
  let ids = 0
  const tracing = startTracing({
    endpoint: 'http://collector:4318',
    serviceName: 'voicebot',
    version: '1',
    clock,
    log,
    randomId: (bytes) => (++ids).toString(16).padStart(bytes * 2, '0'),
    fetch: (url, init) => {
      sent.push({ url, spans: JSON.parse(init.body).resourceSpans[0].scopeSpans[0].spans })
      return answer()
    },
  })
  return { clock, tracing, sent, warnings }
}

test('a call is a trace with one span per turn and one event per stage', async () => {
  const { clock, tracing, sent } = setup()
  tracing.take({ callId, atMs: 0, kind: 'started' })
  clock.advance(3_000)
  tracing.take({
    callId,
    atMs: 3_000,
    kind: 'latency',
    latency: { turn: 2, endpointing: 450, firstFrame: 900 },
  })
  clock.advance(1_000)
  tracing.take({ callId, atMs: 4_000, kind: 'ended', outcome: 'goodbye' })
  await clock.run(5_000)
  expect(sent).toHaveLength(1)
  expect(sent[0].url).toBe('http://collector:4318/v1/traces')
  const [turn, call] = sent[0].spans
  expect([turn.name, call.name]).toEqual(['turn', 'call'])
  expect(turn.parentSpanId).toBeDefined()
  expect(new Set([turn.traceId, call.traceId])).toEqual(new Set([callId.replaceAll('-', '')]))
  expect(BigInt(turn.endTimeUnixNano) - BigInt(turn.startTimeUnixNano)).toBe(900_000_000n)
  expect(BigInt(call.endTimeUnixNano) - BigInt(call.startTimeUnixNano)).toBe(4_000_000_000n)
  expect(turn.events.map(({ name }) => name)).toEqual(['endpointing', 'firstFrame'])
})

test('an unreachable collector is logged once and costs only the oldest spans', async () => {
  const { clock, tracing, warnings } = setup(() => Promise.reject(new Error('refused')))
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 3_000; i++) {
      tracing.take({ callId, atMs: 0, kind: 'started' })
      tracing.take({ callId, atMs: 0, kind: 'ended', outcome: 'goodbye' })
    }
    await clock.run(5_000)
  }
  expect(tracing.dropped).toBeGreaterThan(0)
  expect(warnings).toHaveLength(1)
})

test('close sends the spans that wait', async () => {
  const { tracing, sent } = setup()
  tracing.take({ callId, atMs: 0, kind: 'started' })
  tracing.take({ callId, atMs: 0, kind: 'ended', outcome: 'transfer' })
  await tracing.close()
  expect(sent).toHaveLength(1)
})

test('the spans of a forgotten call are not sent, those of others are', async () => {
  const { tracing, sent } = setup()
  const other = '11112233-4455-6677-8899-aabbccddeeff'
  for (const id of [callId, other]) {
    tracing.take({ callId: id, atMs: 0, kind: 'started' })
    tracing.take({ callId: id, atMs: 9, kind: 'ended', outcome: 'goodbye' })
  }
  tracing.forget(callId)
  await tracing.flush()
  expect(sent.flatMap(({ spans }) => spans.map(({ traceId }) => traceId))).toEqual([
    other.replaceAll('-', ''),
  ])
})
