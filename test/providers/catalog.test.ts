import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { ConfigError } from '../../src/base/errors.ts'
import { readSettings } from '../../src/base/setting.ts'
import { adapterNames } from '../../src/providers/adapters.ts'
import type { Providers } from '../../src/providers/catalog.ts'
import { providerSettings } from '../../src/providers/settings.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { secret } from './contract.ts'
import { openFrom, type TestEnvironment, withKeys } from './open.ts'

setDefaultTimeout(60_000)

const lists: [what: string, environment: TestEnvironment, names: Providers['names'], skipped: string[]][] = [
  [
    'no key: the embedded ones and the scripted desk',
    {},
    { stt: 'embedded', llm: 'scripted', tts: 'embedded' },
    [
      'stt deepgram: DEEPGRAM_API_KEY is not set',
      'stt whisper: OPENAI_API_KEY is not set',
      'stt whisper: GROQ_API_KEY is not set',
      'llm groq: GROQ_API_KEY is not set',
      'tts openai: OPENAI_API_KEY is not set',
      'tts voxtral: MISTRAL_API_KEY is not set',
      'tts aura: DEEPGRAM_API_KEY is not set',
    ],
  ],
  [
    'every key',
    { ...withKeys, MISTRAL_API_KEY: secret },
    {
      stt: 'deepgram nova-3, whisper at openai, embedded',
      llm: 'groq openai/gpt-oss-20b, groq openai/gpt-oss-120b, scripted',
      tts: 'openai gpt-4o-mini-tts/coral, voxtral voxtral-mini-tts-3-0/fr_marie_neutral, aura-2-agathe-fr, embedded',
    },
    [],
  ],
  [
    'the operator’s own lists',
    { ...withKeys, STT: 'flux', LLM: 'openai,groq', TTS: 'aura' },
    {
      stt: 'flux-general-multi',
      llm: 'openai gpt-6-luna, groq openai/gpt-oss-20b, groq openai/gpt-oss-120b, scripted',
      tts: 'aura-2-agathe-fr',
    },
    [],
  ],
  [
    'a local server without a key',
    {
      LLM: 'openai',
      OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1',
      TTS: 'openai,embedded',
      STT: 'whisper,embedded',
    },
    {
      stt: 'whisper at openai, embedded',
      llm: 'openai gpt-6-luna, scripted',
      tts: 'openai gpt-4o-mini-tts/coral, embedded',
    },
    [],
  ],
  [
    'no key but Groq’s: Whisper there',
    { GROQ_API_KEY: secret, STT: 'whisper,embedded', TTS: 'embedded' },
    {
      stt: 'whisper at groq, embedded',
      llm: 'groq openai/gpt-oss-20b, groq openai/gpt-oss-120b, scripted',
      tts: 'embedded',
    },
    [],
  ],
  [
    'a server of its own for Whisper, although there is a Groq key',
    {
      GROQ_API_KEY: secret,
      STT: 'whisper,embedded',
      TTS: 'embedded',
      WHISPER_BASE_URL: 'http://127.0.0.1:8000/v1',
    },
    {
      stt: 'whisper at openai, embedded',
      llm: 'groq openai/gpt-oss-20b, groq openai/gpt-oss-120b, scripted',
      tts: 'embedded',
    },
    [],
  ],
  [
    'no second model at Groq',
    { ...withKeys, LLM: 'groq', GROQ_FALLBACK_MODEL: '' },
    {
      stt: 'deepgram nova-3, whisper at openai, embedded',
      llm: 'groq openai/gpt-oss-20b, scripted',
      tts: 'openai gpt-4o-mini-tts/coral, aura-2-agathe-fr, embedded',
    },
    ['tts voxtral: MISTRAL_API_KEY is not set'],
  ],
]
describe('keys and lists decide what is in use:', () => {
  for (const [what, environment, names, skipped] of lists)
    test(what, () => {
      const providers = openFrom(environment)
      expect(providers.names).toEqual(names)
      expect(providers.skipped.map(({ adapter, reason }) => `${adapter}: ${reason}`)).toEqual(skipped)
      expect(Bun.inspect([providers.names, providers.skipped])).not.toContain(secret)
      providers.close()
    })
})

test('a list that leaves no recogniser or no voice is refused', () => {
  expect(() => openFrom({ STT: 'deepgram' })).toThrow(/STT=deepgram leaves no recogniser/)
  expect(() => openFrom({ TTS: 'openai,aura' })).toThrow(/TTS=openai,aura leaves no voice/)
})

describe('the default voices', () => {
  const namesOn = (day: string, environment: Record<string, string> = {}) => {
    const clock = new FakeClock()
    clock.wallOffsetMs = Date.parse(`${day}T09:00:00Z`)
    const providers = openFrom({ ...withKeys, MISTRAL_API_KEY: secret, ...environment }, {}, clock)
    providers.close()
    return providers.names.tts.split(', ').map((label) => label.split(' ')[0])
  }

  test.each([
    ['2027-01-05', ['openai', 'voxtral', 'aura-2-agathe-fr', 'embedded']],
    ['2027-01-06', ['voxtral', 'openai', 'aura-2-agathe-fr', 'embedded']],
  ])('on %s are %j, because OpenAI ends its voice', (day, names) => {
    expect(namesOn(day)).toEqual(names)
  })

  test('stand behind the next voice that has a key, whichever that is', () => {
    const names = ['aura-2-agathe-fr', 'openai', 'embedded']
    expect(namesOn('2027-01-06', { MISTRAL_API_KEY: '' })).toEqual(names)
  })

  test('keep their order at a server of the operator’s own, and in a list of the operator’s own', () => {
    expect(namesOn('2027-01-06', { TTS_BASE_URL: 'http://127.0.0.1:8880/v1' })[0]).toBe('openai')
    expect(namesOn('2027-01-06', { TTS: 'openai,voxtral' })).toEqual(['openai', 'voxtral'])
  })
})

test.each([
  ['STT', 'parrot', adapterNames('stt')],
  ['LLM', 'parrot', adapterNames('llm')],
  ['TTS', 'parrot', adapterNames('tts')],
])('%s=%s is refused and never becomes another vendor’s adapter', (variable, name, names) => {
  const known = names.join(', ')
  const { faults } = readSettings(providerSettings, { ...withKeys, [variable]: name })
  expect(faults).toEqual([`${variable} ("${name}") contains "${name}"; known are ${known}`])
  const opening = () => openFrom(withKeys, { [variable]: [name] })
  expect(opening).toThrow(ConfigError)
  expect(opening).toThrow(`${variable} names "${name}"; known are ${known}`)
})

test('an SDK is loaded on first use, not by the catalog', async () => {
  const script = `
    const { openProviders } = await import('./src/providers/catalog.ts')
    const { providerSettings } = await import('./src/providers/settings.ts')
    const { readSettings } = await import('./src/base/setting.ts')
    const { Metrics } = await import('./src/base/metrics.ts')
    const { systemClock } = await import('./src/base/clock.ts')
    const environment = { DEEPGRAM_API_KEY: 'k', GROQ_API_KEY: 'k', OPENAI_API_KEY: 'k' }
    const { values } = readSettings(providerSettings, environment)
    const deps = { clock: systemClock, random: Math.random, metrics: new Metrics(), language: 'fr', voicesDir: '' }
    const providers = openProviders(values, deps)
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
