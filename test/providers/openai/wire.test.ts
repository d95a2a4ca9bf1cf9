import { expect, setDefaultTimeout, test } from 'bun:test'
import {
  formatOf,
  openaiBody,
  openaiDefaults,
  speechBodyOf,
  speechDefaults,
} from '../../../src/providers/openai/wire.ts'

setDefaultTimeout(60_000)

test('a chat request has only fields that all compatible servers accept', () => {
  const request = {
    messages: [{ role: 'user' as const, content: 'Oui' }],
    maxTokens: 200,
    signal: new AbortController().signal,
  }
  expect(openaiBody({ ...openaiDefaults, model: 'qwen' }, request)).toEqual({
    model: 'qwen',
    messages: [{ role: 'user', content: 'Oui' }],
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.4,
    max_tokens: 200,
  })
})

test('a speech request asks for plain samples and has instructions', () => {
  expect(speechBodyOf(speechDefaults, 'Bonjour.')).toEqual({
    model: 'gpt-4o-mini-tts',
    voice: 'coral',
    input: 'Bonjour.',
    response_format: 'pcm',
    instructions: speechDefaults.instructions,
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
  expect(formatOf({ ...speechDefaults, format })).toEqual(expected)
})
