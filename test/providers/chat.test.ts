import { expect, test } from 'bun:test'
import { type ChunkReading, readChunk } from '../../src/providers/chat-chunk.ts'

const chunk = (delta: unknown, finish_reason: unknown = null, more: object = {}) => ({
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
})
const reading = (piece: string, finish?: string, totalTokens?: number): ChunkReading => ({
  piece,
  thinks: false,
  finish,
  totalTokens,
  tokens: undefined,
})
const thought = (piece = ''): ChunkReading => ({ ...reading(piece), thinks: true })

const table: [what: string, chunk: unknown, reading: ChunkReading][] = [
  ['the role', chunk({ role: 'assistant', content: '' }), reading('')],
  ['text', chunk({ content: ' Bonjour' }), reading(' Bonjour')],
  ['the end', chunk({}, 'stop'), reading('', 'stop')],
  ['the end for length', chunk({ content: '.' }, 'length'), reading('.', 'length')],
  ['Groq’s usage', chunk({}, 'stop', { x_groq: { usage: { total_tokens: 44 } } }), reading('', 'stop', 44)],
  ['the usage of others', { choices: [], usage: { total_tokens: 51 } }, reading('', undefined, 51)],
  ['a usage that is null', chunk({ content: 'a' }, null, { usage: null }), reading('a')],
  ['reasoning, which is not spoken', chunk({ reasoning: 'Il dit bonjour.' }), thought()],
  ['reasoning under another name', chunk({ reasoning_content: 'hm', content: null }), thought()],
  ['reasoning that is empty', chunk({ reasoning: '', reasoning_content: null, content: 'a' }), reading('a')],
  [
    'Mistral’s parts',
    chunk({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
        { type: 'text', text: 'Oui' },
      ],
    }),
    thought('Oui'),
  ],
  [
    'a whole completion',
    { choices: [{ message: { content: 'Oui' }, finish_reason: 'stop' }] },
    reading('Oui', 'stop'),
  ],
  [
    'a tool call',
    chunk({ tool_calls: [{ function: { name: 'x' } }] }, 'tool_calls'),
    reading('', 'tool_calls'),
  ],
  ['content that is null', chunk({ content: null }), reading('')],
  ['content of another kind', chunk({ content: ['a'] }), reading('')],
  ['a choice without delta', { choices: [{}] }, reading('')],
  ['no choices', {}, reading('')],
  ['nothing', null, reading('')],
  ['text instead of an object', 'data', reading('')],
]
test.each(table)('%s', (_what, given, expected) => {
  expect(readChunk(given)).toEqual(expected)
})
