import { expect, setDefaultTimeout, test } from 'bun:test'
import { groqBody, groqDefaults } from '../../../src/providers/groq/wire.ts'
import type { LlmRequest } from '../../../src/providers/llm.ts'

setDefaultTimeout(60_000)

const message = { role: 'user' as const, content: 'Bonjour', name: 'Dupont' }
const request: LlmRequest = { messages: [message], maxTokens: 200, signal: new AbortController().signal }

test('a request to Groq asks for a stream without reasoning and has no field that Groq refuses', () => {
  expect(groqBody(groqDefaults, request)).toEqual({
    model: 'openai/gpt-oss-20b',
    messages: [{ role: 'user', content: 'Bonjour' }],
    stream: true,
    max_completion_tokens: 456,
    temperature: 0.4,
    reasoning_effort: 'low',
    include_reasoning: false,
  })
})

test.each([
  ['none', 200],
  ['low', 456],
  ['medium', 1_224],
  ['high', 4_296],
] as const)('reasoning effort %s adds to the tokens of the answer: %d in all', (reasoningEffort, tokens) => {
  expect(groqBody({ ...groqDefaults, reasoningEffort }, request).max_completion_tokens).toBe(tokens)
})
