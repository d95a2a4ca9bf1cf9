// The vendors that the doctor is tried with: good ones, and each kind of bad ones. What it prints about them is in
// test/tools/doctor/, written anew only by `bun test/tools/doctor-vendors.ts --write`.

import { join } from 'node:path'
import { writeWav } from '../../src/audio/wav.ts'
import { doctorMain } from '../../src/tools/doctor.ts'
import { habits } from '../support/clouds/chat-habits.ts'
import { type Fakes, startFakes } from '../support/clouds/server.ts'

export const secret = 'k-of-the-test-0123456789'

const assets = join(import.meta.dir, '../../assets')
const sentence = ((await Bun.file(join(assets, 'phrases/fr.json')).json()) as { lines: { welcome: string } })
  .lines.welcome
/** What the vendors' voices send: the shipped audio of the sentence, slin8. */
const speech = await Bun.file(join(assets, 'cache/fr.welcome.raw')).bytes()
const samplesOf = (bytes: Uint8Array) => new Int16Array(bytes.slice().buffer)
const wavOf = (samples: Int16Array) => writeWav(samples, { rateHz: 8_000, channels: 1 })
const reply =
  '{"answer":"unknown","topic":"internet","intent":"none","name":null,"symptom":null}\nJe comprends.'

type Environment = Record<string, string>
export type Case = {
  title: string
  /** Name of the file with the expected output. */
  file: string
  code: 0 | 1
  /** Makes the good vendors bad, and returns settings on top of theirs. */
  make?: (fakes: Fakes) => Environment
}

/** One vendor of each service, so that the output is about what is bad. */
const openaiOnly: Environment = { STT: 'embedded', LLM: 'openai', TTS: 'aura' }

export const cases: readonly Case[] = [
  { title: 'good vendors', file: 'good', code: 0 },
  {
    title: 'wrong keys',
    file: 'wrong-key',
    code: 1,
    make: () => ({ OPENAI_API_KEY: 'bad-key-of-the-test', DEEPGRAM_API_KEY: 'bad-key-of-the-test' }),
  },
  {
    title: 'an account without credit',
    file: 'no-credit',
    code: 1,
    make(fakes) {
      fakes.setChatHabit(habits('').outOfCredit())
      return openaiOnly
    },
  },
  {
    title: 'a model that the server does not have',
    file: 'unknown-model',
    code: 1,
    make(fakes) {
      fakes.setChatHabit(habits('').unknownModel())
      return { ...openaiOnly, OPENAI_MODEL: 'gpt-none' }
    },
  },
  {
    title: 'a login page with status 200 in place of voice and model',
    file: 'login-page',
    code: 1,
    make(fakes) {
      fakes.habit('speech', { sends: '<!doctype html><html><title>Login</title></html>', contentType: null })
      fakes.setChatHabit(habits('').portal())
      return { STT: 'embedded', LLM: 'openai', TTS: 'openai,aura' }
    },
  },
  {
    title: 'a voice that sends silence',
    file: 'silence',
    code: 1,
    make(fakes) {
      fakes.habit('speech', { sends: wavOf(new Int16Array(32_000)), contentType: 'audio/wav' })
      return { STT: 'embedded', LLM: 'scripted', TTS: 'openai,aura' }
    },
  },
  {
    title: 'a WebSocket that is refused',
    file: 'refused-socket',
    code: 1,
    make(fakes) {
      const body = { err_code: 'INSUFFICIENT_PERMISSIONS', err_msg: `Key ${secret} may not listen` }
      fakes.fault('nova', { kind: 'status', status: 403, body })
      return { STT: 'deepgram,embedded', LLM: 'scripted', TTS: 'aura' }
    },
  },
  {
    title: 'a model and a voice that hang',
    file: 'hanging',
    code: 1,
    make(fakes) {
      fakes.fault('chat', { kind: 'hang', at: 'headers' })
      fakes.fault('speech', { kind: 'hang', at: 'body', afterChunks: 0 })
      const limits = { LLM_ATTEMPT_MS: '200', TTS_FIRST_BYTE_MS: '200' }
      return { STT: 'embedded', LLM: 'openai', TTS: 'openai,aura', ...limits }
    },
  },
  {
    title: 'addresses without a server and with a wrong path',
    file: 'wrong-address',
    code: 1,
    make: (fakes) => ({
      STT: 'deepgram,embedded',
      LLM: 'openai',
      TTS: 'openai',
      LLM_BASE_URL: 'http://127.0.0.1:1/v1',
      TTS_BASE_URL: fakes.url,
      DEEPGRAM_BASE_URL: 'ws://127.0.0.1:1',
      STT_GIVE_UP_MS: '500',
    }),
  },
  {
    title: 'an address without a server for a recogniser that is asked once in a sentence',
    file: 'whisper-address',
    code: 1,
    make: () => ({
      STT: 'whisper,embedded',
      LLM: 'scripted',
      TTS: 'embedded',
      WHISPER_BASE_URL: 'http://127.0.0.1:1/v1',
    }),
  },
  {
    title: 'models that end, that do not follow the prompt, and a recogniser that hears something else',
    file: 'warnings',
    code: 1,
    make(fakes) {
      fakes.setModels({ data: [{ id: 'gpt-6-luna', shutdown_date: '2020-01-31' }], deepgram: [] })
      fakes.setChat(() => ['Je comprends, votre box ne fonctionne plus.'])
      fakes.setHeard(Array(9).fill('the quick brown fox'))
      return { STT: 'deepgram,embedded', LLM: 'openai', TTS: 'aura' }
    },
  },
]

/** Numbers that differ from run to run. */
const steady = (text: string, { port }: Fakes) =>
  text
    .replaceAll(String(port), 'PORT')
    .replace(/\d+ ms/g, '# ms')
    .replace(/"ms": \d+/g, '"ms": 0')

export async function outputOf({ make }: Case, args: readonly string[] = []) {
  const fakes = startFakes({ heard: Array(9).fill(sentence), chat: () => [reply] })
  fakes.habit('speech', { sends: wavOf(samplesOf(speech)), contentType: 'audio/wav' })
  fakes.habit('aura', { sends: speech })
  const environment: Environment = {
    CONFIG_FILE: '',
    STT: 'deepgram,flux,whisper,embedded',
    LLM: 'groq,openai,scripted',
    TTS: 'openai,aura',
    DEEPGRAM_API_KEY: secret,
    GROQ_API_KEY: secret,
    OPENAI_API_KEY: secret,
    DEEPGRAM_BASE_URL: fakes.ws,
    GROQ_BASE_URL: fakes.url,
    OPENAI_BASE_URL: `${fakes.url}/v1`,
    // A busy machine is slower than a vendor.
    LLM_ATTEMPT_MS: '20000',
    TTS_FIRST_BYTE_MS: '20000',
    ...make?.(fakes),
  }
  let printed = ''
  const out = {
    write(text: string) {
      printed += text
    },
  }
  const code = await doctorMain(args, out, environment, { frameMs: 0, wordsMs: 3_000, limitMs: 60_000 })
  await fakes.stop()
  return { code, printed: steady(printed, fakes), raw: printed }
}

export const expectedFile = ({ file }: Case): string => join(import.meta.dir, 'doctor', `${file}.txt`)

if (import.meta.main && Bun.argv.includes('--write'))
  for (const each of cases) {
    const { printed } = await outputOf(each)
    await Bun.write(expectedFile(each), printed)
    console.log(`${each.title}\n${printed}`)
  }
