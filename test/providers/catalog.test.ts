import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { rms } from '../../src/audio/pcm.ts'
import { systemClock } from '../../src/base/clock.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { type CatalogDeps, openProviders, type Providers } from '../../src/providers/catalog.ts'
import { createEmbeddedStt } from '../../src/providers/embedded/stt.ts'
import { type ProviderSettings, providerDefaults } from '../../src/providers/settings.ts'
import type { SttEvent } from '../../src/providers/stt.ts'
import type { Tts } from '../../src/providers/tts.ts'
import { defaultReply } from '../support/clouds/chat.ts'
import { codedSpeech } from '../support/clouds/coded.ts'
import type { Api, Fault } from '../support/clouds/faults.ts'
import { startFakes } from '../support/clouds/server.ts'
import { until } from '../support/clouds/until.ts'

const fakes = startFakes()
beforeAll(() => Promise.all([import('openai'), import('groq-sdk'), import('@deepgram/sdk')]))
afterAll(() => fakes.stop())
beforeEach(() => fakes.reset())

/** Two seconds of samples for any text. */
const embedded: Tts = {
  name: 'embedded',
  voice: 'embedded/voice',
  speak: async () => ({
    format: { encoding: 's16le', rateHz: 16_000 },
    chunks: (async function* () {
      yield new Uint8Array(64_000)
    })(),
  }),
  close() {},
}

function deps(): CatalogDeps {
  return {
    clock: systemClock,
    random: () => 0.5,
    metrics: new Metrics(),
    createVad: () => ({ push: (frame) => (rms(frame) > 500 ? 'speech' : 'silence') }),
    embeddedStt: createEmbeddedStt,
    embeddedTts: () => embedded,
  }
}
const key = 'sk-very-secret-0123456789'
const withKeys: Partial<ProviderSettings> = {
  deepgram: { apiKey: key, baseUrl: providerDefaults.deepgram.baseUrl },
  groq: { apiKey: key, baseUrl: providerDefaults.groq.baseUrl },
  openai: { apiKey: key, baseUrl: providerDefaults.openai.baseUrl },
}
const open = (given: Partial<ProviderSettings>, given2: CatalogDeps = deps()) =>
  openProviders({ ...providerDefaults, ...given }, given2)

const lists: [
  what: string,
  given: Partial<ProviderSettings>,
  names: Providers['names'],
  skipped: string[],
][] = [
  [
    'no key: the embedded ones and the scripted desk',
    {},
    { stt: 'embedded', llm: 'scripted', tts: 'embedded' },
    [
      'stt deepgram: DEEPGRAM_API_KEY is not set',
      'stt whisper: OPENAI_API_KEY is not set',
      'llm groq: GROQ_API_KEY is not set',
      'tts openai: OPENAI_API_KEY is not set',
      'tts aura: DEEPGRAM_API_KEY is not set',
    ],
  ],
  [
    'every key',
    withKeys,
    {
      stt: 'deepgram nova-3, whisper at groq, embedded',
      llm: 'groq openai/gpt-oss-20b, groq openai/gpt-oss-120b, scripted',
      tts: 'openai gpt-4o-mini-tts/coral, aura-2-agathe-fr, embedded',
    },
    [],
  ],
  [
    'lists of one’s own',
    { ...withKeys, stt: ['flux'], llm: ['openai', 'groq'], tts: ['aura'] },
    {
      stt: 'flux-general-multi',
      llm: 'openai gpt-4o-mini, groq openai/gpt-oss-20b, groq openai/gpt-oss-120b, scripted',
      tts: 'aura-2-agathe-fr',
    },
    [],
  ],
  [
    'a local server without a key',
    {
      llm: ['openai'],
      openai: { baseUrl: 'http://127.0.0.1:8000/v1' },
      tts: ['openai', 'embedded'],
      stt: ['whisper', 'embedded'],
    },
    {
      stt: 'whisper at openai, embedded',
      llm: 'openai gpt-4o-mini, scripted',
      tts: 'openai gpt-4o-mini-tts/coral, embedded',
    },
    [],
  ],
]
describe('what is in use follows from keys and lists:', () => {
  for (const [what, given, names, skipped] of lists)
    test(what, () => {
      const providers = open(given)
      expect(providers.names).toEqual(names)
      expect(providers.skipped.map(({ adapter, reason }) => `${adapter}: ${reason}`)).toEqual(skipped)
      expect(Bun.inspect([providers.names, providers.skipped])).not.toContain(key)
      providers.close()
    })
})

test('a list that leaves nothing to hear or speak with is refused', () => {
  expect(() => open({ stt: ['deepgram'] })).toThrow(/STT=deepgram leaves no recogniser/)
  expect(() => open({ tts: ['openai', 'aura'] })).toThrow(/TTS=openai,aura leaves no voice/)
})

test('an SDK is loaded on first use, not by the catalog', async () => {
  const script = `
    const { openProviders } = await import('./src/providers/catalog.ts')
    const { providerDefaults } = await import('./src/providers/settings.ts')
    const { Metrics } = await import('./src/base/metrics.ts')
    const { systemClock } = await import('./src/base/clock.ts')
    const door = (vendor) => ({ ...providerDefaults[vendor], apiKey: 'k' })
    const adapter = () => ({ name: 'x', voice: 'x', hearsWords: false, close() {} })
    const deps = { clock: systemClock, random: Math.random, metrics: new Metrics(), embeddedStt: adapter, embeddedTts: adapter }
    const vendors = { deepgram: door('deepgram'), groq: door('groq'), openai: door('openai') }
    const providers = openProviders({ ...providerDefaults, ...vendors }, deps)
    const loaded = () => ['groq-sdk', 'openai', '@deepgram/sdk'].filter((name) => Object.keys(require.cache).some((path) => path.includes('node_modules/' + name + '/')))
    const before = loaded()
    await providers.warm()
    console.log(JSON.stringify([before, loaded()]))`
  const child = Bun.spawn([process.execPath, '-e', script], {
    cwd: `${import.meta.dir}/../..`,
    stderr: 'inherit',
  })
  expect(JSON.parse(await new Response(child.stdout).text())).toEqual([
    [],
    ['groq-sdk', 'openai', '@deepgram/sdk'],
  ])
})

/** All three clouds are the fakes. */
const faked: Partial<ProviderSettings> = {
  deepgram: { apiKey: key, baseUrl: fakes.ws },
  groq: { apiKey: key, baseUrl: fakes.url },
  openai: { apiKey: key, baseUrl: `${fakes.url}/v1` },
  sttGiveUpMs: 100,
}
/** Short limits, only where a hang is what is looked at: a busy machine is to be no fault elsewhere. */
const impatient: Partial<ProviderSettings> = {
  llmAttemptMs: 300,
  llmDeadlineMs: 1_500,
  llmGapMs: 300,
  ttsFirstByteMs: 300,
  ttsDeadlineMs: 1_500,
  ttsGapMs: 300,
}
const fakedFor = (fault?: Fault) => (fault?.kind === 'hang' ? { ...faked, ...impatient } : faked)
const signal = () => new AbortController().signal
async function replyOf(providers: Providers): Promise<string> {
  let text = ''
  const messages = [{ role: 'user' as const, content: 'Bonjour' }]
  for await (const piece of providers.llm?.reply({ messages, maxTokens: 100, signal: signal() }) ?? [])
    text += piece
  return text
}

const llmFaults: [what: string, faults: [Fault, number], models: string[]][] = [
  ['429 for 300 s', [{ kind: 'status', status: 429, headers: { 'retry-after': '300' } }, 1], ['20b', '120b']],
  ['503 twice', [{ kind: 'status', status: 503 }, 2], ['20b', '20b', '120b']],
  ['a model that is gone', [{ kind: 'status', status: 404 }, 1], ['20b', '120b']],
  ['a hang before the headers', [{ kind: 'hang', at: 'headers' }, 1], ['20b', '120b']],
  ['a hang before the first token', [{ kind: 'hang', at: 'body', afterChunks: 1 }, 1], ['20b', '120b']],
  ['a hang in mid-stream', [{ kind: 'hang', at: 'body', afterChunks: 5 }, 1], ['20b', '120b']],
  ['a reset in mid-stream', [{ kind: 'cut', afterChunks: 5 }, 1], ['20b', '20b']],
  ['an event that is not JSON', [{ kind: 'malformed', afterChunks: 5 }, 1], ['20b', '20b']],
  ['an end without a reason', [{ kind: 'truncate', afterChunks: 5 }, 1], ['20b', '20b']],
]
describe('through the real SDK, the caller hears the whole reply once after', () => {
  for (const [what, [fault, times], models] of llmFaults)
    test(what, async () => {
      fakes.fault('chat', fault, times)
      const providers = open(fakedFor(fault))
      expect(await replyOf(providers)).toBe(defaultReply)
      const asked = fakes.requests.map(({ body }) => String(body.model).replace('openai/gpt-oss-', ''))
      expect(asked).toEqual(models)
      expect(fakes.requests[0].body).toMatchObject({
        reasoning_effort: 'low',
        include_reasoning: false,
        stream: true,
      })
      providers.close()
    })
})

test('every model gone leaves the scripted desk inside the deadline, and no key in the error', async () => {
  fakes.fault('chat', { kind: 'hang', at: 'headers' }, 10)
  const startMs = performance.now()
  const failure = await replyOf(open({ ...faked, ...impatient })).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'timeout' })
  expect(performance.now() - startMs).toBeLessThan(1_500 + 500)
  expect(Bun.inspect(failure)).not.toContain(key)
})

const sentence = 'Je regarde votre dossier, et je vous dis tout dans un moment.'
async function heardOf(providers: Providers): Promise<[adapter: string, text: string, bytes: number][]> {
  const heard: [string, string, number][] = []
  for await (const part of providers.tts.parts({ text: sentence, language: 'fr', signal: signal() })) {
    let bytes = 0
    for await (const chunk of part.chunks) bytes += chunk.length
    heard.push([part.adapter, part.text, bytes])
  }
  return heard
}
const fullOpenai = Math.round(sentence.length * 0.06 * 24_000) * 2
const ttsFaults: [what: string, faults: [Api, Fault, number][], adapters: string[]][] = [
  ['no fault', [], ['openai']],
  ['503 twice', [['speech', { kind: 'status', status: 503 }, 2]], ['aura']],
  ['the end of the speech endpoint', [['speech', { kind: 'status', status: 404 }, 1]], ['aura']],
  ['a hang', [['speech', { kind: 'hang', at: 'headers' }, 1]], ['aura']],
  ['a reset in mid-sentence', [['speech', { kind: 'cut', afterChunks: 20 }, 1]], ['openai', 'aura']],
  [
    'a hang in mid-sentence',
    [['speech', { kind: 'hang', at: 'body', afterChunks: 20 }, 1]],
    ['openai', 'aura'],
  ],
  [
    'both clouds in mid-sentence',
    [
      ['speech', { kind: 'cut', afterChunks: 12 }, 1],
      ['aura', { kind: 'cut', afterChunks: 4 }, 1],
    ],
    ['openai', 'aura', 'embedded'],
  ],
]
describe('through the real SDKs, a sentence is spoken whole and once after', () => {
  for (const [what, faults, adapters] of ttsFaults)
    test(what, async () => {
      for (const [api, fault, times] of faults) fakes.fault(api, fault, times)
      const providers = open(fakedFor(faults[0]?.[1]))
      const heard = await heardOf(providers)
      expect(heard.map(([adapter]) => adapter)).toEqual(adapters)
      if (adapters[0] === 'openai' && adapters.length === 1) expect(heard[0][2]).toBe(fullOpenai)
      // Each later voice was given the end of the sentence, shorter than what was left before.
      for (const [i, [, text]] of heard.entries()) {
        expect(sentence.endsWith(text)).toBe(true)
        if (i > 0) expect(text.length).toBeLessThan(heard[i - 1][1].length)
      }
      providers.close()
    })
})

test('Whisper takes over in the call when Deepgram is gone, and not a word is lost', async () => {
  fakes.fault('nova', [{ kind: 'wsDrop', afterAudioMs: 800 }])
  fakes.fault('nova', { kind: 'status', status: 503 }, 50)
  const providers = open(faked)
  const events: SttEvent[] = []
  const session = providers.stt.open({ language: 'fr', callId: 'c', onEvent: (event) => events.push(event) })
  await until('open', () => events.length > 0)
  const said = ['bonjour je voudrais un rendez-vous', 'demain matin merci']
  const finals = () =>
    events.flatMap((event) => (event.kind === 'transcript' && event.isFinal ? [event.text] : []))
  const frames = codedSpeech(said)
  await until('all words', () => {
    const frame = frames.shift() ?? new Int16Array(160)
    session.write(frame)
    return finals().join(' ').split(' ').length >= 8
  })
  expect(finals().join(' ')).toBe(said.join(' '))
  expect(fakes.requests.map(({ api }) => api)).toEqual(['transcriptions', 'transcriptions'])
  expect(JSON.stringify(events)).not.toContain(key)
  session.close()
  providers.close()
})
