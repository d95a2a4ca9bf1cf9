import { expect, setDefaultTimeout, test } from 'bun:test'
import { transcriptionFields } from '../../src/providers/openai-compatible.ts'

setDefaultTimeout(60_000)

test('a Whisper request has the language and at most 400 characters of words to expect', () => {
  const fields = { model: 'm', language: 'fr', response_format: 'json', temperature: 0 } as const
  expect(transcriptionFields('m', 'fr', [])).toEqual(fields)
  expect(transcriptionFields('m', 'fr', ['box', 'répéteur'])).toEqual({ ...fields, prompt: 'box, répéteur' })
  expect(transcriptionFields('m', 'fr', Array(200).fill('répéteur')).prompt).toHaveLength(400)
})

test('gpt-transcribe has a field for the words to expect', () => {
  const fields = { model: 'gpt-transcribe', language: 'fr', response_format: 'json' } as const
  expect(transcriptionFields('gpt-transcribe', 'fr', [])).toEqual(fields)
  expect(transcriptionFields('gpt-transcribe', 'fr', ['box'])).toEqual({ ...fields, keywords: ['box'] })
})
