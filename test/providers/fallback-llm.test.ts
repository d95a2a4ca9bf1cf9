import { describe, expect, test } from 'bun:test'
import { waitMs } from '../../src/base/clock.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { countRequest } from '../../src/providers/fallback.ts'
import { createLlmChain } from '../../src/providers/fallback-llm.ts'
import type { Llm } from '../../src/providers/llm.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { drive, type Step, scriptedLlm } from './scripted.ts'

const policy = { deadlineMs: 5_000, attemptMs: 1_500, backoffMs: 100, retries: 1, continueMs: 3_000 }
const words = (text: string) => text.split(/(?= )/)
const whole = 'Je regarde votre dossier. Un instant.'

type Outcome = { text: string; code: string | undefined; atMs: number; asked: number[] }

/** Runs a chain of scripted models; `asked` counts the requests of each. */
async function run(
  scripts: readonly (readonly Step<string>[])[][],
  { abortAtMs = Number.POSITIVE_INFINITY } = {},
): Promise<Outcome & { models: ReturnType<typeof scriptedLlm>[]; metrics: Metrics }> {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const models = scripts.map((replies, i) => scriptedLlm(clock, `llm${i + 1}`, replies))
  const chain = createLlmChain(
    models.map((model) => model.llm),
    { clock, random: () => 0.5, metrics },
    { policy },
  )
  const startMs = clock.now()
  const control = new AbortController()
  if (abortAtMs < Number.POSITIVE_INFINITY) clock.at(startMs + abortAtMs, () => control.abort())
  const outcome: Outcome = { text: '', code: undefined, atMs: 0, asked: [] }
  const reading = (async () => {
    try {
      const request = {
        messages: [{ role: 'user' as const, content: 'x' }],
        maxTokens: 10,
        signal: control.signal,
      }
      for await (const piece of chain.reply(request)) outcome.text += piece
    } catch (error) {
      outcome.code = (error as { code: string }).code
    }
    outcome.atMs = clock.now() - startMs
  })()
  await drive(clock, reading)
  outcome.asked = models.map((model) => model.asked.length)
  return { ...outcome, models, metrics }
}

/** Only the fields that a row of a table expects. */
const only = (outcome: Outcome, expected: Partial<Outcome>) =>
  Object.fromEntries(Object.keys(expected).map((key) => [key, outcome[key as keyof Outcome]]))

const fail = (code: 'unavailable' | 'timeout' | 'auth' | 'malformed' | 'cut' | 'refused') =>
  ({ fail: code }) as const

const before: [what: string, scripts: Step<string>[][][], expected: Partial<Outcome>][] = [
  [
    'a first model that answers',
    [[words(whole)], [words('Autre.')]],
    { text: whole, asked: [1, 0], atMs: 0 },
  ],
  [
    '503 once: the same model again after a back-off',
    [[[fail('unavailable')], words(whole)], [words('Autre.')]],
    { text: whole, asked: [2, 0], atMs: 100 },
  ],
  [
    '503 twice: the next model',
    [[[fail('unavailable')]], [words(whole)]],
    { text: whole, asked: [2, 1], atMs: 100 },
  ],
  [
    'a hang before the first token: the next model, at the second limit',
    [[['hang']], [words(whole)]],
    { text: whole, asked: [1, 1], atMs: 1_500 },
  ],
  [
    'a hang and no next model: once more',
    [[['hang'], words(whole)]],
    { text: whole, asked: [2], atMs: 1_600 },
  ],
  [
    'a wrong key: the next model at once',
    [[[fail('auth')]], [words(whole)]],
    { text: whole, asked: [1, 1], atMs: 0 },
  ],
  [
    'malformed before any text: once more',
    [[[fail('malformed')], words(whole)]],
    { text: whole, asked: [2] },
  ],
  [
    'every model hangs: the last failure, inside the deadline',
    [[['hang']], [['hang']]],
    { text: '', code: 'timeout', atMs: 4_600, asked: [1, 2] },
  ],
  [
    'every model refuses',
    [[[fail('refused')]], [[fail('auth')]]],
    { text: '', code: 'auth', asked: [1, 1], atMs: 0 },
  ],
]

describe('before the first word, the caller hears one whole answer after', () => {
  for (const [what, scripts, expected] of before)
    test(what, async () => expect(only(await run(scripts), expected)).toEqual(expected))
})

const begun = words('Je regarde votre dos')
const after: [what: string, scripts: Step<string>[][][], expected: Partial<Outcome>][] = [
  [
    'a reset: the same model says the rest',
    [[[...begun, fail('cut')], words(' dossier. Un instant.')]],
    { text: whole, asked: [2] },
  ],
  [
    'a reset, and a model that says it all again',
    [[[...begun, fail('cut')], words(whole)]],
    { text: whole, asked: [2] },
  ],
  [
    'a reset, and a model that repeats two words',
    [[[...begun, fail('cut')], words('regarde votre dossier. Un instant.')]],
    { text: whole, asked: [2] },
  ],
  [
    'malformed twice: the next model',
    [[[...begun, fail('malformed')], [fail('malformed')]], [words('dossier. Un instant.')]],
    { text: whole, asked: [3, 1] },
  ],
  [
    'two breaks: the next model',
    [
      [
        [...begun, fail('cut')],
        [...words(' dossier. Un in'), fail('cut')],
      ],
      [words('instant.')],
    ],
    { text: whole, asked: [2, 1] },
  ],
  [
    'a hang in mid-stream: the next model',
    [[[...begun, fail('timeout')]], [words(whole)]],
    { text: whole, asked: [1, 1] },
  ],
  [
    'no model left: cut, and nothing twice',
    [[[...begun, fail('timeout')]]],
    { text: 'Je regarde votre', code: 'cut', asked: [1] },
  ],
  [
    'no model able: cut within its own limit',
    [[[...begun, fail('timeout')]], [['hang']]],
    { text: 'Je regarde votre', code: 'cut', asked: [1, 2], atMs: 3_000 },
  ],
]

describe('after the first word, nothing is repeated and no word is cut in two', () => {
  for (const [what, scripts, expected] of after)
    test(what, async () => expect(only(await run(scripts), expected)).toEqual(expected))
})

const limited = (retryAfterMs: number) => ({ fail: 'limited', retryAfterMs }) as const
const limits: [what: string, scripts: Step<string>[][][], expected: Partial<Outcome>][] = [
  ['a short one is waited for', [[[limited(800)], words(whole)]], { text: whole, asked: [2], atMs: 800 }],
  [
    'one beyond the deadline is not',
    [[[limited(300_000)], words(whole)]],
    { code: 'limited', asked: [1], atMs: 0 },
  ],
  [
    'one that leaves the next model no time is not',
    [[[limited(3_600)]], [words(whole)]],
    { text: whole, asked: [1, 1], atMs: 0 },
  ],
]

describe('retry-after', () => {
  for (const [what, scripts, expected] of limits)
    test(what, async () => expect(only(await run(scripts), expected)).toEqual(expected))

  test('applies to the next call too', async () => {
    const clock = new FakeClock()
    const first = scriptedLlm(clock, 'a', [[limited(60_000)], ['Oui.']])
    const second = scriptedLlm(clock, 'b', [['Non.']])
    const deps = { clock, random: () => 0.5, metrics: new Metrics() }
    const chain = createLlmChain([first.llm, second.llm], deps, { policy })
    const ask = async () => {
      let text = ''
      const request = { messages: [], maxTokens: 10, signal: new AbortController().signal }
      for await (const piece of chain.reply(request)) text += piece
      return text
    }
    expect([await ask(), await ask()]).toEqual(['Non.', 'Non.'])
    expect(first.asked).toHaveLength(1)
    await clock.run(60_000)
    expect(await ask()).toBe('Oui.')
  })
})

test('an aborted request ends the chain without an error, even while it waits', async () => {
  expect(await run([[[fail('unavailable')]]], { abortAtMs: 40 })).toMatchObject({
    text: '',
    code: undefined,
    atMs: 40,
    asked: [1],
  })
  expect(await run([[['hang']]], { abortAtMs: 700 })).toMatchObject({ text: '', code: undefined, atMs: 700 })
})

test('the request for the rest of an answer contains the text so far', async () => {
  const { models } = await run([[[...begun, fail('cut')], words(' dossier.')]])
  const [, assistant, user] = models[0].asked[1].request.messages
  expect(assistant).toEqual({ role: 'assistant', content: 'Je regarde votre' })
  expect(user.role).toBe('user')
})

test('the outcome of each request is counted', async () => {
  const { metrics } = await run([[[fail('unavailable')]], [[...begun, fail('cut')], words(whole)]])
  const counts = metrics
    .snapshot()
    .filter((sample) => sample.name === 'provider_requests_total')
    .map(({ labels, ...sample }) => [labels.adapter, labels.outcome, 'value' in sample ? sample.value : 0])
  expect(counts.filter(([, , value]) => value !== 0)).toEqual([
    ['llm1/m', 'unavailable', 2],
    ['llm2/m', 'ok', 2],
    ['llm2/m', 'cut', 1],
  ])
  // Outcomes that did not happen exist with 0, or the first one would not show in a rate.
  expect(counts).toContainEqual(['llm1/m', 'timeout', 0])
})

test('a request that a barge-in ended does not count against its adapter', async () => {
  const metrics = new Metrics()
  countRequest(metrics, 'llm1/m', 'aborted')
  expect(metrics.snapshot()).toEqual([])
})

/** A model that reasons for `ms`, a sign every 500 ms, before it answers. */
async function afterThought(ms: number): Promise<{ text: string; code?: string; atMs: number }> {
  const clock = new FakeClock()
  const llm: Llm = {
    name: 'thinker',
    model: 'm',
    async *reply({ onSign, signal }) {
      for (let at = 0; at < ms && !signal.aborted; at += 500) {
        await waitMs(clock, 500, signal)
        onSign?.('thinking')
      }
      yield 'Oui.'
    },
    close() {},
  }
  const chain = createLlmChain([llm], { clock, random: () => 0.5, metrics: new Metrics() }, { policy })
  const startMs = clock.now()
  const outcome = { text: '', atMs: 0 } as { text: string; code?: string; atMs: number }
  const reading = (async () => {
    const { signal } = new AbortController()
    try {
      for await (const piece of chain.reply({ messages: [], maxTokens: 10, signal })) outcome.text += piece
    } catch (error) {
      outcome.code = (error as { code: string }).code
    }
    outcome.atMs = clock.now() - startMs
  })()
  await drive(clock, reading)
  return outcome
}

test('a model that thinks longer than an attempt is waited for', async () => {
  expect(await afterThought(3_000)).toEqual({ text: 'Oui.', atMs: 3_000 })
})

test('a model that thinks for ever is given up at the deadline', async () => {
  expect(await afterThought(60_000)).toEqual({ text: '', code: 'timeout', atMs: policy.deadlineMs })
})
