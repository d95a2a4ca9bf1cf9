import { describe, expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { createTtsChain, type TtsChain, type VoiceOrder } from '../../src/providers/fallback-tts.ts'
import type { AudioFormat } from '../../src/providers/tts.ts'
import { bytesPerS, unspokenText } from '../../src/providers/unspoken.ts'
import { wavHeader } from '../support/clouds/speech.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { drive, type Step, scriptedTts } from './scripted.ts'

/** 60 characters, at 0.1 s each: six seconds. */
const sentence = 'Je regarde votre dossier, et je vous dis tout dans un moment'
const policy = { deadlineMs: 6_000, attemptMs: 2_000, backoffMs: 100, retries: 1 }

type Heard = { parts: { adapter: string; text: string; seconds: number }[]; code?: string; atMs: number }

async function run(
  scripts: readonly (readonly Step<number>[])[][],
  { text = sentence, abortAtMs = Number.POSITIVE_INFINITY, formats = [] as AudioFormat[] } = {},
): Promise<Heard> {
  const clock = new FakeClock()
  const voices = scripts.map((answers, i) => scriptedTts(clock, `tts${i + 1}`, answers, formats[i]).tts)
  const deps = { clock, random: () => 0.5, metrics: new Metrics() }
  const chain = createTtsChain(voices, deps, { policy, sPerChar: 0.1 })
  const startMs = clock.now()
  const control = new AbortController()
  if (abortAtMs < Number.POSITIVE_INFINITY) clock.at(startMs + abortAtMs, () => control.abort())
  const heard: Heard = { parts: [], atMs: 0 }
  const speaking = (async () => {
    try {
      for await (const part of chain.parts({ text, language: 'fr', signal: control.signal })) {
        const share = { adapter: part.adapter, text: part.text, seconds: 0 }
        heard.parts.push(share)
        const perS = bytesPerS(part.format, new Uint8Array(4))
        for await (const chunk of part.chunks) share.seconds += chunk.length / perS
      }
    } catch (error) {
      heard.code = (error as { code: string }).code
    }
    heard.atMs = clock.now() - startMs
  })()
  await drive(clock, speaking)
  return heard
}

const whole = (adapter: string) => ({ adapter, text: sentence, seconds: 6 })
const cut = { fail: 'cut' } as const

describe('a sentence is spoken once and whole after', () => {
  const table: [what: string, scripts: Step<number>[][][], heard: Heard][] = [
    ['nothing at all', [[[3, 3]]], { parts: [whole('tts1')], atMs: 0 }],
    [
      '503 once: the same voice',
      [[[{ fail: 'unavailable' }], [6]], [[6]]],
      { parts: [whole('tts1')], atMs: 100 },
    ],
    [
      '503 twice: the next voice',
      [[[{ fail: 'unavailable' }]], [[6]]],
      { parts: [whole('tts2')], atMs: 100 },
    ],
    ['a hang: the next voice', [[['hang']], [[6]]], { parts: [whole('tts2')], atMs: 2_000 }],
    [
      '429: the next voice',
      [[[{ fail: 'limited', retryAfterMs: 60_000 }]], [[6]]],
      { parts: [whole('tts2')], atMs: 0 },
    ],
    [
      'a reset in the middle: the next voice says the rest',
      [[[1.5, 1, cut]], [[3.5]]],
      {
        parts: [
          { adapter: 'tts1', text: sentence, seconds: 2.5 },
          { adapter: 'tts2', text: 'et je vous dis tout dans un moment', seconds: 3.5 },
        ],
        atMs: 0,
      },
    ],
    [
      'two voices that break: the third says the rest of the rest',
      [[[2.5, cut]], [[1.5, cut]], [[2]]],
      {
        parts: [
          { adapter: 'tts1', text: sentence, seconds: 2.5 },
          { adapter: 'tts2', text: 'et je vous dis tout dans un moment', seconds: 1.5 },
          { adapter: 'tts3', text: 'tout dans un moment', seconds: 2 },
        ],
        atMs: 0,
      },
    ],
    [
      'an end far too early: the next voice says the rest',
      [[[1]], [[5]]],
      {
        parts: [
          { adapter: 'tts1', text: sentence, seconds: 1 },
          { adapter: 'tts2', text: 'votre dossier, et je vous dis tout dans un moment', seconds: 5 },
        ],
        atMs: 0,
      },
    ],
    [
      'a break at the very end: nothing is said again',
      [[[6, cut]], [[6]]],
      { parts: [whole('tts1')], atMs: 0 },
    ],
  ]
  for (const [what, scripts, heard] of table)
    test(what, async () => expect(await run(scripts)).toEqual(heard))
})

test('a break in mid-sentence without another voice is reported as cut', async () => {
  expect(await run([[[2.5, cut]]])).toMatchObject({ code: 'cut', parts: [{ seconds: 2.5 }] })
  expect(await run([[[2.5, cut]], [[{ fail: 'auth' }]]])).toMatchObject({
    code: 'cut',
    parts: [{ seconds: 2.5 }],
  })
})

test('when no voice speaks, the last failure is reported', async () => {
  expect(await run([[[{ fail: 'auth' }]], [[{ fail: 'unavailable' }]]])).toMatchObject({
    code: 'unavailable',
    parts: [],
  })
})

describe('what is spoken in advance', () => {
  const request = { text: sentence, language: 'fr', signal: new AbortController().signal }
  const broken = [{ fail: 'unavailable' }] as const

  async function ask(chain: TtsChain, clock: FakeClock, voices?: VoiceOrder): Promise<string> {
    let outcome = ''
    const speaking = (async () => {
      for await (const part of chain.parts(request, voices)) {
        for await (const _ of part.chunks);
        outcome += part.adapter
      }
    })().catch((error: { code: string }) => {
      outcome = error.code
    })
    await drive(clock, speaking)
    return outcome
  }

  function open(scripts: readonly (readonly Step<number>[])[][]) {
    const clock = new FakeClock()
    const voices = scripts.map((answers, i) => scriptedTts(clock, `tts${i + 1}`, answers))
    const deps = { clock, random: () => 0.5, metrics: new Metrics() }
    const adapters = voices.map(({ tts }) => tts)
    const chain = createTtsChain(adapters, deps, { policy, breaker: { failures: 2 }, sPerChar: 0.1 })
    return { clock, chain, voices }
  }

  test('its failures do not keep calls from the voice', async () => {
    const { chain, clock } = open([[broken, broken, broken, broken, [3, cut], [3, cut], [6]], [[6]]])
    // Each of the first two is tried twice.
    for (let i = 0; i < 4; i++) await ask(chain, clock, { alone: true })
    expect(await ask(chain, clock)).toBe('tts1')
  })

  test('it is asked for where calls have given the voice up', async () => {
    const { chain, clock } = open([[broken, broken, [6]], [[6]]])
    expect(await ask(chain, clock)).toBe('tts2')
    expect(await ask(chain, clock, { alone: true })).toBe('tts1')
  })
})

test('the last voice is asked even when its breaker is open, and those before it are not', async () => {
  const clock = new FakeClock()
  const broken = [{ fail: 'unavailable' }] as const
  const first = scriptedTts(clock, 'first', [broken])
  const last = scriptedTts(clock, 'last', [broken, broken, [6]])
  const deps = { clock, random: () => 0.5, metrics: new Metrics() }
  const chain = createTtsChain([first.tts, last.tts], deps, { policy, breaker: { failures: 2 } })
  const speak = async () => {
    for await (const part of chain.parts({
      text: sentence,
      language: 'fr',
      signal: new AbortController().signal,
    }))
      for await (const _ of part.chunks);
  }
  await drive(
    clock,
    speak().catch(() => undefined),
  )
  await drive(clock, speak())
  expect([first.asked.length, last.asked.length]).toEqual([2, 3])
})

test('barge-in ends the chain: no other voice takes over', async () => {
  const heard = await run([[[2, 'hang']], [[6]]], { abortAtMs: 500 })
  expect(heard).toMatchObject({ parts: [{ adapter: 'tts1', seconds: 2 }], atMs: 500 })
  expect(heard.parts).toHaveLength(1)
})

test('a voice’s own pace is learnt from its finished sentences', async () => {
  const clock = new FakeClock()
  // Twenty whole sentences of three seconds, then one that breaks after one and a half: half of it was spoken.
  const answers: Step<number>[][] = [...Array.from({ length: 20 }, () => [3]), [1.5, cut]]
  const first = scriptedTts(clock, 'quick', answers)
  const second = scriptedTts(clock, 'next', [[3]])
  const deps = { clock, random: () => 0.5, metrics: new Metrics() }
  const chain = createTtsChain([first.tts, second.tts], deps, { policy, sPerChar: 0.1 })
  const request = { text: sentence, language: 'fr', signal: new AbortController().signal }
  for (let i = 0; i < 21; i++)
    for await (const part of chain.parts(request)) for await (const _ of part.chunks);
  expect(second.asked[0].request.text).toBe('je vous dis tout dans un moment')
})

const mp3Frame = (second: number, third: number) => Uint8Array.of(0, 0, 0xff, second, third, 0)
const rates: [what: string, format: AudioFormat, head: Uint8Array, perS: number][] = [
  ['8 kHz samples', { encoding: 's16le', rateHz: 8_000 }, new Uint8Array(4), 16_000],
  ['24 kHz samples', { encoding: 's16le', rateHz: 24_000 }, new Uint8Array(4), 48_000],
  ['wav', { encoding: 'wav' }, wavHeader(24_000), 48_000],
  ['mp3 of MPEG-2 at 32 kbit/s', { encoding: 'mp3' }, mp3Frame(0xf3, 0x44), 4_000],
  ['mp3 of MPEG-1 at 128 kbit/s', { encoding: 'mp3' }, mp3Frame(0xfb, 0x90), 16_000],
]
test.each(rates)('the first bytes of %s give the bytes per second', (_what, format, head, perS) => {
  expect(bytesPerS(format, head)).toBe(perS)
})

const rests: [saidS: number, rest: string][] = [
  [0, sentence],
  [0.1, sentence],
  [1.1, 'votre dossier, et je vous dis tout dans un moment'],
  [5.2, 'un moment'],
  [5.3, 'moment'],
  [5.9, ''],
  [60, ''],
]
test.each(rests)('after %d s of six, the rest begins at a word', (saidS, rest) => {
  expect(unspokenText(sentence, saidS, 0.1)).toBe(rest)
})
