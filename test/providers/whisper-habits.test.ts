// Whisper through the real SDKs, with the habits of real servers: it invents text, and some refuse `verbose_json`.

import { describe, expect, test } from 'bun:test'
import type { SttEvent } from '../../src/providers/stt.ts'
import { codedSpeech } from '../support/clouds/coded.ts'
import type { WhisperHabits } from '../support/clouds/habits.ts'
import { until } from '../support/clouds/until.ts'
import { openCall } from '../support/hearing.ts'
import { startContract } from './contract.ts'

const { fakes, rowsOf } = startContract()

for (const { title, create } of rowsOf('stt').filter(({ name }) => name === 'whisper'))
  describe(`the recogniser ${title}`, () => {
    /** Two utterances; @returns their final texts, and the formats that were asked for */
    async function hear(habits: Partial<WhisperHabits>, model = 'whisper-large-v3') {
      fakes.habit('transcriptions', habits)
      const events: SttEvent[] = []
      const session = openCall(create({ WHISPER_MODEL: model }), {
        language: 'fr',
        callId: 'call',
        onEvent: (event) => events.push(event),
      })
      session.hint({ keyterms: ['Wouippleul', 'conseiller', 'Internet'], expect: 'open' })
      for (const frame of codedSpeech(['bonjour', 'oui merci'])) session.write(frame)
      await until('two turns', () => events.filter(({ kind }) => kind === 'endOfTurn').length >= 2)
      session.close()
      return {
        texts: events.flatMap((event) => (event.kind === 'transcript' ? [event.text] : [])),
        formats: fakes.requests.map(({ body }) => body.response_format),
      }
    }

    test('is asked for what it knows of each segment', async () => {
      expect(await hear({})).toEqual({
        texts: ['bonjour', 'oui merci'],
        formats: ['verbose_json', 'verbose_json'],
      })
    })

    test('is asked for plain json after it refused more, and loses no utterance by that', async () => {
      const { texts, formats } = await hear({ refusesVerbose: true })
      expect(texts).toEqual(['bonjour', 'oui merci'])
      expect(formats).toEqual(['verbose_json', 'json', 'json'])
    })

    test('of the gpt family is asked for plain json from the start', async () => {
      expect((await hear({}, 'gpt-4o-mini-transcribe')).formats).toEqual(['json', 'json'])
    })

    test('that returns our own prompt, a credit or silence has heard nothing', async () => {
      expect((await hear({ echoesPrompt: true })).texts).toEqual([])
      expect((await hear({ invents: ['❤️ par SousTitreur.com', '[Musique]'] })).texts).toEqual([])
      const silence = { noSpeechProb: 0.9, avgLogprob: -1.5 }
      expect((await hear({ invents: ['Merci à tous.'], ...silence })).texts).toEqual([])
    })

    test('whose model is unknown hands over the first utterance at once', async () => {
      const events: SttEvent[] = []
      fakes.fault('transcriptions', { kind: 'status', status: 404 }, 9)
      const session = openCall(create(), {
        language: 'fr',
        callId: 'c',
        onEvent: (event) => events.push(event),
      })
      for (const frame of codedSpeech(['bonjour'])) session.write(frame)
      await until('failed', () => events.some((event) => event.kind === 'link' && event.state === 'failed'))
      expect(fakes.requests).toHaveLength(1)
      expect(session.pending().length).toBeGreaterThan(160 * 12)
    })
  })
