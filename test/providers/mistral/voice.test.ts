// Mistral's voice over the wire: what is asked for, and what the answers mean.

import { afterAll, beforeEach, expect, test } from 'bun:test'
import { systemClock } from '../../../src/base/clock.ts'
import { createVoice, speechBody, voiceDefaults } from '../../../src/providers/mistral/voice.ts'
import { failureOf, patientMs } from '../contract.ts'

let answer: () => Response
const asked: { path: string; authorization: string | null; body: unknown }[] = []
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { pathname } = new URL(request.url)
    asked.push({
      path: pathname,
      authorization: request.headers.get('authorization'),
      body: await request.json(),
    })
    return answer()
  },
})
afterAll(() => server.stop(true))
beforeEach(() => {
  asked.length = 0
})

const endpoint = { apiKey: 'key', baseUrl: `http://127.0.0.1:${server.port}/v1/` }
const limits = { firstByteMs: patientMs, gapMs: patientMs }
const voice = createVoice(endpoint, voiceDefaults, limits, systemClock)
const speak = async () => {
  const speech = await voice.speak({
    text: 'Bonjour.',
    language: 'fr',
    signal: new AbortController().signal,
  })
  const chunks: Uint8Array[] = []
  for await (const chunk of speech.chunks) chunks.push(chunk)
  return { format: speech.format, bytes: Buffer.concat(chunks) }
}

const samples = Int16Array.from({ length: 480 }, (_, i) => Math.round(9_000 * Math.sin(i / 9)))
const s16 = new Uint8Array(samples.buffer)
/** 32-bit little-endian floats from 16-bit samples. */
const floats = (bytes: Uint8Array) =>
  new Uint8Array(Float32Array.from(new Int16Array(bytes.slice().buffer), (sample) => sample / 32_768).buffer)
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const delta = (bytes: Uint8Array) =>
  `event: speech.audio.delta\ndata: {"type":"speech.audio.delta","audio_data":"${base64(bytes)}"}\n\n`
const done = 'event: speech.audio.done\ndata: {"type":"speech.audio.done","usage":{"prompt_tokens":22}}\n\n'
const events = (...parts: string[]) =>
  new Response(parts.join(''), { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })

test('a request has the fields that Mistral knows, and no other', async () => {
  answer = () => events(delta(floats(s16)), done)
  await speak()
  expect(asked).toEqual([
    {
      path: '/v1/audio/speech',
      authorization: 'Bearer key',
      body: {
        model: 'voxtral-mini-tts-3-0',
        input: 'Bonjour.',
        voice_id: 'fr_marie_neutral',
        response_format: 'pcm',
        stream: true,
      },
    },
  ])
  expect(speechBody(voiceDefaults, 'Oui.').input).toBe('Oui.')
})

test('floats that are cut anywhere become the same 16-bit samples', async () => {
  const all = floats(s16)
  answer = () =>
    events(delta(all.subarray(0, 7)), delta(all.subarray(7, 802)), delta(all.subarray(802)), done)
  const { format, bytes } = await speak()
  expect(format).toEqual({ encoding: 's16le', rateHz: 24_000 })
  const heard = new Int16Array(new Uint8Array(bytes).buffer)
  expect(heard).toHaveLength(samples.length)
  for (const [i, sample] of heard.entries()) expect(Math.abs(sample - samples[i])).toBeLessThanOrEqual(1)
})

test('silence before the first sound keeps its length', async () => {
  answer = () => events(delta(new Uint8Array(400)), delta(floats(s16)), done)
  expect((await speak()).bytes).toHaveLength(200 + s16.length)
})

test.each([
  ['16-bit samples', s16],
  ['a file', Buffer.concat([Buffer.from('RIFF\xff\xff\xff\xffWAVEfmt ', 'latin1'), s16])],
])('%s in the events are passed on for the converter to judge', async (_what, sent) => {
  answer = () => events(delta(sent.subarray(0, 203)), delta(sent.subarray(203)), done)
  expect((await speak()).bytes).toEqual(Buffer.from(sent))
})

test('the answer of a server that does not stream is read', async () => {
  answer = () => Response.json({ audio_data: base64(floats(s16)) })
  expect((await speak()).bytes).toHaveLength(s16.length)
})

test('raw audio of a gateway is read as its header says', async () => {
  answer = () => new Response(s16, { headers: { 'content-type': 'audio/pcm;rate=16000' } })
  expect(await speak()).toEqual({ format: { encoding: 's16le', rateHz: 16_000 }, bytes: Buffer.from(s16) })
})

const failing: [what: string, answer: () => Response, failure: Record<string, unknown>][] = [
  ['a stream that ends before it is done', () => events(delta(floats(s16))), { code: 'cut' }],
  ['an error in the stream', () => events('data: {"type":"error","error":{}}\n\n'), { code: 'unavailable' }],
  ['an event that is no JSON', () => events('data: {"audio_da\n\n'), { code: 'malformed' }],
  ['a page', () => new Response('<p>', { headers: { 'content-type': 'text/html' } }), { code: 'badAudio' }],
  [
    'a text that moderation refuses, which leaves the voice in use',
    () => Response.json({ message: 'moderated' }, { status: 403 }),
    { code: 'refused', isPermanent: false },
  ],
  [
    'a key without rights',
    () => Response.json({ code: 'unauthorized' }, { status: 403 }),
    { code: 'auth', isPermanent: true },
  ],
  [
    'an unknown voice',
    () => Response.json({ message: 'Voice not found.' }, { status: 404 }),
    { code: 'refused', isPermanent: true },
  ],
  [
    'an unknown field, by its name',
    () => Response.json({ detail: [{ loc: ['body', 'stream'], msg: 'x' }] }, { status: 422 }),
    { code: 'refused', parameters: ['stream'] },
  ],
]
test.each(failing)('%s is reported', async (_what, given, failure) => {
  answer = given
  expect(await failureOf(speak)).toMatchObject(failure)
})

test.each(['\r', '\n', '\r\n'])(
  'lines may end with %p, cut anywhere, with comments between the events',
  async (end) => {
    const text = `: alive\n\n${delta(floats(s16))}: alive\n\n${done}`.replaceAll('\n', end)
    const bytes = new TextEncoder().encode(text)
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.subarray(at, at + 7))
        controller.close()
      },
    })
    answer = () => new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    expect((await speak()).bytes).toHaveLength(s16.length)
  },
)
