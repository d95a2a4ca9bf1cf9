// Language model, voice and Whisper at three servers of the operator's own, through the real SDK.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config.ts'
import { destinationOf } from '../../src/providers/adapter.ts'
import type { Providers } from '../../src/providers/catalog.ts'
import { codedSpeech } from '../support/clouds/coded.ts'
import { startFakes } from '../support/clouds/server.ts'
import { until } from '../support/clouds/until.ts'
import { openCall } from '../support/hearing.ts'
import { openFrom, type TestEnvironment } from './open.ts'

setDefaultTimeout(60_000)

const [vllm, kokoro, speaches, openai] = Array.from({ length: 4 }, () => startFakes())
const servers = { vllm, kokoro, speaches, openai }
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'separate-servers-'))
})
afterAll(async () => {
  for (const server of Object.values(servers)) await server.stop()
  await rm(folder, { recursive: true })
})

const address = (server: { url: string }) => `${server.url}/v1`
const lists: TestEnvironment = { STT: 'whisper,embedded', LLM: 'openai,scripted', TTS: 'openai,embedded' }

/** Asks each of the three once. */
async function useAll({ llm, tts, stt }: Providers): Promise<void> {
  const { signal } = new AbortController()
  for await (const _ of llm!.reply({ messages: [{ role: 'user', content: 'Oui' }], maxTokens: 9, signal }));
  for await (const _ of (await tts.speak({ text: 'Bonjour.', language: 'fr', signal })).chunks);
  let heard = ''
  const session = openCall(stt, {
    callId: 'c',
    language: 'fr',
    onEvent: (event) => {
      if (event.kind === 'transcript' && event.isFinal) heard = event.text
    },
  })
  for (const frame of codedSpeech(['oui'])) session.write(frame)
  for (let i = 0; i < 100; i++) session.write(new Int16Array(160))
  await until('the transcript', () => heard !== '')
  session.close()
}

/** Which server got which requests with which key since the last call. */
function seen(): Record<string, string[]> {
  const got = Object.entries(servers).flatMap(([name, server]) => {
    const requests = server.requests.map(({ api, headers }) => `${api} ${headers.authorization}`)
    server.reset()
    return requests.length === 0 ? [] : [[name, requests] as const]
  })
  return Object.fromEntries(got)
}

test('vLLM, Kokoro-FastAPI and speaches are used at once, without any key', async () => {
  const providers = openFrom({
    ...lists,
    LLM_BASE_URL: address(vllm),
    TTS_BASE_URL: address(kokoro),
    WHISPER_BASE_URL: address(speaches),
  })
  await useAll(providers)
  providers.close()
  expect(seen()).toEqual({
    vllm: ['chat Bearer none'],
    kokoro: ['speech Bearer none'],
    speaches: ['transcriptions Bearer none'],
  })
})

test('each server gets its own key, also from a file, and never that of OpenAI', async () => {
  const file = join(folder, 'key')
  await Bun.write(file, 'file-key\n')
  const { config } = loadConfig(
    {
      ...lists,
      OPENAI_API_KEY: 'cloud-key',
      LLM_BASE_URL: address(vllm),
      LLM_API_KEY: 'llm-key',
      TTS_BASE_URL: address(kokoro),
      TTS_API_KEY_FILE: file,
      WHISPER_BASE_URL: address(speaches),
    },
    { folder },
  )
  const providers = openFrom({}, config)
  await useAll(providers)
  providers.close()
  expect(seen()).toEqual({
    vllm: ['chat Bearer llm-key'],
    kokoro: ['speech Bearer file-key'],
    speaches: ['transcriptions Bearer none'],
  })
})

test('what has no address of its own goes to that of OPENAI_BASE_URL, with its key', async () => {
  const providers = openFrom({
    ...lists,
    OPENAI_BASE_URL: address(openai),
    OPENAI_API_KEY: 'cloud-key',
    TTS_BASE_URL: address(kokoro),
    WHISPER_API_KEY: 'whisper-key',
  })
  await useAll(providers)
  providers.close()
  expect(seen()).toEqual({
    kokoro: ['speech Bearer none'],
    openai: ['chat Bearer cloud-key', 'transcriptions Bearer whisper-key'],
  })
})

const credentials = {
  ...{ apiKey: 'LLM_API_KEY', baseUrl: 'LLM_BASE_URL' },
  shared: { apiKey: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL' },
}
test.each([
  ['', '', 'https://api.openai.com/v1', 'shared-key'],
  ['', 'own-key', 'https://api.openai.com/v1', 'own-key'],
  ['http://gpu:8000/v1', '', 'http://gpu:8000/v1', ''],
  ['http://gpu:8000/v1', 'own-key', 'http://gpu:8000/v1', 'own-key'],
  ['https://api.openai.com/v2', '', 'https://api.openai.com/v2', 'shared-key'],
  ['https://api.openai.com.evil.example/v1', '', 'https://api.openai.com.evil.example/v1', ''],
])(
  'own address %p and own key %p: requests go to %s with %p',
  (LLM_BASE_URL, LLM_API_KEY, baseUrl, apiKey) => {
    const values = {
      ...{ OPENAI_BASE_URL: 'https://api.openai.com/v1', OPENAI_API_KEY: 'shared-key' },
      ...{ LLM_BASE_URL, LLM_API_KEY },
    }
    expect(destinationOf(credentials, values)).toMatchObject({ baseUrl, apiKey })
  },
)
