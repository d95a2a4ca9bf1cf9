// Tests of the stand-in for Voxtral's voice, with plain `fetch` and the examples of the public documentation.

import { afterAll, beforeEach, expect, test } from 'bun:test'
import { spokenS } from './speech.ts'
import { rateLimited } from './voxtral-servers.ts'
import { startVoxtralVoice } from './voxtral-voice.ts'

const mistral = startVoxtralVoice()
const omni = startVoxtralVoice({ server: 'vllm-omni', key: undefined })
const router = startVoxtralVoice({ server: 'openrouter' })
const all = [mistral, omni, router]
afterAll(() => Promise.all(all.map((server) => server.stop())))
beforeEach(() => {
  for (const server of all) server.reset()
})

const jsonHeaders = { authorization: 'Bearer test-key', 'content-type': 'application/json' }
const post = (server: typeof mistral, body: unknown, headers: Record<string, string> = jsonHeaders) =>
  fetch(`${server.baseUrl}/audio/speech`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

type Event = { event: string | undefined; data: Record<string, unknown> }
/** Reads events as the HTML standard says; a body that breaks off gives those before. */
async function eventsOf(response: Response): Promise<{ events: Event[]; broken: boolean }> {
  let text = ''
  let broken = false
  const decoder = new TextDecoder()
  try {
    for await (const bytes of response.body!) text += decoder.decode(bytes, { stream: true })
  } catch {
    broken = true
  }
  const blocks = text.replace(/\r\n?/g, '\n').split('\n\n').slice(0, -1)
  const events = blocks.flatMap((block) => {
    const of = (name: string) =>
      block
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2)
    const data = of('data')
    return data === undefined ? [] : [{ event: of('event'), data: JSON.parse(data) }]
  })
  return { events, broken }
}
const audioOf = (events: Event[], field: string) =>
  Buffer.concat(
    events.flatMap(({ data }) => (field in data ? [Buffer.from(String(data[field]), 'base64')] : [])),
  )
const loudest = (samples: Float32Array | Int16Array) =>
  Array.from(samples, Math.abs).reduce((a, b) => Math.max(a, b))

/** docs.mistral.ai studio/audio/text-to-speech/quickstarts. */
const quickstart = {
  model: 'voxtral-mini-tts-3-0',
  input: 'Hi there! You are listening to Voxtral.',
  voice_id: 'gb_jane_neutral',
  response_format: 'wav',
}
const streamed = { ...quickstart, response_format: 'pcm', stream: true }
const seconds = spokenS(quickstart.input)

test('the quickstart of Mistral gets one WAV file in base64', async () => {
  const response = await post(mistral, quickstart)
  expect(response.headers.get('content-type')).toContain('application/json')
  const { audio_data } = (await response.json()) as { audio_data: string }
  const wav = Buffer.from(audio_data, 'base64')
  expect([wav.toString('latin1', 0, 4), wav.readUInt32LE(24)]).toEqual(['RIFF', 24_000])
  expect((wav.length - 44) / 2 / 24_000).toBeCloseTo(seconds, 2)
})

test('a stream of Mistral is float samples in events', async () => {
  const response = await post(mistral, streamed)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const { events } = await eventsOf(response)
  expect(events.at(-1)).toMatchObject({
    event: 'speech.audio.done',
    data: { type: 'speech.audio.done', usage: { prompt_tokens: quickstart.input.length } },
  })
  expect(events.every(({ event, data }) => event === data.type)).toBe(true)
  const bytes = audioOf(events, 'audio_data')
  const samples = new Float32Array(new Uint8Array(bytes).buffer)
  expect(samples.length / 24_000).toBeCloseTo(seconds, 2)
  expect(loudest(samples)).toBeCloseTo(8_000 / 32_768, 3)
})

test('habits change how events arrive and never what they carry', async () => {
  mistral.habit({
    deltaBytes: 9_601,
    networkBytes: 997,
    eventLines: false,
    lineEnd: '\r\n',
    comments: true,
    emptyDelta: true,
    unknownEvent: true,
    doneAfterMs: 20,
  })
  const { events } = await eventsOf(await post(mistral, streamed))
  expect(events[0].data.audio_data).toBe('')
  expect(events.map(({ data }) => data.type)).toContain('speech.audio.timing')
  expect(events.some(({ event }) => event !== undefined)).toBe(false)
  expect(Buffer.from(String(events[2].data.audio_data), 'base64').length).toBe(9_601)
  expect(audioOf(events, 'audio_data').length / 4 / 24_000).toBeCloseTo(seconds, 2)
  expect(events.at(-1)?.data.type).toBe('speech.audio.done')
})

test.each([
  ['reset', { broken: true }],
  ['end', { broken: false }],
] as const)('after enough bytes the body can %s', async (how, expected) => {
  mistral.habit({ stops: { afterBytes: 20_000, how } })
  const { events, broken } = await eventsOf(await post(mistral, streamed))
  expect({ broken }).toEqual(expected)
  expect(events.map(({ data }) => data.type)).not.toContain('speech.audio.done')
  expect(mistral.requests[0].bytesSent).toBe(20_000)
})

test('a client that goes away is noticed', async () => {
  mistral.habit({ stops: { afterBytes: 10, how: 'hang' } })
  const leaving = new AbortController()
  const response = await fetch(`${mistral.baseUrl}/audio/speech`, {
    method: 'POST',
    headers: jsonHeaders,
    body: JSON.stringify(streamed),
    signal: leaving.signal,
  })
  leaving.abort()
  expect(response.status).toBe(200)
  while (!mistral.requests[0].aborted) await new Promise((resolve) => setTimeout(resolve, 1))
})

test('the end can be missing, the voice silent, the engine dead, the answer a page', async () => {
  mistral.habit({ neverDone: true, silent: true })
  const { events } = await eventsOf(await post(mistral, streamed))
  expect(events.at(-1)?.data.type).toBe('speech.audio.delta')
  expect(loudest(new Float32Array(new Uint8Array(audioOf(events, 'audio_data')).buffer))).toBe(0)
  mistral.habit({ failsAfterDeltas: 1 })
  const failed = await eventsOf(await post(mistral, streamed))
  expect(failed.events.map(({ data }) => data.type)).toEqual(['speech.audio.delta', 'internal_server_error'])
  mistral.habit({ html: '<html>' })
  const page = await post(mistral, streamed)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
})

const problems = (detail: unknown) => ({ object: 'error', message: { detail }, raw_status_code: 422 })
const missing = problems([{ type: 'missing', loc: ['body', 'input'], msg: 'Field required' }])
const unknownField = (name: string) =>
  problems([{ type: 'extra_forbidden', loc: ['body', name], msg: 'Extra inputs are not permitted' }])
test.each([
  ['no input', { ...quickstart, input: undefined }, 422, missing],
  ['the instructions of OpenAI', { ...quickstart, instructions: 'slow' }, 422, unknownField('instructions')],
  ['a speed', { ...quickstart, speed: 1 }, 422, unknownField('speed')],
  ['the voice of OpenAI', { ...quickstart, voice: 'coral' }, 422, unknownField('voice')],
  [
    'an unknown format',
    { ...quickstart, response_format: 'aac' },
    422,
    problems([{ msg: "Input should be 'pcm', 'wav', 'mp3', 'flac' or 'opus'" }]),
  ],
  ['a text that is a number', { ...quickstart, input: 7 }, 422, problems([{ type: 'string_type' }])],
  ['broken JSON', '{"input":', 422, problems([{ type: 'json_invalid' }])],
  ['no object', '[]', 422, problems([{ type: 'model_attributes_type' }])],
  ['no voice', { ...quickstart, voice_id: null }, 400, { object: 'error' }],
  ['an unknown voice', { ...quickstart, voice_id: 'coral' }, 404, { message: "Voice 'coral' not found" }],
  ['an unknown model', { ...quickstart, model: 'tts-1' }, 400, { type: 'invalid_model', code: '1500' }],
])('Mistral refuses %s', async (_what, body, status, expected) => {
  const response = await post(mistral, body)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject(expected)
  expect(mistral.requests[0].status).toBe(status)
})

test('Mistral refuses another path, method, key, content type and too many requests', async () => {
  const at = (path: string, init: RequestInit) => fetch(mistral.url + path, init)
  const body = JSON.stringify(quickstart)
  const method = 'POST'
  expect((await at('/audio/speech', { method, headers: jsonHeaders, body })).status).toBe(404)
  expect((await at('/v1/audio/speech', { headers: jsonHeaders })).status).toBe(405)
  const stranger = await post(mistral, quickstart, { 'content-type': 'application/json' })
  expect([stranger.status, await stranger.json()]).toEqual([401, { detail: 'Unauthorized' }])
  const plain = { ...jsonHeaders, 'content-type': 'text/plain' }
  expect((await post(mistral, quickstart, plain)).status).toBe(422)
  mistral.refuse(rateLimited(true))
  const limited = await post(mistral, quickstart)
  expect([limited.status, limited.headers.get('x-ratelimit-limit-req-minute')]).toEqual([429, '0'])
  expect(await limited.json()).toMatchObject({ message: 'Rate limit exceeded', code: '1300' })
  expect((await post(mistral, quickstart)).status).toBe(200)
})

test('moderated text gets 403', async () => {
  const strict = startVoxtralVoice({ moderates: (text) => text.includes('Voxtral') })
  expect((await post(strict, quickstart)).status).toBe(403)
  await strict.stop()
})

/** vLLM-Omni docs/serving/speech_api.md. */
const served = {
  model: 'mistralai/Voxtral-4B-TTS-2603',
  input: 'Hello, how are you?',
  voice: 'casual_female',
}

test('vLLM-Omni sends a file, raw samples or events, all of 16 bits', async () => {
  const file = await post(omni, served)
  expect(file.headers.get('content-type')).toBe('audio/wav')
  const raw = await post(omni, { ...served, stream: true, stream_format: 'audio', response_format: 'pcm' })
  expect(raw.headers.get('content-type')).toBe('audio/pcm')
  const samples = new Int16Array(await raw.arrayBuffer())
  expect([samples.length / 24_000, loudest(samples)]).toEqual([spokenS(served.input), 8_000])
  const { events } = await eventsOf(await post(omni, { ...served, stream: true, response_format: 'pcm' }))
  expect(new Int16Array(new Uint8Array(audioOf(events, 'audio')).buffer)).toEqual(samples)
  expect(events.at(-1)?.data).toMatchObject({ usage: { input_tokens: served.input.length } })
})

test.each([
  ['no voice', { ...served, voice: undefined }, 400, 'BadRequestError'],
  ['an unknown voice', { ...served, voice: 'Coral' }, 400, 'BadRequestError'],
  ['no text', { ...served, input: ' ' }, 400, 'BadRequestError'],
  ['a stream of mp3', { ...served, stream: true, response_format: 'mp3' }, 400, 'Bad Request'],
  ['no input', { voice: 'casual_female' }, 400, 'Bad Request'],
  ['an unknown model', { ...served, model: 'tts-1' }, 404, 'NotFoundError'],
])('vLLM-Omni refuses %s', async (_what, body, status, type) => {
  const response = await post(omni, body)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ error: { type, code: status } })
})

test('vLLM-Omni lets the fields of OpenAI pass, and lowers the name of a voice', async () => {
  const asked = { ...served, voice: 'CASUAL_female', instructions: 'slow', user: 'me' }
  expect((await post(omni, asked)).status).toBe(200)
})

/** openrouter.ai docs/api/api-reference/tts/create-speech. */
const routed = {
  input: 'Hello world',
  model: 'mistralai/voxtral-mini-tts-2603',
  response_format: 'pcm',
  speed: 1,
  voice: 'en_paul_neutral',
}

test('OpenRouter sends raw audio and states its rate', async () => {
  const response = await post(router, routed)
  expect(response.headers.get('content-type')).toBe('audio/pcm;rate=24000;channels=1')
  expect((await response.bytes()).length / 2 / 24_000).toBeCloseTo(spokenS(routed.input), 2)
  expect((await post(router, { ...routed, voice: undefined })).status).toBe(400)
  expect((await post(router, { ...routed, model: 'voxtral-mini-tts-2603' })).status).toBe(400)
  expect((await post(router, routed, { 'content-type': 'application/json' })).status).toBe(401)
  expect((await fetch(`${router.url}/v1/audio/speech`, { method: 'POST' })).status).toBe(404)
})
