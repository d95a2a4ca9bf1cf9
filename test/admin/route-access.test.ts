// The table of routes × who asks and how, made from the app's own routes: a new route without a line in
// admin/route-access.ts fails here.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Holder, type Scope, scopes } from '../../src/access/scopes.ts'
import { createAdmin } from '../../src/admin/app.ts'
import type { AdminDeps } from '../../src/admin/deps.ts'
import { type RouteAccess, routeAccess } from '../../src/admin/route-access.ts'
import { Links } from '../../src/webrtc/links.ts'
import { fakeCluster } from './fake-cluster.ts'
import { callId, fakeProgram, fakeWebrtc, otherId } from './fakes.ts'

setDefaultTimeout(30_000)

const { deps: anyDeps, app: anyApp } = fakeProgram({ talk() {} })
const routes = [
  ...new Set(
    anyApp.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
  ),
].sort()

/** A token per scope, named after it, and one that is accepted from loopback only. */
const holders: Record<string, Holder> = {
  ...Object.fromEntries(scopes.map((scope) => [scope, { name: scope, scopes: [scope] }])),
  here: { name: 'here', scopes, loopbackOnly: true },
}
const recordings = {
  list: async () => ({ recordings: [], next: null, isComplete: true }),
  turns: async () => ({ turns: [], next: null, isComplete: true }),
  find: async () => undefined,
  remove: async () => true,
} as unknown as AdminDeps['recordings']

type Asked = { headers?: Record<string, string>; address?: string; proxyFrom?: string[] }

function pathOf(route: string): string {
  const [method, pattern] = route.split(' ')
  return pattern
    .replace(':phone', '0612345678')
    .replace('/phrases/:name', method === 'GET' ? '/phrases/ok.wav' : '/phrases/ok')
    .replace('/recordings/:id', method === 'GET' ? `/recordings/${callId}.json` : `/recordings/${callId}`)
    .replace(/:\w+/, callId)
}

/** @returns the status, and the code of the refusal if it is one */
async function ask(route: string, { headers = {}, address = '127.0.0.1', proxyFrom = [] }: Asked) {
  const [method] = route.split(' ')
  const path = pathOf(route)
  const app = createAdmin({
    ...anyDeps,
    recordings,
    proxyFrom,
    publicHosts: ['bot.example.com'],
    cluster: fakeCluster(),
    tokens: { holderOf: (token) => holders[token] },
    asteriskAllows: (from) => from === '127.0.0.1' || from === '192.0.2.9',
  })
  const response = await app.request(`http://127.0.0.1:8080${path}`, { method, headers }, { address })
  if (response.headers.get('content-type') !== 'application/problem+json') {
    await response.body?.cancel()
    return { status: response.status, code: '' }
  }
  const { code } = (await response.json()) as { code: string }
  return { status: response.status, code }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
/** What the guard answers; whatever else comes is the route's own answer. */
const guardCodes = [
  'bad_token',
  'no_scope',
  'foreign_host',
  'foreign_origin',
  'hidden_client',
  'not_asterisk',
  'loopback_only',
  'not_a_machine',
]
const isLetIn = ({ code }: { code: string }) => !guardCodes.includes(code)

test('every route has a line in the table, and every line a route', () => {
  expect(Object.keys(routeAccess).sort()).toEqual(routes)
})

test('a route that the table does not know answers nobody', async () => {
  const { deps } = fakeProgram()
  const app = createAdmin({ ...deps, tokens: { holderOf: () => ({ name: 'all', scopes }) } })
  app.get('/api/forgotten', (context) => context.text('data'))
  const answer = await app.request(
    'http://127.0.0.1/api/forgotten',
    { headers: bearer('all') },
    { address: '127.0.0.1' },
  )
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'no_scope'])
})

const betweenMachines = routes.filter((route) => routeAccess[route].needs === 'cluster')

describe.each(betweenMachines)('%s', (route) => {
  const refused = { status: 401, code: 'not_a_machine' }

  test('takes no token, and no address', async () => {
    expect(await ask(route, {})).toEqual(refused)
    for (const token of [...scopes, 'here'])
      expect(await ask(route, { headers: bearer(token) })).toEqual(refused)
  })

  test('takes the signature of a machine, for its method and path', async () => {
    const [method] = route.split(' ')
    const path = pathOf(route)
    const signed = { authorization: `Cluster ${method} ${path}` }
    expect(isLetIn(await ask(route, { headers: signed, address: '203.0.113.5' }))).toBe(true)
    expect(await ask(route, { headers: { authorization: `Cluster ${method} ${path}x` } })).toEqual(refused)
  })

  test('answers under no foreign name and to no page', async () => {
    expect(await ask(route, { headers: { host: 'evil.com' } })).toEqual({ status: 403, code: 'foreign_host' })
    const headers = { origin: 'https://evil.com' }
    expect(await ask(route, { headers })).toEqual({ status: 403, code: 'foreign_origin' })
  })
})

describe.each(routes.filter((route) => !betweenMachines.includes(route)))('%s', (route) => {
  const needs = routeAccess[route].needs as Exclude<RouteAccess['needs'], 'cluster'>

  test('without a token', async () => {
    const answer = await ask(route, {})
    if (needs === 'open' || needs === 'asterisk') expect(isLetIn(answer)).toBe(true)
    else expect(answer).toEqual({ status: 401, code: 'bad_token' })
  })

  test.each([...scopes])('with a token that may only %s', async (scope: Scope) => {
    const answer = await ask(route, { headers: bearer(scope) })
    const may = needs === 'open' || needs === 'asterisk' || needs.includes(scope)
    if (may) expect(isLetIn(answer)).toBe(true)
    else expect(answer).toEqual({ status: 403, code: 'no_scope' })
  })

  test('with a token of this machine, from this machine and from elsewhere', async () => {
    expect(isLetIn(await ask(route, { headers: bearer('here') }))).toBe(true)
    const far = await ask(route, { headers: bearer('here'), address: '203.0.113.5' })
    const expected = needs === 'open' ? '' : needs === 'asterisk' ? 'not_asterisk' : 'loopback_only'
    if (expected === '') expect(isLetIn(far)).toBe(true)
    else expect(far).toEqual({ status: 403, code: expected })
  })

  test.each([
    'evil.com',
    'evil.com:8080',
    '127.0.0.1.nip.io',
    'localhost.evil.com',
    'bot.example.com.evil.com',
    '',
  ])('under the foreign name %p', async (host) => {
    for (const headers of [{ host }, { host, ...bearer('here') }])
      expect(await ask(route, { headers })).toEqual({ status: 403, code: 'foreign_host' })
  })

  test.each([
    '127.0.0.1:8080',
    'localhost',
    '[::1]:8080',
    '192.168.1.7:8080',
    'bot',
    'bot.local',
    'bot.example.com:443',
  ])('under its own name %s', async (host) => {
    expect(isLetIn(await ask(route, { headers: { host, ...bearer('here') } }))).toBe(true)
  })

  test.each([
    { origin: 'https://evil.com' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:9999' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
  ] as Record<string, string>[])('from a page of another site: %j', async (headers) => {
    for (const token of [{}, bearer('here')])
      expect(await ask(route, { headers: { ...headers, ...token } })).toEqual({
        status: 403,
        code: 'foreign_origin',
      })
  })

  test.each([
    { 'x-forwarded-for': '203.0.113.9' },
    { forwarded: 'for=203.0.113.9' },
    { via: '1.1 proxy' },
    { 'x-real-ip': '203.0.113.9' },
    { 'x-forwarded-proto': 'https' },
    { 'x-forwarded-host': 'bot.example.com' },
  ] as Record<string, string>[])('through an unnamed proxy: %j', async (headers) => {
    expect(await ask(route, { headers })).toEqual({ status: 403, code: 'hidden_client' })
    expect(await ask(route, { headers: { ...headers, ...bearer('here') } })).toEqual({
      status: 403,
      code: 'hidden_client',
    })
  })

  test('through a proxy of PROXY_FROM the forwarded address counts', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.1, 192.0.2.9, 10.0.0.3', host: 'bot.example.com' }
    const proxyFrom = ['127.0.0.1', '10.0.0.0/8']
    const answer = await ask(route, { headers, proxyFrom })
    if (needs === 'open' || needs === 'asterisk') expect(isLetIn(answer)).toBe(true)
    else expect(answer).toEqual({ status: 401, code: 'bad_token' })
    const invented = { ...headers, 'x-forwarded-for': '127.0.0.1, 203.0.113.9' }
    const far = await ask(route, { headers: { ...invented, ...bearer('here') }, proxyFrom })
    if (needs === 'open') expect(isLetIn(far)).toBe(true)
    else expect(far.status).toBe(403)
  })
})

describe('the audit trail', () => {
  test('each action that the table names leaves exactly one line, without the data', async () => {
    const audited: Record<string, string[]> = {}
    for (const route of routes) {
      const pageLogin = { create: () => 'x', redeem: () => 'the-token-of-the-page' }
      const webrtc = fakeWebrtc(new Links({ wallMs: () => 0 }))
      const program = fakeProgram({
        ...{ talk() {}, pageLogin, webrtc, cluster: fakeCluster() },
        recordings: { ...recordings, ...found },
      })
      const [method, pattern] = route.split(' ')
      const { path, body, sound, sdp } = example(method, pattern)
      const init = {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        ...(sound && { body: new Uint8Array(64), headers: { 'content-type': 'audio/wav' } }),
        ...(sdp && { body: 'v=0', headers: { 'content-type': 'application/sdp' } }),
      }
      const upgrade = () => true
      const response = await program.ask(path, init, { address: '127.0.0.1', upgrade })
      await response.body?.cancel()
      const expected = response.status < 400 ? routeAccess[route].audit : undefined
      expect(program.audited.map(({ action }) => action)).toEqual(expected === undefined ? [] : [expected])
      for (const entry of program.audited) {
        const who = entry.action === 'page.login' ? 'page' : 'admin'
        expect([entry.who, entry.address]).toEqual([who, '127.0.0.1'])
        expect(JSON.stringify(entry)).not.toMatch(/0612345678|Bonjour|the-token-of-the-page/)
        audited[entry.action] = [...(audited[entry.action] ?? []), entry.id ?? '']
      }
    }
    const named = Object.values(routeAccess).flatMap(({ audit }) => audit ?? [])
    expect(Object.keys(audited).sort()).toEqual([...new Set(named)].sort())
    expect(audited['call.say']).toEqual([callId])
    expect(audited['recording.delete']).toEqual([otherId])
    expect(audited['caller.erase']).toEqual([''])
  })

  test('a player that reads a recording in ranges performs one action', async () => {
    const { ask, audited, clock } = fakeProgram({ recordings: { ...recordings, ...found } })
    for (let i = 0; i < 5; i++) await ask(`/api/recordings/${otherId}.json`)
    expect(audited).toHaveLength(1)
    clock.advance(11 * 60_000)
    await ask(`/api/recordings/${otherId}.json`)
    expect(audited).toHaveLength(2)
  })

  test('a change is an action each time, and a refused one is none', async () => {
    const { ask, audited } = fakeProgram()
    const post = { method: 'POST' }
    for (let i = 0; i < 2; i++) await ask(`/api/calls/${callId}/hangup`, post)
    await ask(`/api/calls/${otherId}/hangup`, post)
    expect(audited.map(({ action, id }) => [action, id])).toEqual([
      ['call.hangup', callId],
      ['call.hangup', callId],
    ])
  })
})

const found = {
  find: async () => ({
    day: '2026-11-23',
    audio: 'none',
    files: {},
    record: {
      ...{ callId: otherId, endedAt: 'x' },
      notUnderstood: [{ question: 'open', topic: null, language: 'fr', text: 'bof', atMs: 0 }],
    },
  }),
} as unknown as AdminDeps['recordings']

function example(
  method: string,
  pattern: string,
): { path: string; body?: object; sound?: boolean; sdp?: boolean } {
  const path = pattern
    .replace(':phone', '0612345678')
    .replace('/phrases/:name', method === 'GET' ? '/phrases/ok.wav' : '/phrases/ok')
    .replace('/recordings/:id', method === 'GET' ? `/recordings/${otherId}.json` : `/recordings/${otherId}`)
    .replace(':generation', '7')
    .replace('/call-backs/:id', '/call-backs/1-1')
    .replace(/:\w+/, callId)
  if (pattern === '/api/webrtc/links') return { path, body: { origin: 'https://www.example.com' } }
  if (/^\/webrtc/.test(pattern)) return { path, sdp: method === 'POST' || method === 'PATCH' }
  if (pattern.includes('/sound')) return { path: `${path.replace(callId, 'ok')}?language=fr`, sound: true }
  if (pattern === '/api/recordings/export') return { path, body: { form: 'csv' } }
  if (pattern === '/api/not-understood/:id/export') return { path, body: { n: 0 } }
  if (pattern === '/api/draft/rehearse') return { path, body: { last: 50 } }
  if (pattern === '/api/hours' && method === 'PUT') return { path, body: { message: 'Bonjour' } }
  if (/\/(say|hint)$/.test(pattern) || method === 'PUT') return { path, body: { text: 'Bonjour' } }
  return { path, ...(pattern === '/api/session' && { body: { code: 'x' } }) }
}
