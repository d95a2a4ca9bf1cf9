import { expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { chatReply } from '../../src/providers/chat.ts'
import { estimateTokens, TokenLimiter } from '../../src/providers/limiter.ts'
import { OpenRequests } from '../../src/providers/requests.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

function setUp(tokensPerMinute: number) {
  const clock = new FakeClock()
  const refused = new Metrics().counter('refused', 'x')
  return { clock, refused, limiter: new TokenLimiter({ clock, tokensPerMinute, refused }) }
}

test('all calls share the tokens of a minute, which refill steadily', () => {
  const { clock, refused, limiter } = setUp(6_000)
  expect(limiter.take(4_000)).toEqual({ tokens: 4_000 })
  expect(limiter.take(3_000)).toEqual({ waitMs: 10_000 })
  expect(refused.value).toBe(1)
  clock.advance(9_000)
  expect(limiter.take(3_000)).toEqual({ waitMs: 1_000 })
  clock.advance(1_000)
  expect(limiter.take(3_000)).toEqual({ tokens: 3_000 })
})

test('at most one minute’s tokens are saved', () => {
  const { clock, limiter } = setUp(6_000)
  clock.advance(600_000)
  void limiter.take(6_000)
  expect(limiter.take(100)).toEqual({ waitMs: 1_000 })
})

test('the tokens used replace the estimate', () => {
  const { limiter } = setUp(1_000)
  const taken = limiter.take(1_000)
  if ('tokens' in taken) limiter.used(taken, 200)
  expect(limiter.take(800)).toEqual({ tokens: 800 })
})

test('a request larger than a minute’s tokens waits for one minute, not for ever', () => {
  const { clock, limiter } = setUp(1_000)
  void limiter.take(500)
  expect(limiter.take(9_000)).toEqual({ waitMs: 30_000 })
  clock.advance(30_000)
  expect(limiter.take(9_000)).toEqual({ tokens: 1_000 })
})

const headers = (limit: string, remaining: string) =>
  new Headers({ 'x-ratelimit-limit-tokens': limit, 'x-ratelimit-remaining-tokens': remaining })

test('without a limit every request passes, until the vendor’s headers set one', () => {
  const { limiter } = setUp(0)
  expect(limiter.take(1_000_000)).toEqual({ tokens: 0 })
  limiter.learn(headers('8000', '2000'))
  expect(limiter.take(2_000)).toEqual({ tokens: 2_000 })
  expect(limiter.take(1_000)).toEqual({ waitMs: 7_500 })
})

test('the lower of both counts applies: another process may share the account', () => {
  const { limiter } = setUp(8_000)
  limiter.learn(headers('8000', '100'))
  expect(limiter.take(500)).toEqual({ waitMs: 3_000 })
  limiter.learn(headers('8000', '7000'))
  expect(limiter.take(500)).toEqual({ waitMs: 3_000 })
})

test('invalid headers change nothing', () => {
  const { limiter } = setUp(1_000)
  limiter.learn(headers('many', 'few'))
  limiter.learn(new Headers())
  expect(limiter.take(1_000)).toEqual({ tokens: 1_000 })
})

test('a request over the limit fails without a vendor request and says when to retry', async () => {
  const { clock, limiter } = setUp(1_000)
  void limiter.take(1_000)
  let opened = 0
  const request = {
    messages: [{ role: 'user' as const, content: 'x'.repeat(288) }],
    maxTokens: 400,
    signal: new AbortController().signal,
  }
  const options = {
    who: 'groq',
    clock,
    limits: { firstTokenMs: 1, gapMs: 1 },
    limiter,
    requests: new OpenRequests(),
    open: () => {
      opened++
      return Promise.reject(new Error('asked'))
    },
  }
  const failure = chatReply(request, options).next()
  await expect(failure).rejects.toMatchObject({ code: 'limited', retryable: true, retryAfterMs: 30_000 })
  expect(opened).toBe(0)
  expect(estimateTokens(request.messages, 400)).toBe(500)
})
