// Every fault of the clouds in a whole call, with what the caller heard: the program, the real SDKs, the fake clouds
// and a simulated Asterisk, in real time and side by side.

import { describe, expect, test } from 'bun:test'
import { piecesOf } from '../../support/clouds/chat.ts'
import {
  CloudCall,
  type CloudCallOptions,
  keys,
  logLines,
  shortSpeech,
  speech,
  understood,
} from '../../support/clouds/cloud-call.ts'
import { codedSpeech } from '../../support/clouds/coded.ts'
import type { Api, Fault } from '../../support/clouds/faults.ts'
import { askAdmin } from '../../support/lab/admin.ts'

const words = 'ma box ne marche plus'
const one = 'Je comprends, votre box ne fonctionne plus.'
const two = 'Quel est votre nom ?'
const answer = () => piecesOf(`${understood}${one} ${two}`)
/** What is said before the caller's turn; these calls are not recorded. */
const opening = [
  "agent: Bonjour, ici l'assistant automatique du service après-vente de Wouippleul.",
  'agent: Que puis-je faire pour vous ?',
]
/** The line with which the script says the same. */
const scripted = 'Pour commencer, quel est votre nom ?'
/** Short limits, only where time is under test: elsewhere a busy machine must not look like a fault. */
const impatient = { LLM_FIRST_TOKEN_MS: '300', LLM_ATTEMPT_MS: '500', LLM_DEADLINE_MS: '1500' }
const limitMs = 90_000

type Case = (call: CloudCall) => Promise<void> | void

/** Where time is measured: bots that start beside it would delay it. */
const alone = test

/** A whole call, beside all the others unless it is `alone`. */
function callTest(
  title: string,
  options: Partial<CloudCallOptions>,
  body: Case,
  run: typeof alone = test.concurrent,
): void {
  run(
    title,
    async () => {
      const call = await CloudCall.begin({ heard: [words], chat: answer, ...options })
      try {
        await body(call)
      } finally {
        await call.end()
      }
    },
    limitMs,
  )
}
const faults = (api: Api, fault: Fault | Fault[], times = 1) => ({
  faults: (fakes: CloudCall['fakes']) => fakes.fault(api, fault, times),
})
const heardWhole = (call: CloudCall) =>
  expect(call.transcript.slice(-3)).toEqual([`caller: ${words}`, `agent: ${one}`, `agent: ${two}`])
const secondsOf = (text: string) => text.length * 0.06

describe('the language model', () => {
  callTest('answers, and the caller hears every sentence once', {}, async (call) => {
    call.says()
    await call.hears(two)
    heardWhole(call)
    expect(call.toneS).toBeWithin(secondsOf(one + two) - 0.1, secondsOf(one + two) + 0.1)
    const [latency] = call.info?.latencies ?? []
    const { transcript, endpointing, firstToken, firstSentence, firstTtsByte, firstFrame } = latency ?? {}
    const stages = [transcript, endpointing, firstToken, firstSentence, firstTtsByte, firstFrame]
    expect(stages.every((ms) => typeof ms === 'number')).toBe(true)
    expect(stages).toEqual([...stages].sort((a, b) => Number(a) - Number(b)))
    const line = logLines.find((text) => text.includes(call.callId) && text.includes('turn answered'))
    expect(JSON.parse(line ?? '{}')).toMatchObject({ ...latency })
    expect(await call.metrics()).toContain('turn_latency_ms_bucket{stage="firstFrame",le="500"}')
  })

  callTest(
    'is slow: the wait phrase plays, then the answer',
    {
      ...faults('chat', { kind: 'latency', ms: 1_300 }),
      settings: { LLM_FIRST_TOKEN_MS: '300', LLM_ATTEMPT_MS: '3000' },
    },
    async (call) => {
      call.says()
      await call.hears(two)
      heardWhole(call)
      const [latency] = call.info?.latencies ?? []
      expect(latency.filler).toBeWithin(latency.endpointing! + 290, latency.endpointing! + 500)
      expect(latency.firstFrame).toBeGreaterThan(latency.filler! + 700)
      expect(call.models).toEqual(['20b'])
    },
    alone,
  )

  const overcome: [
    what: string,
    fault: Fault,
    times: number,
    models: string[],
    settings?: Record<string, string>,
  ][] = [
    ['hangs before the headers', { kind: 'hang', at: 'headers' }, 1, ['20b', '120b'], impatient],
    ['hangs before the first token', { kind: 'hang', at: 'body' }, 1, ['20b', '120b'], impatient],
    ['hangs in mid-stream', { kind: 'hang', at: 'body', afterChunks: 6 }, 1, ['20b', '120b']],
    [
      'asks to be left alone for 300 s',
      { kind: 'status', status: 429, headers: { 'retry-after': '300' } },
      1,
      ['20b', '120b'],
    ],
    ['is gone', { kind: 'status', status: 404 }, 1, ['20b', '120b']],
    ['fails once', { kind: 'status', status: 503 }, 1, ['20b', '20b']],
    ['fails twice', { kind: 'status', status: 503 }, 2, ['20b', '20b', '120b']],
    ['is reset in mid-stream', { kind: 'cut', afterChunks: 6 }, 1, ['20b', '20b']],
    ['sends an event that is no JSON', { kind: 'malformed', afterChunks: 6 }, 1, ['20b', '20b']],
    ['ends without a reason', { kind: 'truncate', afterChunks: 6 }, 1, ['20b', '20b']],
    [
      'sends an error in the stream',
      { kind: 'streamError', afterChunks: 6, error: { message: 'x', type: 'server_error' } },
      1,
      ['20b', '20b'],
    ],
  ]
  for (const [what, fault, times, models, settings] of overcome)
    callTest(
      `${what}: the caller hears the whole reply once`,
      { ...faults('chat', fault, times), settings },
      async (call) => {
        call.says()
        await call.hears(two)
        heardWhole(call)
        expect(call.models).toEqual(models)
      },
    )

  const gone: [what: string, fault: Fault][] = [
    ['hangs', { kind: 'hang', at: 'headers' }],
    ['refuses for 300 s', { kind: 'status', status: 429, headers: { 'retry-after': '300' } }],
    ['fails', { kind: 'status', status: 500 }],
  ]
  for (const [what, fault] of gone)
    callTest(
      `${what}, and so does its stand-in: the script answers inside the deadline`,
      { ...faults('chat', fault, 20), settings: impatient },
      async (call) => {
        call.says()
        await call.hears(scripted)
        expect(call.transcript.slice(1)).toEqual([
          `caller: ${words}`,
          'agent: Je suis désolé pour ce désagrément.',
          `agent: ${scripted}`,
        ])
        expect(new Set(call.models)).toEqual(new Set(['20b', '120b']))
        const [latency] = call.info?.latencies ?? []
        expect(latency.firstFrame! - latency.endpointing!).toBeLessThan(1_500 + 1_700)
        expect(call.toneS).toBe(0)
      },
      alone,
    )

  callTest(
    'breaks off for good after a sentence: the script adds the question, and nothing twice',
    {
      faults: (fakes) => {
        fakes.fault(
          'chat',
          [
            { kind: 'slow', perChunkMs: 10 },
            { kind: 'cut', afterChunks: 12 },
          ],
          1,
        )
        fakes.fault('chat', { kind: 'status', status: 500 }, 20)
      },
    },
    async (call) => {
      call.says()
      await call.hears(scripted)
      expect(call.transcript.slice(-3)).toEqual([
        `caller: ${words}`,
        `agent: ${one}`,
        expect.stringContaining(scripted),
      ])
    },
  )

  callTest(
    'failed often: its breaker is open, which the metrics show',
    {
      heard: [words, 'il pleut sur la ville', 'Martin'],
      ...faults('chat', { kind: 'status', status: 500 }, 20),
    },
    async (call) => {
      call.says()
      await call.hears(scripted)
      call.says()
      await call.until('a second reply', () => call.transcript.length > 5 && call.info?.phase === 'listening')
      expect(await call.metrics()).toMatch(/provider_breaker_state\{adapter="groq\/openai\/gpt-oss-20b"\} 2/)
    },
  )
})

describe('the voice', () => {
  const followed: [what: string, speechFaults: Fault[], oddS: number][] = [
    ['breaks off in mid-sentence', [{ kind: 'cut', afterChunks: 12 }], 1],
    ['hangs in mid-sentence', [{ kind: 'hang', at: 'body', afterChunks: 12 }], 1],
    ['stops in mid-sentence as if it were whole', [{ kind: 'truncate', afterChunks: 3 }], 1],
    ['is gone', [{ kind: 'status', status: 404 }], 0.1],
    ['is limited', [{ kind: 'status', status: 429, headers: { 'retry-after': '300' } }], 0.1],
    ['never answers', [{ kind: 'hang', at: 'headers' }], 0.1],
    [
      'sends a page instead of sound',
      [{ kind: 'streamError', afterChunks: 0, error: { message: 'x'.repeat(300) } }],
      0.1,
    ],
  ]
  for (const [what, list, oddS] of followed)
    callTest(
      `${what}: the other one says the rest`,
      { faults: (fakes) => fakes.fault('speech', list) },
      async (call) => {
        call.says()
        await call.hears(two)
        heardWhole(call)
        const spokenBy = call.fakes.requests
          .filter(({ api }) => api === 'speech' || api === 'aura')
          .map(({ api }) => api)
        expect(spokenBy.slice(0, 2)).toEqual(['speech', 'aura'])
        expect(call.toneS).toBeWithin(secondsOf(one + two) - 0.1, secondsOf(one + two) + oddS)
      },
    )

  callTest(
    'and every other one is gone: the cached error phrase, and a human',
    {
      settings: { TTS: 'openai,aura' },
      faults: (fakes) => {
        fakes.fault('speech', { kind: 'status', status: 503 }, 20)
        fakes.fault('aura', { kind: 'status', status: 503 }, 20)
      },
    },
    async (call) => {
      call.says()
      await call.phone.ended
      expect(call.transcript.at(-1)).toContain('problème technique. Je vous passe un conseiller.')
      expect(call.info?.outcome).toBe('error')
      const next = await askAdmin(call.server.adminUrl, `/asterisk/calls/${call.callId}/next`)
      expect(await next.text()).toStartWith('queue|support')
      expect((await call.phone.ended).tryStatus).toBe('SUCCESS')
    },
  )

  callTest(
    'and every other one break off in mid-sentence: what was heard, the error phrase, a human',
    {
      settings: { TTS: 'openai,aura' },
      faults: (fakes) => {
        fakes.fault('speech', { kind: 'cut', afterChunks: 12 }, 1)
        fakes.fault('aura', { kind: 'status', status: 503 }, 20)
      },
    },
    async (call) => {
      call.says()
      await call.phone.ended
      expect(call.transcript.slice(-2)).toEqual([
        expect.stringMatching(/^agent: Je comprends,?.*…$/),
        expect.stringContaining('Je vous passe un conseiller.'),
      ])
    },
  )

  callTest(
    'falls back on the embedded one when no cloud speaks',
    {
      faults: (fakes) => {
        fakes.fault('speech', { kind: 'status', status: 503 }, 20)
        fakes.fault('aura', { kind: 'status', status: 503 }, 20)
      },
    },
    async (call) => {
      call.says()
      await call.hears(two)
      heardWhole(call)
      expect(call.toneS).toBe(0)
    },
  )
})

describe('the recogniser', () => {
  const survived: [what: string, list: [Api, Fault, number][]][] = [
    ['drops the line in mid-word', [['nova', { kind: 'wsDrop', afterAudioMs: 1_000 }, 1]]],
    [
      'closes the line in mid-word',
      [['nova', { kind: 'wsClose', afterAudioMs: 1_000, code: 1011, reason: 'NET-0000' }, 1]],
    ],
    ['refuses the first connection', [['nova', { kind: 'status', status: 503 }, 1]]],
    ['is limited at first', [['nova', { kind: 'status', status: 429 }, 1]]],
    ['is slow to answer', [['nova', { kind: 'latency', ms: 1_500 }, 1]]],
    ['never answers the first connection', [['nova', { kind: 'hang', at: 'headers' }, 1]]],
    ['sends what is no JSON', [['nova', { kind: 'wsGarbage', afterAudioMs: 1_000 }, 1]]],
    [
      'is half-open: nothing is heard on the line any more',
      [['nova', { kind: 'wsMute', afterAudioMs: 700 }, 1]],
    ],
    ['refuses the key: Whisper takes over', [['nova', { kind: 'status', status: 401 }, 9]]],
  ]
  // On a half-open line the fake has heard the utterance, and the bot did not get it: sent again, it is the script's next.
  const again = (what: string) => (what.includes('half-open') ? words : '')
  for (const [what, list] of survived)
    callTest(
      `${what}: every word arrives once`,
      {
        heard: [words, again(what)],
        faults: (fakes) => {
          for (const [api, fault, times] of list) fakes.fault(api, fault, times)
        },
      },
      async (call) => {
        call.says()
        await call.hears(two, 20_000)
        heardWhole(call)
        expect(call.transcript.filter((line) => line.includes('box ne marche'))).toHaveLength(1)
      },
    )

  callTest(
    'hears no words in 6 s of speech: the line is opened anew and hears them',
    { ...faults('nova', { kind: 'wsDeaf', afterAudioMs: 0 }, 1) },
    async (call) => {
      const long = new Int16Array(64_000)
      for (let at = 0; at + speech.length < long.length; at += speech.length) long.set(speech, at)
      call.says(long)
      await call.hears(two, 25_000)
      expect(call.transcript).toContain(`caller: ${words}`)
      expect(await call.metrics()).toMatch(/stt_deaf_total\{adapter="deepgram"\} 1/)
    },
  )

  callTest(
    'is gone and has no stand-in: the keys 1, 2 and 0 still work',
    { settings: { STT: 'deepgram' }, ...faults('nova', { kind: 'status', status: 401 }, 99) },
    async (call) => {
      call.press('1')
      // "Tapez votre numéro, puis dièse": a key answers only what the caller has heard.
      await call.hears('ièse', 25_000)
      call.press('0')
      call.press('#')
      await call.phone.ended
      expect(call.info?.outcome).toBe('transfer')
      expect(await call.metrics()).toMatch(/provider_breaker_state\{adapter="stt\/deepgram"\} 2/)
    },
  )
})

/** Coded audio: the fake recogniser hears exactly these words, with pauses of its own kind. */
const coded = (text: string, pauseFrames = 75) => {
  const frames = codedSpeech([text], { pauseFrames, leadFrames: 0 })
  const samples = new Int16Array(frames.length * 160)
  for (const [i, frame] of frames.entries()) samples.set(frame, i * 160)
  return samples
}
const joined = (...parts: Int16Array[]) => {
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
/** The coded speech that Flux's fake reads is no voice to a neural judge. */
const flux = { STT: 'flux,embedded', VAD: 'energy' }

describe('Flux', () => {
  callTest(
    'says early that the turn is over: the reply is asked for once, and is there when it is',
    { settings: flux },
    async (call) => {
      call.says(coded('bonjour je voudrais prendre un rendez-vous'))
      await call.hears(two)
      expect(call.transcript).toContain('caller: bonjour je voudrais prendre un rendez-vous')
      expect(call.models).toEqual(['20b'])
      const [latency] = call.info?.latencies ?? []
      // Asked 160 ms after the last word, told 320 ms after it.
      expect(latency.firstToken! - latency.endpointing!).toBeLessThan(120)
    },
    alone,
  )

  callTest(
    'takes it back: the reply that was begun is ended, and the whole turn is answered',
    { settings: flux },
    async (call) => {
      call.says(joined(coded('bonjour je voudrais', 11), coded('un rendez-vous demain matin')))
      await call.hears(two)
      expect(call.transcript.filter((line) => line.startsWith('caller'))).toEqual([
        'caller: bonjour je voudrais un rendez-vous demain matin',
      ])
      expect(call.models).toEqual(['20b', '20b'])
      const asked = call.fakes.requests
        .filter(({ api }) => api === 'chat')
        .map(({ body }) => JSON.stringify(body.messages))
      expect(asked[0]).not.toContain('demain')
      expect(asked[1]).toContain('rendez-vous demain matin')
    },
  )
})

describe('a caller who speaks over the agent', () => {
  callTest(
    'stops model, voice and playout at once, and the next request says what the caller heard',
    {
      heard: [words, 'non attendez un instant'],
      chat: () => piecesOf(`${understood}${one} ${'Je regarde cela tout de suite. '.repeat(30)}`),
      faults: (fakes) => fakes.fault('chat', { kind: 'slow', perChunkMs: 60 }),
    },
    async (call) => {
      call.says()
      await call.until('the agent speaks', () => call.toneAtMs.length > 25)
      call.says()
      await call.until('the cut', () => call.info?.phase === 'listening')
      const cutMs = call.phone.nowMs
      await call.until('the next request', () => call.models.length === 2)
      expect(call.toneAtMs.filter((atMs) => atMs > cutMs + 40 && atMs < cutMs + 300)).toEqual([])
      const [first, second] = call.fakes.requests.filter(({ api }) => api === 'chat')
      expect(first.aborted).toBe(true)
      const cut = call.transcript.find((line) => line.startsWith('agent: Je ') && line.endsWith('…'))
      expect(`agent: ${one}`).toStartWith((cut ?? '').slice(0, -1))
      expect(JSON.stringify(second.body.messages)).toContain(`${(cut ?? '').slice('agent: '.length, -1)} […]`)
    },
  )

  callTest('with a listening noise alone does not cut', { settings: flux }, async (call) => {
    call.says(joined(new Int16Array(8_000), coded('oui')))
    await call.hears('Que puis-je faire pour vous ?')
    expect(call.transcript.slice(0, 2)).toEqual(opening)
  })

  callTest('without a word makes the bot say the rest of the cut sentence', { heard: [''] }, async (call) => {
    call.says(joined(new Int16Array(8_000), speech))
    await call.hears('Que puis-je faire pour vous ?', 20_000)
    const [cut, rest, ...others] = call.transcript
    expect(cut).toMatch(/^agent: Bonjour.*…$/)
    expect(`${cut!.slice(0, -1)} ${rest!.replace('agent: ', '')}`).toBe(opening[0]!)
    expect(others).toEqual(opening.slice(1))
    expect(await call.metrics()).toMatch(/barge_ins_false_total 1/)
  })

  callTest('cuts neither the transfer nor the goodbye', { heard: [words] }, async (call) => {
    call.press('0')
    await call.until('the transfer', () => call.info?.state === 'transfer')
    call.says(shortSpeech)
    await call.phone.ended
    expect(call.transcript.at(-1)).toBe('agent: Je vous passe un conseiller. Restez en ligne.')
    expect(call.info?.outcome).toBe('transfer')
  })
})

test('no key, no word of a vendor’s and nothing that a caller said is in any log line, at the most talkative level', () => {
  expect(logLines.length).toBeGreaterThan(100)
  const all = logLines.join('')
  for (const secret of [...Object.values(keys), 'gsk_leaked', 'org_secret', 'marche plus', 'Je comprends'])
    expect(all).not.toContain(secret)
})
