import { expect, test } from 'bun:test'
import { blank } from '../../../src/providers/live/reading.ts'
import { begin, end, isUnknownModel, read, sessionUpdate } from '../../../src/providers/vllm/wire.ts'

test('what is sent', () => {
  expect(sessionUpdate('voxtral')).toEqual({ type: 'session.update', model: 'voxtral' })
  expect(begin).toEqual({ type: 'input_audio_buffer.commit' })
  expect(JSON.parse(end)).toEqual({ type: 'input_audio_buffer.commit', final: true })
})

test('the pieces add up, empty ones are no words, and the end has the text of the server', () => {
  const first = read({ type: 'transcription.delta', delta: ' Ma' }, blank)
  expect(first).toMatchObject({
    events: [{ kind: 'transcript', text: 'Ma', isFinal: false }],
    heard: true,
    isResult: true,
  })
  const second = read({ type: 'transcription.delta', delta: '' }, first.memory)
  expect(second).toMatchObject({ events: [], heard: false, isResult: true })
  const last = read({ type: 'transcription.done', text: ' Ma box.', coveredS: 3 }, second.memory)
  expect(last).toMatchObject({
    events: [{ kind: 'transcript', text: 'Ma box.', isFinal: true }],
    coveredS: 3,
  })
  expect(last.memory.text).toBe('')
})

test('an end without words takes back what was heard', () => {
  const heard = read({ type: 'transcription.delta', delta: ' euh' }, blank)
  const taken = read({ type: 'transcription.done', text: ' ', coveredS: 1 }, heard.memory)
  expect(taken.events).toEqual([{ kind: 'transcript', text: '', isFinal: false }])
  expect(read({ type: 'transcription.done', text: '', coveredS: 1 }, blank).events).toEqual([])
})

test.each([
  [{ code: 'processing_error', error: 'a sentence' }, 'processing_error', false],
  [{ code: 'model_not_found', error: 'The model `x` does not exist.' }, 'model_not_found', true],
  [{ code: 'sk-Secret 0123', error: 'x' }, 'Error', false],
  [{ error: 'x' }, 'Error', false],
])('of an error only its code is passed on: %p', (fields, fault, unknownModel) => {
  const message = { type: 'error', ...fields }
  expect(read(message, blank).fault).toBe(fault)
  expect(isUnknownModel(message)).toBe(unknownModel)
})

test('other messages are ignored', () => {
  for (const message of [{}, { type: 'session.created' }, { type: 'transcription.segment' }])
    expect(read(message, blank)).toEqual({ memory: blank, events: [], heard: false })
})
