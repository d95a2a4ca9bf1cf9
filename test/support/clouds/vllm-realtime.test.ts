// Tests of the stand-in for vLLM's realtime endpoint, with a plain WebSocket and the order of events of api_router.py.

import { afterAll, beforeEach, expect, test } from 'bun:test'
import type { Body } from './fastapi.ts'
import { until } from './until.ts'
import { startVllmRealtime, vllmRealtimeDefaults } from './vllm-realtime.ts'

const server = startVllmRealtime({ heard: ['bonjour madame', 'oui merci'] })
const locked = startVllmRealtime({ key: 'secret' })
afterAll(() => Promise.all([server.stop(), locked.stop()]))
beforeEach(() => {
  server.reset()
  locked.reset()
})

const [model] = vllmRealtimeDefaults.models

type Client = {
  socket: WebSocket
  events: Body[]
  closed: { code: number } | undefined
  types: () => string[]
}
function connect(url: string, headers: Record<string, string> = {}): Client {
  const socket = new WebSocket(url, { headers } as unknown as string[])
  const events: Body[] = []
  const client: Client = {
    socket,
    events,
    closed: undefined,
    types: () => events.map(({ type }) => String(type)),
  }
  socket.onmessage = ({ data }) => events.push(JSON.parse(data))
  socket.onclose = ({ code }) => {
    client.closed = { code }
  }
  return client
}
async function opened(): Promise<Client & { send: (event: unknown) => void }> {
  const client = connect(`${server.ws}/v1/realtime`)
  await until('session.created', () => client.events.length > 0)
  return Object.assign(client, {
    send: (event: unknown) => client.socket.send(typeof event === 'string' ? event : JSON.stringify(event)),
  })
}
/** 16-bit mono at 16 kHz. */
const pcm = (ms: number, level: number) =>
  Buffer.from(new Int16Array(ms * 16).fill(level).buffer).toString('base64')
const append = (ms: number, level: number) => ({
  type: 'input_audio_buffer.append',
  audio: pcm(ms, level),
})
const update = { type: 'session.update', model }
const start = { type: 'input_audio_buffer.commit' }
const finish = { type: 'input_audio_buffer.commit', final: true }
const done = (events: Body[]) => events.filter(({ type }) => type === 'transcription.done')
const deltas = (events: Body[]) =>
  events.filter(({ type }) => type === 'transcription.delta').map(({ delta }) => String(delta))

test('the order of the documentation brings deltas, most of them empty, and one done for each utterance', async () => {
  const client = await opened()
  expect(client.events[0]).toMatchObject({ type: 'session.created', created: expect.any(Number) })
  expect(String(client.events[0].id)).toMatch(/^sess-/)
  for (const event of [update, start, append(700, 3_000), append(100, 0), finish]) client.send(event)
  await until('the first done', () => done(client.events).length === 1)
  expect(client.types()).not.toContain('session.updated')
  expect(deltas(client.events)).toContain('')
  expect(deltas(client.events).join('')).toBe(' bonjour madame')
  expect(done(client.events)[0]).toMatchObject({
    text: ' bonjour madame',
    usage: { completion_tokens: deltas(client.events).length },
  })
  for (const event of [start, append(700, 3_000), finish]) client.send(event)
  await until('the second done', () => done(client.events).length === 2)
  expect(done(client.events)[1].text).toBe(' oui merci')
  expect(server.connections[0]).toMatchObject({ audioMs: 1_500, lostMs: 0 })
})

test('words come with the audio after them, and wait where none follows', async () => {
  const client = await opened()
  for (const event of [update, start, append(800, 3_000)]) client.send(event)
  await until('ten deltas', () => deltas(client.events).length === 10)
  expect(deltas(client.events).join('')).toBe(' bonjour')
  client.send(append(640, 0))
  await until('eighteen deltas', () => deltas(client.events).length === 18)
  expect(deltas(client.events).join('')).toBe(' bonjour madame')
  expect(client.types()).not.toContain('transcription.done')
})

test('audio before the commit waits for it, and audio after the end of an utterance is lost', async () => {
  const client = await opened()
  for (const event of [append(700, 3_000), update, start, finish, append(200, 3_000)]) client.send(event)
  await until('done', () => done(client.events).length === 1)
  expect(done(client.events)[0].text).toBe(' bonjour madame')
  expect(server.connections[0].lostMs).toBe(200)
})

test('an end without a beginning brings no done, and ends the next utterance at once', async () => {
  const client = await opened()
  for (const event of [update, append(700, 3_000), finish]) client.send(event)
  client.send({ type: 'probe' })
  await until('the probe', () => client.types().includes('error'))
  expect(client.types()).toEqual(['session.created', 'error'])
  client.send(start)
  await until('done', () => done(client.events).length === 1)
  for (const event of [append(10, 0), finish]) client.send(event)
  client.send({ type: 'probe' })
  await until('the second probe', () => client.types().filter((type) => type === 'error').length === 2)
  expect(done(client.events)).toHaveLength(1)
})

test.each([
  ['a commit before the model', start, 'model_not_validated'],
  [
    "OpenAI's session.update",
    { type: 'session.update', session: { type: 'transcription', model } },
    'invalid_event',
  ],
  ['an unknown model', { type: 'session.update', model: 'whisper-1' }, 'model_not_found'],
  ['an unknown event', { type: 'input_audio_buffer.clear' }, 'unknown_event'],
  ['an event without a type', {}, 'unknown_event'],
  ['broken JSON', '{"type"', 'invalid_json'],
  ['no object', '[]', 'processing_error'],
  ['audio without audio', { type: 'input_audio_buffer.append' }, 'processing_error'],
  ['empty audio', { type: 'input_audio_buffer.append', audio: '' }, 'invalid_audio'],
  ['half a sample', { type: 'input_audio_buffer.append', audio: 'AAAA' }, 'invalid_audio'],
  ['base64 without its padding', { type: 'input_audio_buffer.append', audio: 'AAA' }, 'invalid_audio'],
])('%s is an error, and the socket stays', async (_what, event, code) => {
  const client = await opened()
  client.send(event)
  await until('the error', () => client.events.length === 2)
  expect(client.events[1]).toMatchObject({ type: 'error', code, error: expect.any(String) })
  expect(client.socket.readyState).toBe(WebSocket.OPEN)
})

test('a binary frame ends the session', async () => {
  const client = await opened()
  client.socket.send(new Uint8Array(320))
  await until('the close', () => client.closed !== undefined)
})

test('a wrong key or path is refused before the upgrade', async () => {
  const upgrade = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
  const at = (url: string, headers: Record<string, string> = {}) =>
    fetch(url, { headers: { ...upgrade, 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers } })
  const stranger = await at(`${locked.baseUrl}/realtime`, { authorization: 'Bearer guess' })
  expect([stranger.status, await stranger.json()]).toEqual([401, { error: 'Unauthorized' }])
  expect((await at(`${server.baseUrl}/audio/transcriptions/realtime`)).status).toBe(403)
  expect((await fetch(`${server.baseUrl}/realtime`)).status).toBe(404)
  const friend = connect(`${locked.ws}/v1/realtime`, { authorization: 'bearer secret' })
  await until('session.created', () => friend.events.length === 1)
  expect(server.connections).toHaveLength(0)
})

test('faults and habits: refused, closed, dropped, garbage, deaf, mute, no done, a dead engine', async () => {
  server.fault({ kind: 'status', status: 503 })
  const refused = connect(`${server.ws}/v1/realtime`)
  await until('the refusal', () => refused.closed !== undefined)
  const struck = async (fault: Parameters<typeof server.fault>[0]) => {
    server.fault(fault)
    const client = await opened()
    for (const event of [update, start, append(700, 3_000), finish]) client.send(event)
    return client
  }
  const closed = await struck({ kind: 'wsClose', afterAudioMs: 100, code: 1011, reason: 'ping timeout' })
  const dropped = await struck({ kind: 'wsDrop', afterAudioMs: 100 })
  await until('both are closed', () => closed.closed?.code === 1011 && dropped.closed?.code === 1006)
  const deaf = await struck({ kind: 'wsDeaf', afterAudioMs: 0 })
  await until('done', () => done(deaf.events).length === 1)
  expect(done(deaf.events)[0].text).toBe('')
  await struck({ kind: 'wsMute', afterAudioMs: 0 })
  await until('the utterance', () => server.connections.at(-1)!.audioMs === 700)
  expect(server.connections.at(-1)!.sent).toHaveLength(1)
  server.habit({ fails: 'EngineCore died' })
  const failing = await opened()
  for (const event of [update, start, append(700, 3_000), finish]) failing.send(event)
  await until('the error', () => failing.types().includes('error'))
  expect(failing.events.at(-1)).toEqual({ type: 'error', error: 'EngineCore died', code: 'processing_error' })
})
