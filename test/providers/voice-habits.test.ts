// What voices really send, through the real SDKs, the converter and the speaker of a call: only speech is heard, counted
// as ok and kept, and another voice says the rest within the turn.

import { afterAll, expect, test } from 'bun:test'
import { writeWav } from '../../src/audio/wav.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readSettings } from '../../src/base/setting.ts'
import { Speaker } from '../../src/call/sound/speaker.ts'
import { createConverter } from '../../src/codecs/convert.ts'
import { speechOnly } from '../../src/codecs/speech-only.ts'
import { openProviders } from '../../src/providers/catalog.ts'
import { providerSettings } from '../../src/providers/settings.ts'
import { voiceNameOf } from '../../src/providers/voice-key.ts'
import { fixture, makeAudioPool, patientJobs, toneOf } from '../codecs/audio.ts'
import type { VoiceHabits } from '../support/clouds/habits.ts'
import { spokenS, tone } from '../support/clouds/speech.ts'
import { until } from '../support/clouds/until.ts'
import { startContract, testDeps } from './contract.ts'
import { withKeys } from './open.ts'

const { fakes } = startContract()
const pool = makeAudioPool(2)
const converter = speechOnly(createConverter(pool, patientJobs(pool)))
afterAll(() => pool.close())

const sentence = 'Débranchez votre box de la prise électrique.'
type Said = {
  /** What the caller heard, without silence at its end. */
  heard: Int16Array
  told: string[]
  kept: { voice: string | undefined; seconds: number }[]
  /** By voice: outcomes that were counted. */
  outcomes: Record<string, string[]>
}

async function say(environment: Record<string, string> = {}): Promise<Said> {
  const metrics = new Metrics()
  const { values } = readSettings(providerSettings, {
    ...withKeys,
    ...{ TTS: 'openai,aura', TTS_FIRST_BYTE_MS: '20000', TTS_DEADLINE_MS: '60000', TTS_GAP_MS: '20000' },
    ...{ OPENAI_BASE_URL: `${fakes.url}/v1`, DEEPGRAM_BASE_URL: fakes.ws },
    ...environment,
  })
  const deps = { ...testDeps(), metrics }
  const providers = openProviders(values, deps)
  const said: Said = { heard: new Int16Array(0), told: [], kept: [], outcomes: {} }
  const speaker = new Speaker(
    {
      log: silentLog,
      tts: providers.tts,
      language: 'fr',
      convert: converter.convert,
      phrases: {
        find: () => undefined,
        keep: (_text, _language, samples, voice) =>
          void said.kept.push({ voice: voiceNameOf(voice!), seconds: samples.length / 8_000 }),
        changeVoice() {},
        isRepeated: () => false,
      },
    },
    {
      lineBegun() {},
      lineEnded: (_turn, _index, _line, text) => said.told.push(text),
      lineLeftOut() {},
      lineFailed: (_turn, _index, _line, text) => said.told.push(`failed: ${text}`),
      voiceAnswered() {},
      ready() {},
    },
    { capacityFrames: 5_000 },
  )
  speaker.speak(1, 0, { name: 'lab', text: sentence })
  const frame = new Int16Array(160)
  const frames: number[] = []
  await until('the end of the line', () => {
    for (let spoken = true; spoken; ) {
      spoken = speaker.next(frame)
      if (spoken) frames.push(...frame)
      speaker.tell()
    }
    return !speaker.busy
  })
  providers.close()
  said.heard = Int16Array.from(frames)
  for (const sample of metrics.snapshot())
    if (sample.kind === 'counter' && sample.name === 'provider_requests_total' && sample.value > 0) {
      const voice = String(sample.labels.adapter).split('/')[0]!
      said.outcomes[voice] = [
        ...(said.outcomes[voice] ?? []),
        `${sample.value} ${sample.labels.outcome}`,
      ].sort()
    }
  return said
}

const usualS = spokenS(sentence)
const wav = (rateHz: number) => {
  const bytes = tone(usualS, rateHz)
  return writeWav(new Int16Array(bytes.buffer), { rateHz, channels: 1 })
}
const bigEndian = (rateHz: number) => Buffer.from(tone(usualS, rateHz)).swap16()
const repeated = (bytes: Uint8Array, times: number) =>
  Buffer.concat(Array.from({ length: times }, () => bytes))

const readable: [what: string, habit: () => Partial<VoiceHabits> | Promise<Partial<VoiceHabits>>][] = [
  ['PCM as asked', () => ({})],
  ['WAV of 16 kHz', () => ({ sends: wav(16_000) })],
  ['WAV of 22.05 kHz called PCM', () => ({ sends: wav(22_050), contentType: 'audio/pcm' })],
  ['WAV of 44.1 kHz without a type', () => ({ sends: wav(44_100), contentType: null })],
  ['PCM of a stated rate', () => ({ sends: tone(usualS, 16_000), contentType: 'audio/pcm;rate=16000' })],
  ['L16 in network order', () => ({ sends: bigEndian(22_050), contentType: 'audio/L16;rate=22050' })],
  ['L16 in the usual order', () => ({ sends: tone(usualS, 48_000), contentType: 'audio/L16; rate=48000' })],
]
test.each(readable)('%s is heard at its own pitch, counted and kept', async (_what, habit) => {
  fakes.habit('speech', await habit())
  const said = await say()
  expect(said.heard.length / 8_000).toBeCloseTo(usualS, 1)
  const crossings = said.heard.filter((sample, i) => i > 0 && sample >= 0 && said.heard[i - 1]! < 0).length
  expect(crossings / (said.heard.length / 8_000)).toBeWithin(435, 445)
  expect(said.outcomes).toEqual({ openai: ['1 ok'] })
  expect(said.kept).toMatchObject([{ voice: 'openai/gpt-4o-mini-tts/coral' }])
  expect(said.told).toEqual([sentence])
})

test('WAV may be asked for', async () => {
  const said = await say({ TTS_FORMAT: 'wav' })
  expect(fakes.requests[0]!.body).toMatchObject({ response_format: 'wav' })
  expect(said.outcomes).toEqual({ openai: ['1 ok'] })
  expect(said.heard.length / 8_000).toBeCloseTo(usualS, 1)
})

test('MP3 files that a server has joined are heard once, and counted once', async () => {
  fakes.habit('speech', { sends: await fixture('two-joined.mp3'), contentType: 'audio/mpeg' })
  const said = await say({ TTS_FORMAT: 'mp3' })
  expect(said.heard.length / 8_000).toBeCloseTo(4, 0)
  expect(said.outcomes).toEqual({ openai: ['1 ok'] })
  expect(fakes.requests).toHaveLength(1)
})

let seed = 7
const noise = Int16Array.from({ length: 72_000 }, () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return (seed / 2 ** 31 - 1) * 6_000
})
const refused: [what: string, habit: Partial<VoiceHabits>][] = [
  ['JSON', { sends: '{"error":"no model"}', contentType: 'application/json' }],
  ['JSON called audio', { sends: '{"error":{"message":"Modèle non chargé"}}' }],
  [
    'a page with accents and no type',
    { sends: `<html>Modèle${' non chargé'.repeat(999)}</html>`, contentType: null },
  ],
  [
    'a page with a byte order mark',
    { sends: '\ufeff<html>Modèle non chargé</html>', contentType: 'audio/mpeg' },
  ],
  ['words with accents', { sends: 'Modèle « kokoro » non chargé', contentType: 'application/octet-stream' }],
  ['silence', { sends: new Uint8Array(144_000) }],
  ['noise', { sends: new Uint8Array(noise.buffer) }],
  ['noise in a WAV', { sends: writeWav(noise, { rateHz: 24_000, channels: 1 }) }],
]
test.each(refused)('%s with status 200 is not heard: the next voice says all of it', async (_what, habit) => {
  fakes.habit('speech', habit)
  const said = await say()
  expect(said.heard.length / 8_000).toBeCloseTo(usualS, 1)
  expect(toneOf(said.heard).db).toBeGreaterThan(-20)
  expect(said.outcomes).toEqual({ aura: ['1 ok'], openai: ['1 badAudio'] })
  // Under the name of the voice that spoke.
  expect(said.kept).toMatchObject([{ voice: 'aura/aura-2-agathe-fr' }])
  expect(said.told).toEqual([sentence])
})

test('a sentence for which there is only silence is reported as unspoken', async () => {
  fakes.habit('speech', { sends: new Uint8Array(48_000) })
  const said = await say({ TTS: 'openai' }).catch((error: unknown) => error)
  expect(said).toMatchObject({ told: ['failed: '], kept: [], outcomes: { openai: ['1 badAudio'] } })
})

test('speech that never ends is cut where its text must have ended, and is not kept', async () => {
  fakes.habit('speech', { sends: repeated(tone(5, 24_000), 12) })
  const said = await say()
  expect(said.heard.length / 8_000).toBeWithin(10, 0.35 * sentence.length + 3)
  expect(said.outcomes.openai).toEqual(['1 badAudio', '1 ok'])
  expect(said.kept).toEqual([])
  expect(said.told).toEqual([sentence])
})
