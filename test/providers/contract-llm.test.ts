// What every language model must do.

import { describe, expect, test } from 'bun:test'
import { ProviderError } from '../../src/base/errors.ts'
import type { Llm, LlmRequest } from '../../src/providers/llm.ts'
import { defaultReply } from '../support/clouds/chat.ts'
import type { Fault } from '../support/clouds/faults.ts'
import { until } from '../support/clouds/until.ts'
import { cutOnce, failureOf, patientMs, startContract } from './contract.ts'

const { fakes, rowsOf, throughHang } = startContract()

const chatLimits = (limitMs: number) => ({ LLM_ATTEMPT_MS: limitMs, LLM_GAP_MS: limitMs })

function request(signal = new AbortController().signal): LlmRequest {
  return { messages: [{ role: 'user', content: 'Je m’appelle Dupont.' }], maxTokens: 100, signal }
}
async function textOf(llm: Llm, asked = request(), got: string[] = []): Promise<string> {
  for await (const piece of llm.reply(asked)) got.push(piece)
  return got.join('')
}

const llmFaults: [name: string, fault: Fault, code: string, retryable: boolean, given: boolean][] = [
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '300' } }, 'limited', true, false],
  ['498', { kind: 'status', status: 498 }, 'limited', true, false],
  ['500', { kind: 'status', status: 500 }, 'unavailable', true, false],
  ['503', { kind: 'status', status: 503 }, 'unavailable', true, false],
  ['401', { kind: 'status', status: 401 }, 'auth', false, false],
  ['a model that is gone', { kind: 'status', status: 404 }, 'refused', false, false],
  ['a hang before the headers', { kind: 'hang', at: 'headers' }, 'timeout', true, false],
  ['a hang before the first token', { kind: 'hang', at: 'body', afterChunks: 1 }, 'timeout', true, false],
  ['a hang in mid-stream', { kind: 'hang', at: 'body', afterChunks: 4 }, 'timeout', true, true],
  ['a reset in mid-stream', { kind: 'cut', afterChunks: 4 }, 'cut', true, true],
  ['an end without a reason', { kind: 'truncate', afterChunks: 4 }, 'cut', true, true],
  ['an event that is not JSON', { kind: 'malformed', afterChunks: 4 }, 'malformed', true, true],
  [
    'an error in the stream',
    { kind: 'streamError', afterChunks: 4, error: { message: 'Dupont', code: 'tool_use_failed' } },
    'cut',
    true,
    true,
  ],
]

for (const { title, create: open } of rowsOf('llm'))
  describe(`the model ${title}`, () => {
    const create = (limitMs = patientMs, more = {}) => open({ ...chatLimits(limitMs), ...more })

    test('streams the whole reply in pieces, none of them empty', async () => {
      const got: string[] = []
      expect(await textOf(create(), request(), got)).toBe(defaultReply)
      expect(got.length).toBeGreaterThan(3)
      expect(got).not.toContain('')
    })

    for (const [fault, given, code, retryable, begins] of llmFaults)
      test(`${fault} is reported as ${code}`, async () => {
        const got: string[] = []
        const begun = () => !begins || got.length > 0
        fakes.fault('chat', cutOnce(given, begun))
        const failing = () => failureOf(() => textOf(create(), request(), got))
        const failure = await throughHang(given, failing, begun)
        expect(failure).toMatchObject({ code, retryable })
        expect(got.length > 0).toBe(begins)
        expect(fakes.requests).toHaveLength(1)
        if (fault === '429') expect(failure).toMatchObject({ retryAfterMs: 300_000 })
      })

    test('a server that is not there is reported as unavailable', async () => {
      const nowhere = 'http://127.0.0.1:1/v1'
      const llm = create(patientMs, { GROQ_BASE_URL: nowhere, LLM_BASE_URL: nowhere })
      expect(await failureOf(() => textOf(llm))).toMatchObject({ code: 'unavailable', retryable: true })
    })

    test('ends without an error when the request is aborted, and the server sees the abort', async () => {
      fakes.fault('chat', { kind: 'slow', perChunkMs: 15 })
      const control = new AbortController()
      const got: string[] = []
      for await (const piece of create().reply(request(control.signal))) {
        got.push(piece)
        control.abort()
      }
      expect(got).toHaveLength(1)
      await until('the abort at the server', () => fakes.requests[0].aborted)
    })

    test('closing it aborts the requests in flight', async () => {
      fakes.fault('chat', { kind: 'slow', perChunkMs: 15 })
      const llm = create()
      const reading = async () => {
        for await (const _piece of llm.reply(request())) llm.close()
      }
      expect(await failureOf(reading)).toBeInstanceOf(ProviderError)
      await until('the end at the server', () => fakes.requests[0].aborted)
    })

    test('a request that is aborted before it begins reaches no server', async () => {
      expect(await textOf(create(), request(AbortSignal.abort()))).toBe('')
      expect(fakes.requests).toHaveLength(0)
    })

    test('prints nothing when an event is malformed', async () => {
      const printed: unknown[] = []
      const { error, log, warn } = console
      console.error = console.log = console.warn = (...args: unknown[]) => printed.push(args)
      fakes.fault('chat', { kind: 'malformed', afterChunks: 3 })
      await failureOf(() => textOf(create()))
      Object.assign(console, { error, log, warn })
      expect(printed).toEqual([])
    })
  })
