// The chains of the catalog through the real SDKs, against faults of the fake clouds.

import { describe, expect, test } from 'bun:test'
import type { Providers } from '../../src/providers/catalog.ts'
import type { SttEvent } from '../../src/providers/stt.ts'
import { defaultReply } from '../support/clouds/chat.ts'
import { codedSpeech } from '../support/clouds/coded.ts'
import type { Api, Fault } from '../support/clouds/faults.ts'
import { until } from '../support/clouds/until.ts'
import { openCall } from '../support/hearing.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { secret, startContract } from './contract.ts'
import { openFrom, type TestEnvironment, withKeys } from './open.ts'

const { fakes } = startContract()

/** All three vendors are the fakes. */
const faked: TestEnvironment = {
  ...withKeys,
  DEEPGRAM_BASE_URL: fakes.ws,
  GROQ_BASE_URL: fakes.url,
  OPENAI_BASE_URL: `${fakes.url}/v1`,
}
/** Limits of the voices where nothing hangs and only the machine may be busy. A model's limits also decide its retries. */
const patience = { TTS_FIRST_BYTE_MS: 40_000, TTS_DEADLINE_MS: 40_000, TTS_GAP_MS: 40_000 }
/** Limits for tests of a hang, on a clock that the test moves. */
const limits = {
  LLM_ATTEMPT_MS: 300,
  LLM_DEADLINE_MS: 1_500,
  LLM_GAP_MS: 300,
  TTS_FIRST_BYTE_MS: 300,
  TTS_DEADLINE_MS: 1_500,
  TTS_GAP_MS: 300,
}

/**
 * Opens the providers and runs `work`. When a fault is a hang, moves the clock by one limit for each request that hangs.
 *
 * @param begun whether the data before the hang has arrived
 */
async function throughHangs<T>(
  hangs: boolean,
  work: (providers: Providers) => Promise<T>,
  begun: () => boolean = () => true,
): Promise<T> {
  const clock = new FakeClock()
  const providers = hangs ? openFrom(faked, limits, clock) : openFrom(faked, patience)
  let isOver = !hangs
  const result = work(providers).finally(() => {
    isOver = true
    providers.close()
  })
  const passed = new Set<unknown>()
  const hanging = () => fakes.requests.find((request) => request.hangs && !passed.has(request))
  while (!isOver) {
    await until('a hang, or the end', () => isOver || (hanging() !== undefined && begun()))
    passed.add(hanging())
    clock.advance(limits.LLM_ATTEMPT_MS)
  }
  return result
}
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
describe('through the real SDK, the whole reply comes exactly once after', () => {
  for (const [what, [fault, times], models] of llmFaults)
    test(what, async () => {
      fakes.fault('chat', fault, times)
      expect(await throughHangs(fault.kind === 'hang', replyOf)).toBe(defaultReply)
      const asked = fakes.requests.map(({ body }) => String(body.model).replace('openai/gpt-oss-', ''))
      expect(asked).toEqual(models)
      expect(fakes.requests[0].body).toMatchObject({
        reasoning_effort: 'low',
        include_reasoning: false,
        stream: true,
      })
    })
})

test('when every model hangs, the chain fails within the deadline, and the error contains no key', async () => {
  fakes.fault('chat', { kind: 'hang', at: 'headers' }, 10)
  const clock = new FakeClock()
  const startMs = clock.now()
  let tookMs: number | undefined
  const replying = replyOf(openFrom(faked, limits, clock)).catch((error: unknown) => error)
  const failure = replying.finally(() => {
    tookMs = clock.now() - startMs
  })
  // Every request hangs, so the clock may move while one is in flight.
  while (tookMs === undefined) {
    clock.advance(10)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await failure).toMatchObject({ code: 'timeout' })
  expect(tookMs).toBeLessThanOrEqual(limits.LLM_DEADLINE_MS + 20)
  expect(Bun.inspect(await failure)).not.toContain(secret)
})

const sentence = 'Je regarde votre dossier, et je vous dis tout dans un moment.'
type Heard = [adapter: string, text: string, bytes: number][]
/** @param progress receives the bytes of the current part so far */
async function heardOf(providers: Providers, progress = { bytes: 0 }): Promise<Heard> {
  const heard: Heard = []
  for await (const part of providers.tts.parts({ text: sentence, language: 'fr', signal: signal() })) {
    progress.bytes = 0
    for await (const chunk of part.chunks) progress.bytes += chunk.length
    heard.push([part.adapter, part.text, progress.bytes])
  }
  return heard
}
/** Size of the fakes' chunks. */
const chunkBytes = 4_095
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
test('where Aura may speak one sentence at once, the next voice speaks the one that comes meanwhile', async () => {
  const providers = openFrom({ ...faked, TTS: 'aura,embedded', AURA_STREAMS: '1' }, patience)
  const heard: string[] = []
  for await (const part of providers.tts.parts({ text: sentence, language: 'fr', signal: signal() })) {
    heard.push(part.adapter, ...(await heardOf(providers)).map(([adapter]) => adapter))
    for await (const _ of part.chunks);
  }
  heard.push(...(await heardOf(providers)).map(([adapter]) => adapter))
  expect(heard).toEqual(['aura', 'embedded', 'aura'])
  providers.close()
})

describe('through the real SDKs, a sentence is spoken completely and once after', () => {
  for (const [what, faults, adapters] of ttsFaults)
    test(what, async () => {
      const progress = { bytes: 0 }
      for (const [api, fault, times] of faults) {
        const heardUpTo = (chunks: number) => () =>
          until('it was heard', () => progress.bytes >= chunks * chunkBytes)
        const cut = fault.kind === 'cut' ? { ...fault, once: heardUpTo(fault.afterChunks) } : fault
        fakes.fault(api, cut, times)
      }
      const fault = faults[0]?.[1]
      // A hang in mid-sentence counts as one only when its beginning has been heard.
      const begun = () => fault?.kind !== 'hang' || fault.at === 'headers' || progress.bytes > 0
      const work = (providers: Providers) => heardOf(providers, progress)
      const heard = await throughHangs(fault?.kind === 'hang', work, begun)
      expect(heard.map(([adapter]) => adapter)).toEqual(adapters)
      if (adapters[0] === 'openai' && adapters.length === 1) expect(heard[0][2]).toBe(fullOpenai)
      // Each later voice was given the end of the sentence, shorter than what was left before.
      for (const [i, [, text]] of heard.entries()) {
        expect(sentence.endsWith(text)).toBe(true)
        if (i > 0) expect(text.length).toBeLessThan(heard[i - 1][1].length)
      }
    })
})

test('Whisper takes over within the call when Deepgram is gone, without losing a word', async () => {
  fakes.fault('nova', [{ kind: 'wsDrop', afterAudioMs: 800 }])
  fakes.fault('nova', { kind: 'status', status: 503 }, 50)
  const clock = new FakeClock()
  const providers = openFrom(faked, { STT_GIVE_UP_MS: 100 }, clock)
  const events: SttEvent[] = []
  const session = openCall(providers.stt, {
    language: 'fr',
    callId: 'c',
    onEvent: (event) => events.push(event),
  })
  await until('open', () => events.length > 0)
  const said = ['bonjour je voudrais un rendez-vous', 'demain matin merci']
  const finals = () =>
    events.flatMap((event) => (event.kind === 'transcript' && event.isFinal ? [event.text] : []))
  const frames = codedSpeech(said)
  await until('all words', () => {
    const frame = frames.shift() ?? new Int16Array(160)
    session.write(frame)
    clock.advance(20)
    return finals().join(' ').split(' ').length >= 8
  })
  expect(finals().join(' ')).toBe(said.join(' '))
  expect(fakes.requests.map(({ api }) => api)).toEqual(['transcriptions', 'transcriptions'])
  expect(JSON.stringify(events)).not.toContain(secret)
  session.close()
  providers.close()
})
