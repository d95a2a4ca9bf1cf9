import { expect, setDefaultTimeout, test } from 'bun:test'
import { readSettings } from '../../../src/base/setting.ts'
import { endingOf } from '../../../src/providers/openai/models.ts'
import {
  type ChatSettings,
  chatBody,
  formatOf,
  speechBodyOf,
  speechDefaults,
} from '../../../src/providers/openai/wire.ts'
import { providerSettings } from '../../../src/providers/settings.ts'

setDefaultTimeout(60_000)

const request = {
  messages: [{ role: 'user' as const, content: 'Oui' }],
  maxTokens: 200,
  signal: new AbortController().signal,
}
const settings: ChatSettings = {
  model: 'qwen',
  atOpenai: false,
  effort: 'auto',
  temperature: undefined,
  extra: {},
}
const common = {
  messages: [{ role: 'user' as const, content: 'Oui' }],
  stream: true as const,
  stream_options: { include_usage: true },
}

test('a compatible server gets the older names and is asked in two ways not to reason', () => {
  expect(chatBody(settings, request)).toEqual({
    ...common,
    model: 'qwen',
    temperature: 0.4,
    max_tokens: 200,
    reasoning_effort: 'none',
    chat_template_kwargs: { enable_thinking: false },
  })
})

test('gpt-oss, which always reasons, gets tokens for that', () => {
  const { max_tokens, reasoning_effort, chat_template_kwargs } = chatBody(
    { ...settings, model: 'openai/gpt-oss-20b' },
    request,
  )
  expect([max_tokens, reasoning_effort, chat_template_kwargs]).toEqual([456, 'low', undefined])
})

test('OpenAI itself gets the newer names and no temperature unless one is set', () => {
  const atOpenai = { ...settings, model: 'gpt-6-luna', atOpenai: true }
  const body = { ...common, model: 'gpt-6-luna', max_completion_tokens: 200, reasoning_effort: 'none' }
  expect(chatBody(atOpenai, request)).toEqual(body)
  expect(chatBody({ ...atOpenai, temperature: 1 }, request)).toEqual({ ...body, temperature: 1 })
})

test.each([
  ['gpt-4o-mini', undefined],
  ['gpt-4.1-nano', undefined],
  ['gpt-5', 'minimal'],
  ['gpt-5-mini', 'minimal'],
  ['gpt-5.1', 'none'],
  ['gpt-5.6-luna', 'none'],
  ['gpt-6-luna', 'none'],
  ['gpt-6-astra', 'low'],
  ['o4-mini', 'low'],
])('the least effort of %s is %p', (model, effort) => {
  expect(chatBody({ ...settings, model, atOpenai: true }, request).reasoning_effort).toBe(effort)
})

test('the operator’s fields replace ours, and null takes one out', () => {
  const extra = { top_k: 20, stream_options: null, chat_template_kwargs: { thinking: false } }
  const body = chatBody({ ...settings, extra, effort: 'low', temperature: 0 }, request)
  expect(body).toEqual({
    model: 'qwen',
    messages: common.messages,
    stream: true,
    temperature: 0,
    max_tokens: 456,
    reasoning_effort: 'low',
    top_k: 20,
    chat_template_kwargs: { thinking: false },
  })
})

test.each([
  ['LLM_EXTRA_BODY', '[1]', 'is not a JSON object'],
  ['LLM_EXTRA_BODY', '{oops', 'is not a JSON object'],
  ['LLM_TEMPERATURE', '3', 'is not between 0 and 2'],
  ['LLM_TEMPERATURE', 'warm', 'is not between 0 and 2: write a number such as 0.5'],
  ['LLM_TEMPERATURE', '0,5', '("0,5") is not between 0 and 2: write a number such as 0.5'],
])('%s=%s is refused', (name, value, fault) => {
  const { faults } = readSettings(providerSettings, { [name]: value })
  expect(faults.join()).toContain(fault)
})

test.each([
  ['https://api.openai.com/v1', 'gpt-4o-mini', { date: '2027-01-14', heir: 'gpt-6-luna' }],
  ['https://eu.api.openai.com/v1', 'whisper-1', { date: '2027-02-26', heir: 'gpt-transcribe' }],
  ['https://api.openai.com/v1', 'gpt-6-luna', undefined],
  ['http://gpu:8000/v1', 'whisper-1', undefined],
  ['https://api.openai.com.evil.example/v1', 'whisper-1', undefined],
])('at %s the end of %s is %p', (baseUrl, model, ending) => {
  expect(endingOf(model, baseUrl)).toEqual(ending)
})

test('a speech request asks for plain samples and has instructions', () => {
  expect(speechBodyOf({ ...speechDefaults, instructions: 'Parle.' }, 'Bonjour.')).toEqual({
    model: 'gpt-4o-mini-tts',
    voice: 'coral',
    input: 'Bonjour.',
    response_format: 'pcm',
    instructions: 'Parle.',
  })
})

test.each([
  ['tts-1', 'Parle.'],
  ['kokoro', 'Parle.'],
  ['gpt-4o-mini-tts', ''],
])('model %s with instructions %j gets no instructions', (model, instructions) => {
  expect(speechBodyOf({ ...speechDefaults, model, instructions }, 'Oui.')).not.toHaveProperty('instructions')
})

test.each([
  ['pcm', { encoding: 's16le', rateHz: 24_000 }],
  ['mp3', { encoding: 'mp3' }],
  ['wav', { encoding: 'wav' }],
] as const)('%s is read as %j', (format, expected) => {
  expect(formatOf({ ...speechDefaults, instructions: '', format })).toEqual(expected)
})
