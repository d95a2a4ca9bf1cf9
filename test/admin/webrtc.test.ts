import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Links } from '../../src/webrtc/links.ts'
import { fakeProgram, fakeWebrtc, loopback } from './fakes.ts'

setDefaultTimeout(60_000)

const origin = 'https://www.example.com'
const offer = { method: 'POST', body: 'v=0', headers: { 'content-type': 'application/sdp' } }

/** A program that has WebRTC, asked without a token of its own. */
function world() {
  const asked: string[] = []
  const links = new Links({ wallMs: () => state.wallMs })
  const state = { wallMs: 1_000 }
  const { app } = fakeProgram({
    webrtc: fakeWebrtc(links, asked),
    publicHosts: ['bot.example.com'],
    token: 'ours',
  })
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    app.request(
      `https://bot.example.com${path}`,
      { method, headers, ...(body !== undefined && { body }) },
      loopback,
    )
  const { link } = links.create({ origin, minutes: 10, calls: 3, language: 'en' })
  /** As a browser sends it from a page of `from`. */
  const call = (method: string, path: string, token: string, from: string | undefined = origin) =>
    ask(
      method,
      path,
      {
        authorization: `Bearer ${token}`,
        'content-type': 'application/sdp',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'cors',
        ...(from !== '' && { origin: from }),
      },
      method === 'GET' || method === 'DELETE' ? undefined : 'v=0',
    )
  return { ask, asked, call, link, links, state }
}

describe('a call from a public page', () => {
  test('begins with a link, without a token, and its page can read the answer', async () => {
    const { call, link, asked } = world()
    const response = await call('POST', '/webrtc?language=fr', link)
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([
      201,
      '/webrtc/the-call',
      'the answer',
    ])
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-expose-headers')).toContain('Location')
    // The link's language is the site's choice, not the visitor's.
    expect(asked).toEqual(['begin 127.0.0.1 en'])
  })

  test('in the frame of our own page /call begins as well', async () => {
    const { call, link, asked } = world()
    expect((await call('POST', '/webrtc', link, 'https://bot.example.com')).status).toBe(201)
    expect(asked).toEqual(['begin 127.0.0.1 en'])
  })

  test('moves and ends with a link that has expired meanwhile, and begins no other', async () => {
    const { call, link, state, asked } = world()
    state.wallMs += 11 * 60_000
    expect((await call('PATCH', '/webrtc/the-call', link)).status).toBe(200)
    expect((await call('DELETE', '/webrtc/the-call', link)).status).toBe(204)
    const response = await call('POST', '/webrtc', link)
    expect([response.status, await response.json()]).toMatchObject([401, { code: 'link_expired' }])
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(asked).toEqual(['move the-call 127.0.0.1', 'end the-call'])
  })

  test.each([
    ['a page of another origin', 'https://evil.example', 403],
    ['another port', 'https://www.example.com:8443', 403],
    ['plain HTTP', 'http://www.example.com', 403],
  ])('from %s is refused, and it learns nothing', async (_name, from, status) => {
    const { call, link, asked } = world()
    const response = await call('POST', '/webrtc', link, from)
    expect([response.status, response.headers.get('access-control-allow-origin'), asked]).toEqual([
      status,
      null,
      [],
    ])
  })

  test('with a link that this server did not sign is refused as a wrong token is', async () => {
    const { call, ask, asked } = world()
    const { link } = new Links({ wallMs: () => 1_000 }).create({ origin, minutes: 10, calls: 3 })
    // The origin is known, but a stranger's link does not open it.
    expect((await call('POST', '/webrtc', link)).status).toBe(403)
    const noPage = await ask(
      'POST',
      '/webrtc',
      { authorization: `Bearer ${link}`, 'content-type': 'application/sdp' },
      'v=0',
    )
    expect([noPage.status, asked]).toEqual([401, []])
  })

  test('a link opens nothing else', async () => {
    const { ask, call, link } = world()
    for (const path of ['/api/calls', '/api/events', '/metrics', '/api/recordings'])
      expect((await ask('GET', path, { authorization: `Bearer ${link}` })).status).toBe(401)
    expect((await call('POST', '/api/webrtc/links', link)).status).toBe(403)
  })

  test('a preflight is answered for the origin of a link alone', async () => {
    const { ask } = world()
    const preflight = (from: string, path = '/webrtc') =>
      ask('OPTIONS', path, { origin: from, 'access-control-request-method': 'POST' })
    const known = await preflight(origin, '/webrtc/the-call')
    expect([known.status, known.headers.get('access-control-allow-origin')]).toEqual([200, origin])
    expect(known.headers.get('accept-post')).toBe('application/sdp')
    expect(known.headers.get('access-control-allow-methods')).toContain('PATCH')
    const stranger = await preflight('https://evil.example')
    expect([stranger.status, stranger.headers.get('access-control-allow-origin')]).toEqual([403, null])
    expect((await preflight(origin, '/api/calls')).status).toBe(403)
  })
})

describe('the routes', () => {
  test('a link is made by a token, for an origin and nothing longer', async () => {
    const { ask, links } = world()
    const make = (body: unknown) =>
      ask(
        'POST',
        '/api/webrtc/links',
        { authorization: 'Bearer ours', 'content-type': 'application/json' },
        JSON.stringify(body),
      )
    type Made = { link: string; expiresAt: string; page: string }
    const { link, expiresAt, page } = (await (await make({ origin })).json()) as Made
    expect(expiresAt).toBe(new Date(601_000).toISOString())
    expect(page).toBe(`/call?origin=https%3A%2F%2Fwww.example.com#link=${link}`)
    expect(((await (await make({ origin, language: 'de' })).json()) as Made).page).toContain('&language=de#')
    expect(links.read(link, origin)).toMatchObject({ origin, calls: 3 })
    for (const bad of [
      {},
      { origin: `${origin}/page` },
      { origin: '*' },
      { origin, minutes: 61 },
      { origin, calls: 0 },
    ])
      expect((await make(bad)).status).toBe(400)
  })

  test('a call needs a body of SDP and a token', async () => {
    const { ask } = world()
    const token = { authorization: 'Bearer ours' }
    expect((await ask('POST', '/webrtc', token, 'v=0')).status).toBe(415)
    expect((await ask('POST', '/webrtc', { 'content-type': 'application/sdp' }, 'v=0')).status).toBe(401)
    expect(await (await ask('GET', '/webrtc', token)).json()).toMatchObject({
      iceServers: [{ urls: 'stun:a.example' }, { urls: 'turn:b.example' }],
    })
  })

  test('the answer names the STUN and TURN servers, for clients that read them there', async () => {
    const { call, links } = world()
    const { link } = links.create({ origin, minutes: 10, calls: 3 })
    const { headers } = await call('POST', '/webrtc', link)
    expect(headers.get('link')).toBe(
      '<stun:a.example>; rel="ice-server", <turn:b.example>; rel="ice-server"; username="8200:voicebot"; ' +
        'credential="c="; credential-type="password"',
    )
    expect(headers.get('access-control-expose-headers')).toContain('Link')
  })

  test.each([
    ['candidates', 'the-call', 'a=ice-ufrag:abcd', 204],
    ['an ICE restart', 'the-call', 'a=ice-ufrag:other', 422],
    ['nonsense', 'the-call', 'a=x', 400],
    ['candidates of no call', 'another', 'a=ice-ufrag:abcd', 404],
  ])('a fragment with %s for %s is answered as RFC 9725 has it', async (_name, id, body, status) => {
    const { ask, asked } = world()
    const headers = { authorization: 'Bearer ours', 'content-type': 'application/trickle-ice-sdpfrag' }
    expect((await ask('PATCH', `/webrtc/${id}`, headers, body)).status).toBe(status)
    expect(asked).toEqual([])
  })

  test('another type is refused with those that are taken, and OPTIONS names them', async () => {
    const { ask } = world()
    const token = { authorization: 'Bearer ours', 'content-type': 'text/plain' }
    const refused = await ask('PATCH', '/webrtc/the-call', token, 'v=0')
    const accepted = 'application/sdp, application/trickle-ice-sdpfrag'
    expect([refused.status, refused.headers.get('accept-patch')]).toEqual([415, accepted])
    const options = await ask('OPTIONS', '/webrtc')
    expect([options.status, options.headers.get('accept-post')]).toEqual([200, 'application/sdp'])
  })

  test('a session has no content, a call that has ended is not found', async () => {
    const { ask } = world()
    const token = { authorization: 'Bearer ours' }
    const statusOf = async (method: string, id: string) => (await ask(method, `/webrtc/${id}`, token)).status
    expect(await statusOf('GET', 'the-call')).toBe(204)
    expect(await statusOf('GET', 'another')).toBe(404)
    expect(await statusOf('DELETE', 'another')).toBe(404)
    expect(await statusOf('DELETE', 'the-call')).toBe(204)
  })

  test.each([
    ['bad_offer', 400, null],
    ['unknown_call', 404, null],
    ['replaced', 409, null],
    ['too_many_peers', 429, '10'],
    ['busy', 503, '10'],
  ] as const)('the refusal %s is %i', async (code, status, retryAfter) => {
    const links = new Links({ wallMs: () => 1_000 })
    const { app } = fakeProgram({
      token: 'ours',
      webrtc: { ...fakeWebrtc(links)!, begin: async () => ({ ok: false, code, detail: 'why' }) },
    })
    const response = await app.request(
      '/webrtc',
      {
        method: 'POST',
        body: 'v=0',
        headers: { authorization: 'Bearer ours', 'content-type': 'application/sdp' },
      },
      loopback,
    )
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter])
    expect(await response.json()).toMatchObject({ code })
  })

  test('say that WebRTC is off where it is', async () => {
    const { ask } = fakeProgram()
    for (const [path, init] of [
      ['/webrtc', {}],
      ['/webrtc', offer],
      ['/webrtc/x', { method: 'DELETE' }],
    ] as const)
      expect((await ask(path, init)).status).toBe(404)
  })
})
