// What every recogniser must do.

import { describe, expect, test } from 'bun:test'
import type { SttEvent } from '../../src/providers/stt.ts'
import { codedFrame, codedSpeech } from '../support/clouds/coded.ts'
import { until } from '../support/clouds/until.ts'
import { openCall } from '../support/hearing.ts'
import { secret, startContract } from './contract.ts'

const { fakes, rowsOf } = startContract()

for (const { title, create, api } of rowsOf('stt'))
  describe(`the recogniser ${title}`, () => {
    const open = (events: SttEvent[], stt = create()) =>
      openCall(stt, { language: 'fr', callId: 'call', onEvent: (event) => events.push(event) })

    test('reports that its link is open', async () => {
      const events: SttEvent[] = []
      const session = open(events)
      await until('open', () => events.some((event) => event.kind === 'link' && event.state === 'open'))
      session.close()
    })

    test('accepts hints, frames and close in any order without throwing', () => {
      const session = open([])
      session.finalize()
      session.hint({ keyterms: ['Wouippleul'], expect: 'number' })
      for (let i = 0; i < 100; i++) session.write(codedFrame(i, 1))
      session.close()
      session.write(codedFrame(0, 1))
      session.hint({ keyterms: [], expect: 'yesNo' })
      session.finalize()
      session.close()
    })

    if (!api) {
      test('declares that it hears no words', () => expect(create().hearsWords).toBe(false))
      return
    }

    test('reports every word once, and an end of turn after each utterance', async () => {
      const events: SttEvent[] = []
      const said = ['bonjour je voudrais un rendez-vous', 'demain matin merci']
      // For the recognisers that hear another rate, which the code in the frames does not survive.
      fakes.setHeard(said)
      const session = open(events)
      await until('open', () => events.some((event) => event.kind === 'link' && event.state === 'open'))
      for (const frame of codedSpeech(said)) session.write(frame)
      const ends = () => events.filter((event) => event.kind === 'endOfTurn').length
      await until('two turns', () => ends() >= 2)
      session.close()
      const finals = events.flatMap((event) =>
        event.kind === 'transcript' && event.isFinal ? [event.text] : [],
      )
      expect(finals).toEqual(said)
      expect(ends()).toBe(2)
      const firstEnd = events.findIndex((event) => event.kind === 'endOfTurn')
      expect(events.slice(0, firstEnd).some((event) => event.kind === 'transcript' && event.isFinal)).toBe(
        true,
      )
      expect(events[0]).toEqual({ kind: 'link', state: 'open' })
      expect(events.some((event) => event.kind === 'speechStarted')).toBe(true)
    })

    test('reports nothing after it is closed', async () => {
      const events: SttEvent[] = []
      const session = open(events)
      await until('open', () => events.length > 0)
      for (const frame of codedSpeech(['bonjour'])) session.write(frame)
      session.close()
      const count = events.length
      const other: SttEvent[] = []
      const second = open(other)
      await until('another one open', () => other.length > 0)
      second.close()
      expect(events).toHaveLength(count)
    })

    test('a wrong key is reported as a final failure', async () => {
      const events: SttEvent[] = []
      fakes.fault(api, { kind: 'status', status: 401 }, 5)
      const session = open(events)
      for (const frame of codedSpeech(['bonjour'])) session.write(frame)
      await until('failed', () => events.some((event) => event.kind === 'link' && event.state === 'failed'))
      expect(events.at(-1)).toMatchObject({
        kind: 'link',
        state: 'failed',
        code: 'auth',
        failure: { status: 401, isPermanent: true },
      })
      expect(JSON.stringify(events)).not.toContain(secret)
      // The recogniser that takes over gets the audio.
      expect(session.pending().length).toBeGreaterThan(160 * 12)
      session.close()
    })
  })
