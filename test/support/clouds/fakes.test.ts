// Tests of the fakes, for mistakes that no test of the program would notice.

import { afterAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { codedFrame, codedSpeech, readCoded } from './coded.ts'
import { FakeRecogniser } from './recogniser.ts'
import { startFakes } from './server.ts'
import { mp3FileS } from './speech.ts'
import { until } from './until.ts'

setDefaultTimeout(60_000)

const fakes = startFakes()
afterAll(() => fakes.stop())
beforeEach(() => fakes.reset())

test('a coded frame says its number and its word, and other audio says nothing', () => {
  expect(readCoded(codedFrame(70_000, 3))).toEqual({ number: 70_000, word: 'prendre' })
  expect(readCoded(codedFrame(5, -1))).toEqual({ number: 5, word: undefined })
  expect(readCoded(new Int16Array(160).fill(900))).toBeUndefined()
})

test('uncoded audio is heard as the script, utterance by utterance, a short pause inside one', () => {
  const recogniser = new FakeRecogniser({ kind: 'script', texts: ['bonjour madame', 'oui'], next: 0 })
  const push = (ms: number, level: number) => {
    for (let at = 0; at < ms; at += 20) recogniser.push(new Int16Array(160).fill(level))
  }
  push(400, 3_000)
  push(400, 0)
  expect(recogniser.paused(300)).toBe(false)
  expect(recogniser.heard(false).map(({ word }) => word)).toEqual(['bonjour'])
  push(500, 3_000)
  push(600, 0)
  expect(recogniser.paused(300)).toBe(true)
  expect(recogniser.heard(true).map(({ word }) => word)).toEqual(['bonjour', 'madame'])
  recogniser.take()
  push(40, 3_000)
  push(600, 0)
  expect(recogniser.heard(true)).toEqual([])
  recogniser.take()
  push(400, 3_000)
  expect(recogniser.heard(true).map(({ word }) => word)).toEqual(['oui'])
})

const query =
  'model=nova-3&encoding=linear16&sample_rate=8000&interim_results=true&endpointing=300&utterance_end_ms=1000'
const listen = (path: string, key = 'k') =>
  new WebSocket(`${fakes.ws}${path}`, { headers: { Authorization: `Token ${key}` } } as unknown as string[])

test('nova sends interim and final results, UtteranceEnd, and the length at the end', async () => {
  const socket = listen(`/v1/listen?${query}`)
  const types: string[] = []
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data)
    types.push(
      message.type === 'Results'
        ? `${message.is_final ? 'final' : 'interim'} ${message.channel.alternatives[0].transcript}`
        : message.type,
    )
  }
  await until('open', () => socket.readyState === WebSocket.OPEN)
  for (const frame of codedSpeech(['bonjour madame'])) socket.send(frame)
  socket.send('{"type":"CloseStream"}')
  await until('closed', () => socket.readyState === WebSocket.CLOSED)
  expect(types.filter((type) => type !== 'final ')).toEqual([
    'interim bonjour',
    'final bonjour madame',
    'UtteranceEnd',
    'Metadata',
  ])
})

test.each([
  ['a wrong key', `/v1/listen?${query}`, 'bad-key'],
  ['keywords with nova-3', `/v1/listen?${query}&keywords=box`, 'k'],
  ['a nova on the path of Flux', `/v2/listen?${query}`, 'k'],
])('%s is refused before a socket is opened', async (_what, path, key) => {
  const socket = listen(path, key)
  let refused = false
  socket.onclose = () => {
    refused = true
  }
  await until('the refusal', () => refused)
  expect(fakes.connections).toHaveLength(0)
})

test('the mp3 is real: a decoder makes as many seconds of it as were asked for', async () => {
  const { MPEGDecoder } = await import('mpg123-decoder')
  const decoder = new MPEGDecoder()
  await decoder.ready
  const response = await fetch(`${fakes.url}/v1/audio/speech`, {
    method: 'POST',
    headers: { Authorization: 'Bearer k', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      model: 'gpt-4o-mini-tts',
      voice: 'coral',
      input: 'x'.repeat(50),
      response_format: 'mp3',
    }),
  })
  const { samplesDecoded, sampleRate, errors } = decoder.decode(await response.bytes())
  decoder.free()
  expect([sampleRate, errors.length]).toEqual([24_000, 0])
  expect(samplesDecoded / sampleRate).toBeCloseTo(3 * mp3FileS, 1)
})

test('as a process it prints the settings that lead to it, and ends when told to', async () => {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/main.ts`, '--reply', 'Oui.'], {
    stderr: 'inherit',
  })
  const reader = child.stdout.getReader()
  const { value } = await reader.read()
  const settings = JSON.parse(new TextDecoder().decode(value))
  const response = await fetch(`${settings.GROQ_BASE_URL}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { Authorization: 'Bearer k', 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Oui' }], stream: true }),
  })
  expect(await response.text()).toContain('"content":"Oui."')
  child.kill('SIGTERM')
  expect(await child.exited).toBe(0)
})
