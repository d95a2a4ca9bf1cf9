import { expect, test } from 'bun:test'
import { readCallerMessage } from '../../src/call/caller-message.ts'

test.each([
  ['5', { kind: 'key', key: '5' }],
  ['{"type":"key","key":"#"}', { kind: 'key', key: '#' }],
  [
    '{"type":"text","text":"  ma\\n box\\u0000 \\u202e ne marche plus "}',
    { kind: 'text', text: 'ma box ne marche plus' },
  ],
] as const)('%s is a message', (text, message) => {
  expect(readCallerMessage(text)).toEqual(message)
})

test.each([
  '',
  '55',
  '{',
  '{}',
  '[]',
  '{"type":"key","key":"x"}',
  '{"type":"key","key":5}',
  '{"type":"text","text":" "}',
  '{"type":"text"}',
  '{"type":"text","text":{}}',
  `{"type":"text","text":"${'a'.repeat(5_000)}"}`,
])('%p is not', (text) => {
  expect(readCallerMessage(text)).toBeUndefined()
})

test('a typed turn has 500 characters at most', () => {
  const message = readCallerMessage(JSON.stringify({ type: 'text', text: 'é'.repeat(600) }))
  expect(message?.kind === 'text' && message.text.length).toBe(500)
})
