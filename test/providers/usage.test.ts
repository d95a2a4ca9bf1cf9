// What is counted of the vendors: tokens of models, characters of voices, seconds of recognisers.

import { describe, expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { chatReply } from '../../src/providers/chat.ts'
import { createTtsChain } from '../../src/providers/fallback-tts.ts'
import { TokenLimiter } from '../../src/providers/limiter.ts'
import { createTranscriber } from '../../src/providers/openai-compatible.ts'
import { OpenRequests } from '../../src/providers/requests.ts'
import { tokenUsage } from '../../src/providers/usage.ts'
import { openCall } from '../support/hearing.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { drive, type Step, scriptedTts } from './scripted.ts'

const billed = { vendor: 'acme', model: 'm' }
const numbers = (metrics: Metrics, name: string) =>
  metrics
    .snapshot()
    .flatMap((sample) => (sample.name === name && 'value' in sample && sample.value > 0 ? [sample] : []))
    .map(({ labels, value }) => [...Object.values(labels).slice(2), value].join(' '))

describe('a language model', () => {
  /** 60 characters and 2 × 12 for the roles: 28 tokens by our estimate. */
  const messages = [
    { role: 'system' as const, content: 'x'.repeat(40) },
    { role: 'user' as const, content: 'y'.repeat(20) },
  ]
  const event = (data: object | string) =>
    `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
  const text = (content: string, more: object = {}) => event({ choices: [{ delta: { content } }], ...more })
  const stop = event({ choices: [{ delta: {}, finish_reason: 'stop' }] })
  const usage = (more: object) => event({ choices: [], usage: { total_tokens: 51, ...more } })
  const done = event('[DONE]')

  /** @param pieces of the body, or an error that the request ends with @param take pieces that are read */
  async function ask(pieces: readonly string[] | Error, take = Number.POSITIVE_INFINITY) {
    const metrics = new Metrics()
    const clock = new FakeClock()
    const limiter = new TokenLimiter({ clock, tokensPerMinute: 1_000 })
    const used: number[] = []
    const { used: use } = limiter
    limiter.used = (taken, tokens) => {
      used.push(tokens)
      use.call(limiter, taken, tokens)
    }
    const open = async () => {
      if (pieces instanceof Error) throw pieces
      const body = new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
          controller.close()
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    }
    const { signal } = new AbortController()
    const reply = chatReply(
      { messages, maxTokens: 100, signal },
      {
        ...{ who: 'acme', clock, limiter, open, requests: new OpenRequests() },
        ...{ limits: { firstTokenMs: 1_000, gapMs: 1_000 }, count: tokenUsage(metrics, billed) },
      },
    )
    let said = ''
    let left = take
    try {
      for await (const piece of reply) {
        said += piece
        if (--left === 0) break
      }
    } catch {
      // What was used of an answer that failed counts too.
    }
    // The end of a stream that was given up is not awaited.
    await new Promise((resolve) => setImmediate(resolve))
    return { said, counted: numbers(metrics, 'provider_tokens_total'), used }
  }

  const byVendor = ['prompt vendor 40', 'completion vendor 11']
  const rows: [what: string, body: string[], counted: string[], used: number[]][] = [
    [
      'by the vendor’s count, in a last chunk of its own',
      [text('Bonjour'), stop, usage({ prompt_tokens: 40, completion_tokens: 11 }), done],
      byVendor,
      [51],
    ],
    [
      'by Groq’s count',
      [
        text('Bonjour'),
        event({
          choices: [{ delta: {}, finish_reason: 'stop' }],
          x_groq: { usage: { prompt_tokens: 40, completion_tokens: 11, total_tokens: 51 } },
        }),
        done,
      ],
      byVendor,
      [51],
    ],
    [
      'by the last count of a server that counts on in each chunk, and once against the limit',
      [
        text('Bon', { usage: { prompt_tokens: 40, completion_tokens: 1, total_tokens: 41 } }),
        text('jour', { usage: { prompt_tokens: 40, completion_tokens: 2, total_tokens: 42 } }),
        stop,
        usage({ prompt_tokens: 40, completion_tokens: 11 }),
        done,
      ],
      byVendor,
      [51],
    ],
    [
      'with the part of the prompt that the vendor had in its cache',
      [
        text('Bonjour'),
        stop,
        usage({ prompt_tokens: 40, completion_tokens: 11, prompt_tokens_details: { cached_tokens: 30 } }),
        done,
      ],
      ['prompt vendor 10', 'cached vendor 30', 'completion vendor 11'],
      [51],
    ],
    [
      'by an estimate where the vendor counts nothing: three characters a token',
      [text('Bonjour, que puis-je faire ?'), stop, done],
      ['prompt estimate 28', 'completion estimate 10'],
      [],
    ],
    [
      'by an estimate where it sends one character a token',
      [...'Bonjour'].map((one) => text(one)).concat(stop, done),
      ['prompt estimate 28', 'completion estimate 7'],
      [],
    ],
    [
      'by an estimate where its count cannot be',
      [text('Bonjour'), stop, usage({ prompt_tokens: -40, completion_tokens: 1e300 }), done],
      ['prompt estimate 28', 'completion estimate 3'],
      [51],
    ],
    [
      'reasoning, which is not spoken, is estimated by its pieces',
      [...Array(20).fill(event({ choices: [{ delta: { reasoning: 'hm' } }] })), text('Oui'), stop, done],
      ['prompt estimate 28', 'completion estimate 21'],
      [],
    ],
    [
      'an answer that breaks off has used its tokens',
      [text('Bonjour')],
      ['prompt estimate 28', 'completion estimate 3'],
      [],
    ],
  ]
  test.each(rows)('%s', async (_what, body, counted, used) => {
    const asked = await ask(body)
    expect(asked.counted).toEqual(counted)
    expect(asked.used).toEqual(used)
  })

  test('an answer that the caller interrupts is estimated by what had come', async () => {
    const { said, counted } = await ask([text('Bon'), text('jour'), stop, done], 1)
    expect(said).toBe('Bon')
    expect(counted[0]).toBe('prompt estimate 28')
    expect(Number(counted[1]!.split(' ')[2])).toBeWithin(1, 4)
  })

  test('a request that is refused has used nothing', async () => {
    expect((await ask(new Error('refused'))).counted).toEqual([])
  })

  test('all its counters are there before the first request, so that the first use shows in a rate', () => {
    const metrics = new Metrics()
    tokenUsage(metrics, billed)
    expect(metrics.snapshot().filter(({ name }) => name === 'provider_tokens_total')).toHaveLength(6)
  })
})

describe('a voice', () => {
  const sentence = 'Je regarde votre dossier, et je vous dis tout dans un moment'

  async function speak(scripts: readonly (readonly Step<number>[])[][], take = Number.POSITIVE_INFINITY) {
    const clock = new FakeClock()
    const metrics = new Metrics()
    const voices = scripts.map((answers, i) => ({
      ...scriptedTts(clock, `tts${i + 1}`, answers).tts,
      billed: { vendor: 'acme', model: `v${i + 1}` },
    }))
    const chain = createTtsChain(voices, { clock, random: () => 0.5, metrics }, { sPerChar: 0.1 })
    const { signal } = new AbortController()
    const speaking = (async () => {
      let left = take
      for await (const part of chain.parts({ text: sentence, language: 'fr', signal }))
        for await (const _ of part.chunks) if (--left === 0) return
    })()
    await drive(clock, speaking)
    const samples = metrics.snapshot().filter(({ name }) => name === 'provider_characters_total')
    return samples.map((sample) => ('value' in sample ? sample.value : -1))
  }

  test('has spoken all that it was asked, also when the caller interrupts', async () => {
    expect(await speak([[[3, 3]]])).toEqual([60])
    expect(await speak([[[3, 3]]], 1)).toEqual([60])
  })

  test('that did not begin has spoken nothing; the next one all', async () => {
    expect(await speak([[[{ fail: 'refused' }]], [[6]]])).toEqual([0, 60])
  })

  test('that broke off was asked for all, and the next one for the rest', async () => {
    const rest = 'et je vous dis tout dans un moment'
    expect(await speak([[[1.5, 1, { fail: 'cut' }]], [[3.5]]])).toEqual([60, rest.length])
  })
})

describe('a recogniser that gets whole utterances', () => {
  /** One utterance of 1 s of speech. @param answers what each request gets */
  async function hear(answers: readonly (object | Error)[], leastS?: number) {
    const clock = new FakeClock()
    const metrics = new Metrics()
    let asked = 0
    const create = async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)]!
      if (answer instanceof Error) throw answer
      return answer
    }
    const client = async () => ({ audio: { transcriptions: { create } }, chat: undefined as never })
    const createVad = () => ({
      push: (frame: Int16Array) => (frame[0] > 500 ? ('speech' as const) : ('silence' as const)),
    })
    const model = { name: 'whisper', model: 'gpt-transcribe', client, billed, leastS }
    const stt = createTranscriber(model, { clock, metrics, createVad })
    const session = openCall(stt, { language: 'fr', callId: 'c', onEvent: () => {} })
    for (let i = 0; i < 100; i++) {
      session.write(new Int16Array(160).fill(i < 50 ? 3_000 : 0))
      await clock.run(20)
    }
    session.close()
    return { asked, seconds: metrics.counter('provider_audio_seconds_total', '', billed).value }
  }

  test('has got the seconds of what was said, with the pause that ended it', async () => {
    const { asked, seconds } = await hear([{ text: 'oui' }])
    expect(asked).toBe(1)
    expect(seconds).toBeWithin(1.3, 1.5)
  })

  test('of a vendor that bills at least ten seconds has got ten', async () => {
    expect((await hear([{ text: 'oui' }], 10)).seconds).toBe(10)
  })

  test('that refused has got nothing', async () => {
    expect((await hear([new Error('refused')])).seconds).toBe(0)
  })
})
