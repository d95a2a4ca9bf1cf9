import { describe, expect, test } from 'bun:test'
import { createClient } from '../../src/admin/client.ts'
import type { AdminSocket, SocketHandlers } from '../../src/admin/deps.ts'
import { routeAccess } from '../../src/admin/route-access.ts'
import type { PublicCallEvent } from '../../src/calls/views.ts'
import { settle } from '../support/lab/fake-clock.ts'
import { callId, fakeCall, fakeProgram, loopback, otherId } from './fakes.ts'

const json = { 'content-type': 'application/json' }

async function code(response: Response): Promise<string> {
  return `${response.status} ${((await response.json()) as { code: string }).code}`
}

describe('calls', () => {
  test('live calls are listed, and one can be read', async () => {
    const { ask } = fakeProgram()
    expect(await (await ask('/api/calls')).json()).toEqual({ calls: [fakeCall(callId)] })
    expect(await (await ask(`/api/calls/${callId}`)).json()).toEqual(fakeCall(callId))
  })

  test('other fields of the registry are not sent', async () => {
    const { ask, live } = fakeProgram()
    live.set(callId, { ...fakeCall(callId), known: { phone: '0612345678' } } as never)
    expect(await (await ask('/api/calls')).text()).not.toContain('0612345678')
  })

  test.each([
    ['hangup', undefined, 'hangUp'],
    ['transfer', undefined, 'transfer'],
    ['say', { text: ' Un instant. ' }, 'say Un instant.'],
  ])('POST %s acts on the call', async (verb, body, done) => {
    const { ask, asked } = fakeProgram()
    const init = { method: 'POST', ...(body ? { body: JSON.stringify(body), headers: json } : {}) }
    const response = await ask(`/api/calls/${callId}/${verb}`, init)
    expect(await response.json()).toEqual({ done: true })
    expect(asked).toEqual([done])
  })

  test.each([
    ['GET', `/api/calls/${otherId}`, undefined, '404 unknown_call'],
    ['POST', `/api/calls/${otherId}/hangup`, undefined, '404 unknown_call'],
    ['POST', `/api/calls/${otherId}/transfer`, undefined, '404 unknown_call'],
    ['POST', `/api/calls/${otherId}/say`, '{"text":"x"}', '404 unknown_call'],
    ['POST', `/api/calls/${callId}/say`, '{"text":""}', '400 bad_request'],
    ['POST', `/api/calls/${callId}/say`, '{"text":"a\\u0007b"}', '400 bad_request'],
    ['POST', `/api/calls/${callId}/say`, JSON.stringify({ text: 'x'.repeat(501) }), '400 bad_request'],
    ['POST', `/api/calls/${callId}/say`, '{"text":7}', '400 bad_request'],
    ['POST', `/api/calls/${callId}/say`, JSON.stringify({ text: 'x'.repeat(70_000) }), '413 too_large'],
    ['GET', '/api/calls/nope', undefined, '400 bad_request'],
    ['GET', `/api/calls/${otherId}/events`, undefined, '404 unknown_call'],
    ['GET', `/api/calls/${otherId}/listen`, undefined, '404 unknown_call'],
    ['GET', `/api/calls/${callId}/listen`, undefined, '426 no_websocket'],
  ])('%s %s with %p is refused', async (method, path, body, refusal) => {
    const { ask, asked } = fakeProgram()
    expect(await code(await ask(path, { method, ...(body ? { body, headers: json } : {}) }))).toBe(refusal)
    expect(asked).toEqual([])
  })

  test('a body that is not JSON is refused', async () => {
    const { ask } = fakeProgram()
    const init = { method: 'POST', body: '{', headers: json }
    const response = await ask(`/api/calls/${callId}/say`, init)
    expect(await code(response)).toBe('400 bad_request')
  })

  test('an ended call can be read but not acted on', async () => {
    const { ask, live, deps } = fakeProgram()
    live.set(callId, fakeCall(callId, { outcome: 'goodbye' }))
    deps.calls.hangUp = () => false
    expect((await ask(`/api/calls/${callId}`)).status).toBe(200)
    expect(await code(await ask(`/api/calls/${callId}/hangup`, { method: 'POST' }))).toBe('409 call_ended')
  })
})

/** Reads the chunks of a stream as text, one at a time. */
function textReader(response: Response) {
  const reader = response.body!.getReader()
  const decoder = new TextDecoder()
  return { next: async () => decoder.decode((await reader.read()).value), cancel: () => reader.cancel() }
}

describe('events', () => {
  const state: PublicCallEvent = { callId, atMs: 900, kind: 'state', from: 'welcome', to: 'identification' }

  test('a comment comes first, then the events, and a ping every 8 s', async () => {
    const { ask, emit, clock } = fakeProgram()
    const response = await ask('/api/events')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const reader = textReader(response)
    expect(await reader.next()).toBe(': calls\n\n')
    emit(state)
    expect(await reader.next()).toBe(`event: state\ndata: ${JSON.stringify(state)}\n\n`)
    clock.advance(8_000)
    expect(await reader.next()).toBe(': ping\n\n')
    clock.advance(8_000)
    expect(await reader.next()).toBe(': ping\n\n')
    await reader.cancel()
  })

  test('the stream of one call has only that call’s events', async () => {
    const { ask, emit } = fakeProgram()
    const reader = textReader(await ask(`/api/calls/${callId}/events`))
    await reader.next()
    emit({ ...state, callId: otherId })
    emit({ callId, atMs: 1_000, kind: 'ended', outcome: 'goodbye' })
    expect(await reader.next()).toStartWith('event: ended\n')
    await reader.cancel()
  })

  test('a line break in what was said does not break the stream', async () => {
    const { ask, emit } = fakeProgram()
    const reader = textReader(await ask('/api/events'))
    await reader.next()
    emit({
      callId,
      atMs: 1,
      kind: 'transcript',
      who: 'caller',
      text: 'a\n\nevent: x\r\ndata: y',
      isFinal: true,
    })
    expect((await reader.next()).split('\n').length).toBe(4)
    await reader.cancel()
  })

  test('a client that disconnects leaves no listener and no timer', async () => {
    const { ask, listeners, clock } = fakeProgram()
    const reader = textReader(await ask('/api/events'))
    await reader.next()
    // One for the ping, one that looks whether the token was revoked.
    expect([listeners.size, clock.pending]).toEqual([1, 2])
    await reader.cancel()
    expect([listeners.size, clock.pending]).toEqual([0, 0])
  })

  test('a client that does not read is disconnected after 256 events, and counted', async () => {
    const { ask, emit, listeners, deps, clock } = fakeProgram()
    await ask('/api/events')
    for (let i = 0; i < 300; i++) emit(state)
    await settle()
    expect([listeners.size, clock.pending]).toEqual([0, 0])
    expect(deps.metrics.counter('admin_event_readers_cut_total', '').value).toBe(1)
  })

  test('the 65th stream at once is refused, and accepted once another has closed', async () => {
    const { ask } = fakeProgram()
    const readers = await Promise.all(
      Array.from({ length: 64 }, async () => textReader(await ask('/api/events'))),
    )
    expect(await code(await ask('/api/events'))).toBe('503 too_many_streams')
    await readers[0].cancel()
    const again = await ask('/api/events')
    expect(again.status).toBe(200)
    for (const reader of [...readers, textReader(again)]) await reader.cancel()
  })
})

describe('listening to a call', () => {
  /** Requests the WebSocket and returns the handlers that the server would call. */
  async function listen(sends: (bytes: Uint8Array) => boolean) {
    const program = fakeProgram()
    const closed: string[] = []
    let handlers: SocketHandlers | undefined
    const upgrade = (given: SocketHandlers) => {
      handlers = given
      return true
    }
    await program.ask(`/api/calls/${callId}/listen`, {}, { ...loopback, upgrade })
    const socket: AdminSocket = {
      send: sends,
      sendText() {},
      close: (status, reason) => void closed.push(`${status} ${reason}`),
    }
    handlers?.open(socket)
    return { ...program, handlers: handlers!, closed }
  }

  test('each tick is one message of 160 stereo samples, caller left', async () => {
    const got: Int16Array[] = []
    const { audio, handlers } = await listen((bytes) => got.push(new Int16Array(bytes.slice().buffer)) > 0)
    for (const listener of audio) {
      listener(new Int16Array(160).fill(7), new Int16Array(160).fill(9))
      listener(null, new Int16Array(160).fill(5))
    }
    expect(got.map((samples) => [samples.length, samples[0], samples[1], samples[319]])).toEqual([
      [320, 7, 9, 9],
      [320, 0, 5, 5],
    ])
    handlers.close()
    expect(audio.size).toBe(0)
  })

  test('the end of the call closes the socket', async () => {
    const { emit, closed } = await listen(() => true)
    emit({ callId, atMs: 1, kind: 'ended', outcome: 'goodbye' })
    expect(closed).toEqual(['1000 the call has ended'])
  })

  test('frames dropped for a slow connection are counted', async () => {
    const { audio, deps } = await listen(() => false)
    for (const listener of audio) listener(null, null)
    expect(deps.metrics.counter('admin_listen_frames_dropped_total', '').value).toBe(1)
  })
})

describe('client and description', () => {
  test('the typed client gets the responses of the routes', async () => {
    const { app } = fakeProgram({ token: 'a-token' })
    const fetch = (input: string | URL | Request, init?: RequestInit) =>
      Promise.resolve(app.request(input instanceof Request ? input : String(input), init, loopback))
    const client = createClient('http://127.0.0.1:8080', 'a-token', fetch as typeof globalThis.fetch)
    const { calls } = await (await client.api.calls.$get()).json()
    expect(calls[0].state).toBe('diagnostic')
    const done = await client.api.calls[':id'].say.$post({ param: { id: callId }, json: { text: 'Bonjour' } })
    expect(done.status).toBe(200)
  })

  test('the description is OpenAPI 3.1 and lists every route', async () => {
    const { ask } = fakeProgram()
    const description = (await (await ask('/api/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>
    }
    expect(description.openapi).toBe('3.1.0')
    const routes = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    const described = Object.keys(routeAccess)
      .filter((route) => !/ \/(page\/.*)?$|openapi/.test(route))
      .map((route) => route.replace(/^\w+/, (method) => method.toLowerCase()).replace(/:(\w+)/g, '{$1}'))
    expect(routes.sort()).toEqual(described.sort())
    for (const methods of Object.values(description.paths))
      for (const operation of Object.values(methods)) expect(operation.responses).toHaveProperty('200')
  })
})
