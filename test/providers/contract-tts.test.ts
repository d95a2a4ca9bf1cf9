// What every voice must do.

import { afterAll, describe, expect, test } from 'bun:test'
import { ProviderError } from '../../src/base/errors.ts'
import type { SpeakRequest, Tts } from '../../src/providers/tts.ts'
import type { Api, Fault } from '../support/clouds/faults.ts'
import { mp3FileS, spokenS } from '../support/clouds/speech.ts'
import { until } from '../support/clouds/until.ts'
import { cutOnce, failureOf, patientMs, startContract } from './contract.ts'

const { fakes, rowsOf, throughHang } = startContract()

const speechLimits = (limitMs: number) => ({ TTS_FIRST_BYTE_MS: limitMs, TTS_GAP_MS: limitMs })
/** The voices of the list, and the one that has a second format. */
const voices = rowsOf('tts').flatMap((row) => {
  const mp3 = (values = {}) => row.create({ ...values, TTS_FORMAT: 'mp3' })
  return row.name === 'openai' ? [row, { ...row, title: `${row.title} in mp3`, create: mp3 }] : [row]
})
const sentence = 'Bonjour Monsieur Dupont, je regarde votre dossier tout de suite.'
const speak = (text = sentence, signal = new AbortController().signal): SpeakRequest => ({
  text,
  language: 'fr',
  signal,
})
async function bytesOf(tts: Tts, asked = speak(), got: Uint8Array[] = []): Promise<number> {
  for await (const chunk of (await tts.speak(asked)).chunks) got.push(chunk)
  return got.reduce((sum, chunk) => sum + chunk.length, 0)
}

const ttsFaults: [name: string, fault: Fault, code: string, begins: boolean][] = [
  ['429', { kind: 'status', status: 429 }, 'limited', false],
  ['503', { kind: 'status', status: 503 }, 'unavailable', false],
  ['401', { kind: 'status', status: 401 }, 'auth', false],
  ['a hang before the headers', { kind: 'hang', at: 'headers' }, 'timeout', false],
  ['a hang before the first byte', { kind: 'hang', at: 'body', afterChunks: 0 }, 'timeout', false],
  ['a hang in mid-sentence', { kind: 'hang', at: 'body', afterChunks: 2 }, 'timeout', true],
  ['a reset in mid-sentence', { kind: 'cut', afterChunks: 2 }, 'cut', true],
  ['an empty answer', { kind: 'truncate', afterChunks: 0 }, 'badAudio', false],
]

/** Seconds that the fakes speak: mp3 in whole repetitions of one file, the embedded voice as it is. */
const secondsOf = (text: string, encoding: string, api?: Api) => {
  if (!api) return text.length * 0.065
  return encoding === 'mp3' ? Math.max(1, Math.round(spokenS(text) / mp3FileS)) * mp3FileS : spokenS(text)
}
const mp3BytesPerS = 4_000

for (const { name, title, create: open, api } of voices)
  describe(`the voice ${title}`, () => {
    const create = (limitMs = patientMs) => open(speechLimits(limitMs))
    const tts = create()
    afterAll(() => tts.close())

    test('speaks a sentence in the format that it reports', async () => {
      const speech = await tts.speak(speak())
      let bytes = 0
      for await (const chunk of speech.chunks) bytes += chunk.length
      const { format } = speech
      const rate = format.encoding === 's16le' ? format.rateHz * 2 : mp3BytesPerS
      const seconds = secondsOf(sentence, format.encoding, api)
      expect(bytes / rate).toBeGreaterThan(seconds * (api ? 0.99 : 0.5))
      expect(bytes / rate).toBeLessThan(seconds * (api ? 1.01 : 2))
    })

    test('has its name and a voice', () => {
      expect(tts.name).toBe(name)
      expect(tts.voice.length).toBeGreaterThan(3)
    })

    test('ends when the request is aborted', async () => {
      const control = new AbortController()
      if (api) fakes.fault(api, { kind: 'slow', perChunkMs: 15 })
      let chunks = 0
      const ended = async () => {
        const { chunks: body } = await tts.speak(speak(sentence.repeat(5), control.signal))
        for await (const _chunk of body) {
          chunks++
          control.abort()
        }
      }
      // Ending and throwing are both fine; hanging and going on are not.
      await ended().catch((error) => expect(error).toMatchObject({ code: 'aborted' }))
      expect(chunks).toBe(1)
      if (api) await until('the abort at the server', () => fakes.requests[0].aborted)
    })

    test('speaks again after an aborted request', async () => {
      expect(await bytesOf(tts)).toBeGreaterThan(1_000)
    })

    if (!api) return

    test('closing it aborts the requests in flight', async () => {
      fakes.fault(api, { kind: 'slow', perChunkMs: 15 })
      const closing = create()
      const reading = async () => {
        for await (const _chunk of (await closing.speak(speak())).chunks) closing.close()
      }
      expect(await failureOf(reading)).toBeInstanceOf(ProviderError)
      await until('the end at the server', () => fakes.requests[0].aborted)
    })

    test('an answer that is not read ends with its request', async () => {
      fakes.fault(api, { kind: 'slow', perChunkMs: 15 })
      const control = new AbortController()
      await create().speak(speak(sentence, control.signal))
      control.abort()
      await until('the end at the server', () => fakes.requests[0].aborted)
    })

    for (const [fault, given, code, begins] of ttsFaults)
      test(`${fault} is reported as ${code}`, async () => {
        const got: Uint8Array[] = []
        const begun = () => !begins || got.length > 0
        fakes.fault(api, cutOnce(given, begun))
        const failing = () => failureOf(() => bytesOf(create(), speak(), got))
        const failure = await throughHang(given, failing, begun)
        expect(failure).toMatchObject({ code })
        expect(got.length > 0).toBe(begins)
        expect(fakes.requests).toHaveLength(1)
      })
  })
