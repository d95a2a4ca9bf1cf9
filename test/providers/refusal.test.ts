import { describe, expect, test } from 'bun:test'
import { httpFailure } from '../../src/providers/errors.ts'
import { readRefusal } from '../../src/providers/refusal.ts'

const sent = ['model', 'messages', 'max_tokens', 'stream_options', 'temperature']

const bodies: [what: string, body: unknown, reason: string | undefined, parameters: string[]][] = [
  [
    'OpenAI',
    {
      error: {
        message: 'x',
        type: 'invalid_request_error',
        param: 'max_tokens',
        code: 'unsupported_parameter',
      },
    },
    'unsupported_parameter',
    ['max_tokens'],
  ],
  [
    'FastAPI inside a message',
    {
      object: 'error',
      message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options', 'x'] }] },
    },
    'extra_forbidden',
    ['stream_options'],
  ],
  [
    'a field that only the sentence names',
    { error: { message: 'Unknown argument: temperature' } },
    undefined,
    ['temperature'],
  ],
  ['a nested field', { error: { param: 'stream_options.include_usage' } }, undefined, ['stream_options']],
  ['a plain type', { error: { type: 'BadRequestError', code: 400 } }, 'BadRequestError', []],
  ['a key as a code', { error: { code: 'sk-verysecretkey' } }, undefined, []],
  ['an identifier as a code', { error: { code: 'org_12ab34' } }, undefined, []],
  ['a sentence as a code', { error: { code: 'Dupont said hello' } }, undefined, []],
  ['a body without an object', 'nothing', undefined, []],
]
describe('an error body', () => {
  test.each(bodies)('of %s is read', (_what, body, reason, parameters) => {
    expect(readRefusal(JSON.stringify(body), sent)).toEqual({ reason, parameters })
  })

  test('that is a page or deeply nested says nothing and costs nothing', () => {
    expect(readRefusal('<html>', sent)).toEqual({ reason: undefined, parameters: [] })
    const wide = JSON.stringify({ error: Array.from({ length: 5_000 }, () => ({ message: 'temperature' })) })
    expect(readRefusal(wide, sent).parameters).toEqual(['temperature'])
  })

  test('without credit is a fault of the account, whatever its status', () => {
    const refusal = { reason: 'insufficient_quota', parameters: [] }
    expect(httpFailure('openai', 429, undefined, 0, refusal)).toMatchObject({
      code: 'auth',
      message: 'openai answered 429 (insufficient_quota)',
      isPermanent: true,
    })
    expect(httpFailure('openai', 429)).toMatchObject({ code: 'limited', isPermanent: false })
  })
})
