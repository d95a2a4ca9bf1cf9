import { expect, test } from 'bun:test'
import { rms } from '../../src/audio/pcm.ts'
import { readWav } from '../../src/audio/wav.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { ProviderFailure } from '../../src/providers/errors.ts'
import type { SttEvent } from '../../src/providers/stt.ts'
import { createUtteranceStt, type Transcribe, type UtteranceTuning } from '../../src/providers/utterance.ts'
import { openCall } from '../support/hearing.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

const tuning: UtteranceTuning = {
  leadMs: 100,
  endMs: { open: 400, choice: 300, yesNo: 200, number: 900 },
  minSpeechMs: 160,
  maxMs: 4_000,
  timeoutMs: 1_000,
  maxWaiting: 2,
}
type Answer = string | 'hang' | ProviderFailure

/** @param answers what each request gets, in order; the last one is repeated */
function setUp(answers: readonly Answer[]) {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const events: SttEvent[] = []
  const asked: { seconds: number; keyterms: readonly string[]; ended: () => boolean }[] = []
  const transcribe: Transcribe = async ({ wav, keyterms, signal }) => {
    const { samples, rateHz } = readWav(wav)
    const answer = answers[Math.min(asked.length, answers.length - 1)]
    asked.push({ seconds: samples.length / rateHz, keyterms, ended: () => signal.aborted })
    if (answer === 'hang') await new Promise(() => {})
    if (answer instanceof ProviderFailure) throw answer
    return { text: answer, segments: [] }
  }
  const createVad = () => ({
    push: (frame: Int16Array) => (rms(frame) > 500 ? 'speech' : 'silence') as 'speech' | 'silence',
  })
  const stt = createUtteranceStt('whisper', transcribe, { clock, metrics, createVad }, tuning)
  const session = openCall(stt, { language: 'fr', callId: 'c', onEvent: (event) => events.push(event) })
  const write = async (ms: number, loud: boolean) => {
    for (let at = 0; at < ms; at += 20) {
      session.write(new Int16Array(160).fill(loud ? 3_000 : 0))
      await clock.run(20)
    }
  }
  const texts = () => events.flatMap((event) => (event.kind === 'transcript' ? [event.text] : []))
  const dropped = () => metrics.snapshot().find(({ name }) => name === 'stt_dropped_ms_total')
  return { asked, clock, dropped, events, session, texts, write }
}

test('an utterance is sent when the caller pauses, with a little audio from before it', async () => {
  const { asked, events, write } = setUp(['oui'])
  await write(2_000, false)
  await write(500, true)
  await write(380, false)
  expect(asked).toHaveLength(0)
  await write(20, false)
  // 80 ms before the first frame of speech, because that frame is one of the lead's 100.
  expect(asked[0].seconds).toBeCloseTo(0.98)
  expect(events.map((event) => event.kind)).toEqual(['link', 'speechStarted', 'transcript', 'endOfTurn'])
})

test.each([
  ['yesNo', 200],
  ['choice', 300],
  ['open', 400],
  ['number', 900],
] as const)('expecting %s, a pause of %d ms ends it', async (expects, ms) => {
  const { asked, session, write } = setUp(['oui'])
  session.hint({ expect: expects, keyterms: ['box'] })
  await write(500, true)
  await write(ms - 20, false)
  expect(asked).toHaveLength(0)
  await write(20, false)
  expect(asked[0].keyterms).toEqual(['box'])
})

test('speech shorter than 160 ms counts as noise and is not sent', async () => {
  const { asked, write } = setUp(['oui'])
  await write(140, true)
  await write(1_000, false)
  expect(asked).toHaveLength(0)
})

test('finalize sends the speech so far', async () => {
  const { asked, session, write } = setUp(['oui'])
  await write(500, true)
  session.finalize()
  expect(asked).toHaveLength(1)
})

test('a monologue is cut, and its turn ends only with its last piece', async () => {
  const { asked, events, write } = setUp(['un', 'deux', 'trois'])
  await write(9_000, true)
  expect(asked.map(({ seconds }) => seconds)).toEqual([4, 4])
  expect(events.some((event) => event.kind === 'endOfTurn')).toBe(false)
  await write(500, false)
  expect(events.at(-1)).toEqual({ kind: 'endOfTurn' })
})

test.each(['Sous-titrage Société Radio-Canada', "Merci d'avoir regardé cette vidéo !", '...', ' '])(
  'what Whisper writes for noise is no transcript: %j',
  async (text) => {
    const { texts, write } = setUp([text])
    await write(500, true)
    await write(500, false)
    expect(texts()).toEqual([])
  },
)

test('a failed request is retried once', async () => {
  const { asked, texts, write } = setUp([new ProviderFailure('unavailable', 'x', { retryable: true }), 'oui'])
  await write(500, true)
  await write(500, false)
  expect(asked).toHaveLength(2)
  expect(texts()).toEqual(['oui'])
})

test('a request that hangs is aborted at its deadline and retried once', async () => {
  const { asked, texts, write } = setUp(['hang', 'oui'])
  await write(500, true)
  await write(1_500, false)
  expect(asked[0].ended()).toBe(true)
  expect(texts()).toEqual(['oui'])
})

test('two failed utterances in a row end the session and hand over their audio', async () => {
  const { events, session, write } = setUp([new ProviderFailure('unavailable', 'x', { retryable: true })])
  await write(500, true)
  await write(500, false)
  const links = () => events.filter(({ kind }) => kind === 'link')
  expect(links()).toHaveLength(1)
  await write(500, true)
  await write(500, false)
  expect(events.at(-1)).toMatchObject({ kind: 'link', state: 'failed', code: 'unavailable' })
  expect(links()).toHaveLength(2)
  expect(session.pending().length).toBeGreaterThan(4_000)
})

test('at most two utterances wait; beyond that the oldest is dropped and counted', async () => {
  const { asked, dropped, write } = setUp(['hang'])
  for (let i = 0; i < 4; i++) {
    await write(200, true)
    await write(100, false)
    await write(300, false)
  }
  expect(asked.length).toBeGreaterThan(0)
  expect(dropped()).toMatchObject({ value: 600 })
})

test('closing aborts the request and ends every event', async () => {
  const { asked, clock, events, session, write } = setUp(['hang'])
  await write(500, true)
  await write(500, false)
  session.close()
  const count = events.length
  await clock.run(10_000)
  expect(asked[0].ended()).toBe(true)
  expect(events).toHaveLength(count)
  expect(clock.pending).toBe(0)
})
