// Tests of the stand-in for Mistral's realtime transcription, with a plain WebSocket and the events of the SDKs' tests.

import { afterAll, beforeEach, expect, test } from 'bun:test'
import type { Body } from './fastapi.ts'
import { samplesOf } from './pcm.ts'
import { until } from './until.ts'
import { startVoxtralRealtime } from './voxtral-realtime.ts'

const server = startVoxtralRealtime({ heard: ['bonjour madame', 'oui merci'] })
const hasty = startVoxtralRealtime({ idleMs: 30 })
afterAll(() => Promise.all([server.stop(), hasty.stop()]))
beforeEach(() => server.reset())

const model = 'voxtral-mini-transcribe-realtime-2602'
const path = '/v1/audio/transcriptions/realtime'
const authorized = { authorization: 'Bearer test-key' }

type Client = { socket: WebSocket; events: Body[]; closed: { code: number } | undefined }
function connect(url: string, options: Record<string, unknown> = { headers: authorized }): Client {
  const socket = new WebSocket(url, options as unknown as string[])
  const client: Client = { socket, events: [], closed: undefined }
  socket.onmessage = ({ data }) =>
    client.events.push(JSON.parse(typeof data === 'string' ? data : Buffer.from(data).toString()))
  socket.onclose = ({ code }) => {
    client.closed = { code }
  }
  return client
}
async function opened(at = server, asked = model) {
  const client = connect(`${at.ws}${path}?model=${asked}`)
  await until('session.created', () => client.events.length > 0)
  const send = (event: unknown) =>
    client.socket.send(typeof event === 'string' ? event : JSON.stringify(event))
  return { client, send, of: (type: string) => client.events.filter((event) => event.type === type) }
}

const update = (session: unknown) => ({ type: 'session.update', session })
const telephone = { encoding: 'pcm_s16le', sample_rate: 8_000 }
const append = (bytes: Uint8Array) => ({
  type: 'input_audio.append',
  audio: Buffer.from(bytes).toString('base64'),
})
/** 16-bit mono at 8 kHz. */
const pcm = (ms: number, level: number) => new Uint8Array(new Int16Array(ms * 8).fill(level).buffer)
const flush = { type: 'input_audio.flush' }
const end = { type: 'input_audio.end' }
const text = (events: Body[]) => events.map((event) => String(event.text)).join('')

test('a session opens with its defaults, takes its settings, and hears telephone audio as it is', async () => {
  const { client, send, of } = await opened()
  expect(client.events[0]).toEqual({
    type: 'session.created',
    session: {
      request_id: expect.stringMatching(/^ws-/),
      model,
      audio_format: { encoding: 'pcm_s16le', sample_rate: 16_000 },
      target_streaming_delay_ms: null,
    },
  })
  send(update({ audio_format: telephone, target_streaming_delay_ms: 240 }))
  await until('session.updated', () => of('session.updated').length === 1)
  expect(of('session.updated')[0].session).toMatchObject({
    audio_format: telephone,
    target_streaming_delay_ms: 240,
  })
  send(append(pcm(700, 3_000)))
  send(end)
  await until('done', () => of('transcription.done').length === 1)
  expect(text(of('transcription.text.delta'))).toBe(' bonjour madame')
  expect(of('transcription.language')).toEqual([{ type: 'transcription.language', audio_language: 'fr' }])
  expect(of('transcription.done')[0]).toMatchObject({
    model,
    text: 'bonjour madame',
    language: 'fr',
    usage: { prompt_audio_seconds: 1 },
  })
  send(append(pcm(20, 0)))
  await until('the error', () => of('error').length === 1)
})

test('without a flush the last words are held back; with one the session goes on, and its done repeats all', async () => {
  const { send, of } = await opened()
  send(update({ audio_format: telephone }))
  send(append(pcm(800, 3_000)))
  await until('a delta', () => of('transcription.text.delta').length > 0)
  expect(text(of('transcription.text.delta'))).toBe(' bonjour')
  send(flush)
  await until('done', () => of('transcription.done').length === 1)
  send(append(pcm(700, 3_000)))
  send(flush)
  await until('the second done', () => of('transcription.done').length === 2)
  expect(text(of('transcription.text.delta'))).toBe(' bonjour madame oui merci')
  expect(of('transcription.done').map((event) => event.text)).toEqual([
    'bonjour madame',
    'bonjour madame oui merci',
  ])
  expect(server.connections[0].received.map(({ type }) => type)).toEqual([
    'session.update',
    'input_audio.append',
    'input_audio.flush',
    'input_audio.append',
    'input_audio.flush',
  ])
})

test('habits: a flush that is ignored, own words in a done, segments, an unknown event, binary frames', async () => {
  server.habit({ flush: 'once', doneText: 'utterance', segments: true, unknownEvent: true, binary: true })
  const { send, of } = await opened()
  send(update({ audio_format: telephone }))
  for (const event of [append(pcm(700, 3_000)), flush, append(pcm(700, 3_000)), flush, end]) send(event)
  await until('two', () => of('transcription.done').length === 2)
  expect(of('transcription.done').map((event) => event.text)).toEqual(['bonjour madame', 'oui merci'])
  expect(of('transcription.segment')).toMatchObject([{ text: 'bonjour madame' }, { text: 'oui merci' }])
  expect(of('transcription.surprise')).toHaveLength(2)
})

test.each([
  ['binary audio', new Uint8Array(320)],
  ['broken JSON', '{"type"'],
  ['no object', 'null'],
  ["vLLM's event", { type: 'input_audio_buffer.append', audio: '' }],
  ['an update without a session', { type: 'session.update', model }],
  ['another encoding', update({ audio_format: { encoding: 'linear16', sample_rate: 8_000 } })],
  ['a rate as text', update({ audio_format: { encoding: 'pcm_s16le', sample_rate: '8000' } })],
  ['another rate', update({ audio_format: { encoding: 'pcm_s16le', sample_rate: 24_000 } })],
  ['a format without a rate', update({ audio_format: { encoding: 'pcm_s16le' } })],
  ['a delay between two steps', update({ target_streaming_delay_ms: 500 })],
  ['a delay that is too long', update({ target_streaming_delay_ms: 2_480 })],
  ['a setting of Voxtral 3', update({ language: 'fr' })],
  ['a data URL', { type: 'input_audio.append', audio: 'data:audio/pcm;base64,AAAA' }],
  ['base64 without its padding', { type: 'input_audio.append', audio: 'AAA' }],
  ['half a sample', append(new Uint8Array(3))],
  ['a chunk that is too large', append(new Uint8Array(262_146))],
])('%s is an error', async (_what, event) => {
  const { client, send, of } = await opened()
  if (event instanceof Uint8Array) client.socket.send(event)
  else send(event)
  await until('the error', () => of('error').length === 1)
  expect(of('error')[0]).toMatchObject({ error: { code: 400 } })
  expect(client.events).toHaveLength(2)
})

test('the largest chunk is taken, settings after audio are not, and Voxtral 3 takes more of them', async () => {
  const { send, of } = await opened()
  send(append(new Uint8Array(262_144)))
  send(update({ audio_format: telephone }))
  await until('the error', () => of('error').length === 1)
  expect(server.connections[0].audioMs).toBe(8_192)
  const third = await opened(server, 'voxtral-mini-transcribe-realtime-3')
  third.send(update({ language: 'fr', context_bias: ['Wouippleul'] }))
  await until('session.updated', () => third.of('session.updated').length === 1)
})

test('a stranger, no model and another path get no socket; a token does; an unknown model gets an error', async () => {
  const upgrade = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  const status = async (at: string, headers: Record<string, string>) =>
    (await fetch(server.url + at, { headers: { ...upgrade, ...headers } })).status
  expect(await status(`${path}?model=${model}`, {})).toBe(401)
  expect(await status(`${path}?model=${model}`, { authorization: 'Token test-key' })).toBe(401)
  expect(await status(path, authorized)).toBe(422)
  expect(await status(`/v1/realtime?model=${model}`, authorized)).toBe(404)
  expect(server.connections).toHaveLength(0)
  const browser = connect(`${server.ws}${path}?model=${model}`, { protocols: ['realtime', 'rt_test'] })
  await until('session.created', () => browser.events.length === 1)
  expect(browser.socket.protocol).toBe('realtime')
  const lost = connect(`${server.ws}${path}?model=whisper-1`)
  await until('the close', () => lost.closed?.code === 1_008)
  expect(lost.events).toEqual([
    { type: 'error', error: { message: 'Invalid model: whisper-1', code: 1_500 } },
  ])
})

test('a session without audio ends with error 3804', async () => {
  const { client, of } = await opened(hasty)
  await until('the close', () => client.closed !== undefined)
  expect(of('error')[0]).toMatchObject({ error: { code: 3_804 } })
})

test('faults: a refused upgrade, a close of the upstream, an error with an object, a late session', async () => {
  server.fault({ kind: 'status', status: 429, body: { message: 'Rate limit exceeded' } })
  const refused = connect(`${server.ws}${path}?model=${model}`)
  await until('the refusal', () => refused.closed !== undefined)
  server.fault({ kind: 'wsClose', afterAudioMs: 20, code: 1_011, reason: 'Upstream connection error' })
  const closed = await opened()
  closed.send(append(pcm(100, 0)))
  await until('the close', () => closed.client.closed?.code === 1_011)
  const message = { detail: 'TooManyRequestsError' }
  server.habit({ error: { afterAudioMs: 20, message, code: 429 }, createdAfterMs: 20 })
  const failing = await opened()
  failing.send(append(pcm(100, 0)))
  await until('the error', () => failing.of('error').length === 1)
  expect(failing.of('error')[0]).toEqual({ type: 'error', error: { message, code: 429 } })
})

test('every encoding gives the samples that were encoded', () => {
  const floats = new Uint8Array(Float32Array.of(0, 0.5, -1).buffer)
  expect([...samplesOf(floats, 'pcm_f32le')]).toEqual([0, 16_383, -32_767])
  expect([...samplesOf(new Uint8Array(Int32Array.of(65_536, -65_536).buffer), 'pcm_s32le')]).toEqual([1, -1])
  expect([...samplesOf(Uint8Array.of(0x00, 0x3c), 'pcm_f16le')]).toEqual([32_767])
  // ITU-T G.711: the ends and the middle of each scale.
  expect([...samplesOf(Uint8Array.of(0xff, 0x00, 0x80), 'pcm_mulaw')]).toEqual([0, -32_124, 32_124])
  expect([...samplesOf(Uint8Array.of(0xd5, 0x2a, 0xaa), 'pcm_alaw')]).toEqual([8, -32_256, 32_256])
})
