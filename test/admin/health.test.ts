import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createAdmin } from '../../src/admin/app.ts'
import { createExposition } from '../../src/admin/prometheus.ts'
import { readinessOf } from '../../src/admin/readiness.ts'
import { startAdmin } from '../../src/admin/server.ts'
import { createNextSteps } from '../../src/asterisk/next-steps.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { callId, fakeProgram, fakeToken } from './fakes.ts'

setDefaultTimeout(60_000)

const token = 'a-token-for-the-tests-only'
const room = { live: 0, places: 10, most: 10 }

describe('health', () => {
  test('a live process reports that, and its version', async () => {
    const response = await fakeProgram().ask('/healthz')
    expect(await response.json()).toEqual({ status: 'alive', version: '0.1.0' })
  })

  test('while draining, the server is not ready and says why', async () => {
    const { ask, deps } = fakeProgram()
    expect((await ask('/readyz')).status).toBe(200)
    deps.drain.start()
    const refused = await ask('/readyz')
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, 'draining'])
    deps.drain.stop()
    expect((await ask('/readyz')).status).toBe(200)
  })

  test('a required part that is down is named', async () => {
    const { ask } = fakeProgram({
      readiness: () => ({ ready: false, reason: 'audio workers: 0 of 3 are up' }),
    })
    const response = await ask('/readyz')
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      503,
      'audio workers: 0 of 3 are up',
    ])
  })

  test('a part that calls do not need is named, and the server stays ready', async () => {
    const degraded = ['voice judge: its thread is down']
    const response = await fakeProgram({ readiness: () => ({ ready: true, degraded }) }).ask('/readyz')
    expect([response.status, await response.json()]).toEqual([200, { status: 'ready', degraded }])
  })

  test.each([
    [{ down: 0 }, false, undefined, 'ready'],
    [{ down: 2 }, false, undefined, 'ready, audio workers: 2 of 3 are down'],
    [{ down: 3 }, false, undefined, 'not ready, audio workers: all 3 are down, so no audio can be decoded'],
    [{ down: 0 }, true, undefined, 'ready, voice judge: its thread is down, energy alone decides who speaks'],
    [{ down: 0 }, false, 'standIn', 'ready, embedded voice: its thread is down, other voices speak'],
    [
      { down: 0 },
      false,
      'only',
      'not ready, embedded voice: its thread is down, and there is no other voice',
    ],
  ] as const)('with %j, judge down %p, voice down %p: %s', (audio, isDown, voiceDown, told) => {
    const answer = readinessOf({
      audio: { size: 3, ...audio },
      judge: { isDown },
      ears: undefined,
      voiceDown,
      room,
      degraded: [],
    })
    const words = answer.ready ? ['ready', ...answer.degraded] : ['not ready', answer.reason]
    expect(words.join(', ')).toBe(told)
  })

  test('a thread of the recognisers that is down is named', () => {
    const parts = { audio: { size: 3, down: 0 }, judge: undefined, voiceDown: undefined, room, degraded: [] }
    const degraded = ['recognisers: their thread is down, callers are led by keys until it works again']
    expect(readinessOf({ ...parts, ears: { isDown: true } })).toEqual({ ready: true, degraded })
    expect(readinessOf({ ...parts, ears: { isDown: false } })).toEqual({ ready: true, degraded: [] })
  })

  test.each([
    [{ live: 9, places: 10, most: 10 }, []],
    [{ live: 10, places: 10, most: 10 }, ['calls: all 10 places are taken; more callers go to the queue']],
    [
      { live: 30, places: 20, most: 100 },
      ['calls: all 20 places are taken, of 100 while it is not late; more callers go to the queue'],
    ],
  ])('with %j the server is ready, and says so when it is full', (room, degraded) => {
    const audio = { size: 3, down: 0 }
    const parts = { audio, judge: undefined, ears: undefined, voiceDown: undefined, room, degraded: [] }
    expect(readinessOf(parts)).toEqual({ ready: true, degraded })
  })

  test('metrics include ours and those of the process', async () => {
    const { ask, deps } = fakeProgram()
    deps.metrics.counter('calls_total', 'Calls', { outcome: 'goodbye' }).add(3)
    const text = await (await ask('/metrics')).text()
    expect(text).toContain('voicebot_calls_total{outcome="goodbye"} 3\n')
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_open_fds',
      'process_max_fds',
      'process_start_time_seconds',
      'nodejs_eventloop_lag_mean_seconds',
      'nodejs_eventloop_lag_max_seconds',
    ])
      expect(text).toMatch(new RegExp(`\n${name} [0-9.e-]+\n`))
  })
})

describe('exposition', () => {
  test('histogram buckets are cumulative and end in +Inf', async () => {
    const metrics = new Metrics()
    const histogram = metrics.histogram('wait_ms', 'Wait', [10, 20], { stage: 'llm' })
    for (const value of [5, 10, 15, 99]) histogram.observe(value)
    expect(createExposition(metrics)()).toStartWith(
      [
        '# HELP voicebot_wait_ms Wait',
        '# TYPE voicebot_wait_ms histogram',
        'voicebot_wait_ms_bucket{stage="llm",le="10"} 2',
        'voicebot_wait_ms_bucket{stage="llm",le="20"} 3',
        'voicebot_wait_ms_bucket{stage="llm",le="+Inf"} 4',
        'voicebot_wait_ms_sum{stage="llm"} 129',
        'voicebot_wait_ms_count{stage="llm"} 4',
        '',
      ].join('\n'),
    )
  })

  test('samples of one name are grouped under one header, and labels are escaped', async () => {
    const metrics = new Metrics()
    metrics.counter('a_total', 'One\nline', { x: 'q"\\\n' }).add()
    metrics.gauge('b', 'B').value = Number.POSITIVE_INFINITY
    metrics.counter('a_total', 'One\nline', { x: 'y' }).add(2)
    expect(createExposition(metrics)()).toStartWith(
      [
        '# HELP voicebot_a_total One\\nline',
        '# TYPE voicebot_a_total counter',
        'voicebot_a_total{x="q\\"\\\\\\n"} 1',
        'voicebot_a_total{x="y"} 2',
        '',
        '# HELP voicebot_b B',
        '# TYPE voicebot_b gauge',
        'voicebot_b +Inf',
        '',
      ].join('\n'),
    )
  })

  test('a scrape has the present values, and names and labels added since the last scrape', async () => {
    const metrics = new Metrics()
    const text = createExposition(metrics)
    const ours = () =>
      text()
        .split('\n')
        .filter((line) => line.startsWith('voicebot_'))
    const calls = metrics.counter('calls_total', 'Calls')
    calls.add(2)
    expect(ours()).toEqual(['voicebot_calls_total 2'])
    calls.add()
    expect(ours()).toEqual(['voicebot_calls_total 3'])
    metrics.counter('calls_total', 'Calls', { outcome: 'lost' }).add()
    metrics.gauge('live', 'Live').value = -1
    expect(ours()).toEqual([
      'voicebot_calls_total 3',
      'voicebot_calls_total{outcome="lost"} 1',
      'voicebot_live -1',
    ])
  })
})

describe('next step for the dialplan', () => {
  test('Asterisk gets the lines without a token, with the UUID in upper or lower case', async () => {
    const nextSteps = createNextSteps({ clock: new FakeClock() })
    nextSteps.set(callId, { verb: 'dial', target: 'PJSIP/tech1', variables: { BOT_TOPIC: 'internet' } })
    const { ask } = fakeProgram({ nextSteps, token })
    const response = await ask(`/asterisk/calls/${callId.toUpperCase()}/next?audiosocket=SUCCESS`)
    expect(await response.text()).toBe('dial|PJSIP/tech1\nBOT_TOPIC=internet\n')
    expect(response.headers.get('content-type')).toStartWith('text/plain')
  })

  test('an address outside the list is refused, with an answer the dialplan does not act on', async () => {
    const response = await fakeProgram().ask(`/asterisk/calls/${callId}/next`, {}, { address: '192.0.2.9' })
    expect(response.status).toBe(403)
    expect(await response.text()).not.toMatch(/^(queue|dial|hangup)\|/)
  })

  test.each(['x', `${callId}x`, '..%2f..%2fetc%2fpasswd'])('%p is not a UUID', async (uuid) => {
    expect((await fakeProgram().ask(`/asterisk/calls/${uuid}/next`)).status).toBe(400)
  })
})

describe('guard', () => {
  test.each([
    ['no header', {}, 401],
    ['another token', { authorization: 'Bearer wrong' }, 401],
    ['the token in another scheme', { authorization: `Basic ${token}` }, 401],
    ['the token', { authorization: `Bearer ${token}` }, 200],
    ['the token, scheme in lower case', { authorization: `bearer ${token}` }, 200],
    [
      'the token, from a page of another site',
      { authorization: `Bearer ${token}`, origin: 'https://evil.test' },
      403,
    ],
    [
      'the token, from our own page',
      { authorization: `Bearer ${token}`, origin: 'http://127.0.0.1:8080' },
      200,
    ],
  ] as [string, Record<string, string>, number][])('with a token set, %s', async (_name, headers, status) => {
    const { ask } = fakeProgram({ token })
    for (const path of ['/metrics', '/api/openapi.json'])
      expect((await ask(path, { headers }, { address: '203.0.113.5' })).status).toBe(status)
  })

  test.each([
    ['127.0.0.1', {}, 200],
    ['::ffff:127.0.0.1', {}, 200],
    ['127.0.0.1', { host: 'rebound.evil.test:8080' }, 403],
    ['127.0.0.1', { origin: 'null' }, 403],
    // An image or script on another site, for which browsers send no Origin. A link to the page works.
    ['127.0.0.1', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['127.0.0.1', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['127.0.0.1', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
    ['127.0.0.1', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 200],
  ] as [string, Record<string, string>, number][])(
    'with the token, from %s with %j',
    async (address, headers, status) => {
      expect((await fakeProgram().ask('/metrics', { headers }, { address })).status).toBe(status)
    },
  )

  test('every response has the security headers, refusals too', async () => {
    const { ask } = fakeProgram({ token })
    for (const path of ['/healthz', '/metrics', '/nothing']) {
      const { headers } = await ask(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    }
  })

  test('an unknown path gets problem details in JSON', async () => {
    const response = await fakeProgram().ask('/nothing')
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'there is no such path',
      code: 'unknown_route',
    })
  })
})

describe('a wrong request', () => {
  test.each([
    ['DELETE', '/api/calls', 'GET, HEAD'],
    ['POST', '/metrics', 'GET, HEAD'],
    ['GET', '/api/drain', 'DELETE, POST'],
    ['PATCH', '/api/phrases/ok', 'GET, HEAD, PUT'],
    ['OPTIONS', `/api/calls/${callId}/say`, 'POST'],
    ['POST', '/', 'GET, HEAD, OPTIONS'],
  ])('%s %s is refused with the allowed methods', async (method, path, allow) => {
    const response = await fakeProgram().ask(path, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status: 405, code: 'wrong_method' })
  })

  test('without the token, no path and no method is revealed', async () => {
    expect((await fakeProgram({ token }).ask('/api/calls', { method: 'DELETE' })).status).toBe(401)
  })

  test.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonish'])(
    'a body of type %p is not read',
    async (type) => {
      const { ask, asked } = fakeProgram()
      const init = {
        body: '{"text":"Un instant."}',
        headers: new Headers(type ? { 'content-type': type } : {}),
      }
      for (const [method, path] of [
        ['POST', `/api/calls/${callId}/say`],
        ['PUT', '/api/phrases/ok'],
      ] as const) {
        const response = await ask(path, { method, ...init })
        expect(response.status).toBe(415)
        expect(await response.json()).toMatchObject({ title: 'Unsupported Media Type', code: 'no_json' })
      }
      expect(asked).toEqual([])
    },
  )
})

test('the app serves on its own port, and knows the address of the peer', async () => {
  const { deps } = fakeProgram()
  const server = startAdmin({ host: '127.0.0.1', port: 0, app: createAdmin(deps) })
  try {
    const url = `http://127.0.0.1:${server.port}`
    expect(
      (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${fakeToken}` } })).status,
    ).toBe(200)
    expect(await (await fetch(`${url}/asterisk/calls/${callId}/next`)).text()).toBe('queue|support\n')
  } finally {
    await server.stop()
  }
})
