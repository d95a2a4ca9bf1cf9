import { expect, test } from 'bun:test'
import { blank, type Memory, onNewConnection } from '../../../src/providers/live/reading.ts'
import { earDefaults, readEar, sessionUpdate } from '../../../src/providers/mistral/ear-wire.ts'
import type { SttEvent } from '../../../src/providers/stt.ts'

/** Reads the messages one after the other. */
function readAll(messages: readonly object[], turns: 'server' | 'eager' = 'server', from: Memory = blank) {
  const read = readEar(turns)
  const events: SttEvent[] = []
  let memory = from
  let last = read({}, memory)
  for (const message of messages) {
    last = read(message, memory)
    memory = last.memory
    events.push(...last.events)
  }
  return { events, memory, last }
}
const delta = (text: string) => ({ type: 'transcription.text.delta', text })
const texts = (events: readonly SttEvent[]) =>
  events.map((event) =>
    event.kind === 'transcript' ? `${event.isFinal ? 'final' : 'interim'} ${event.text}` : event.kind,
  )

test('the settings of a session', () => {
  expect(sessionUpdate({ ...earDefaults, turns: 'server' }, 'fr', ['Wouippleul', 'box'], false)).toEqual({
    type: 'session.update',
    session: {
      audio_format: { encoding: 'pcm_s16le', sample_rate: 16_000 },
      language: 'fr',
      context_bias: ['Wouippleul', 'box'],
      turn_detection: {},
    },
  })
  expect(sessionUpdate(earDefaults, 'fr', [], false).session).toEqual({
    audio_format: { encoding: 'pcm_s16le', sample_rate: 16_000 },
    language: 'fr',
  })
  expect(sessionUpdate(earDefaults, 'fr', ['box'], true).session).toEqual({
    audio_format: { encoding: 'pcm_s16le', sample_rate: 16_000 },
  })
})

test('the pieces add up to interim texts, and the end of a turn makes them final', () => {
  const { events, last } = readAll([
    { type: 'turn.start', time_s: 0.4 },
    delta('Bon'),
    delta('jour'),
    delta(' Madame.'),
    { type: 'turn.end', time_s: 2.1, end_reason: 'threshold' },
  ])
  expect(texts(events)).toEqual([
    'speechStarted',
    'interim Bon',
    'interim Bonjour',
    'interim Bonjour Madame.',
    'final Bonjour Madame.',
    'endOfTurn',
  ])
  expect(last.coveredS).toBe(2.1)
})

test('the answer to a flush has the text since the last one, although it repeats the whole session', () => {
  const done = { type: 'transcription.done', text: 'Bonjour. Ma box clignote.', coveredS: 5 }
  const { events, last } = readAll([
    ...[delta('Bonjour.'), { type: 'transcription.done', text: 'Bonjour.', coveredS: 2 }],
    ...[delta(' Ma box'), delta(' clignote.'), done],
  ])
  expect(texts(events).filter((text) => text.startsWith('final'))).toEqual([
    'final Bonjour.',
    'final Ma box clignote.',
  ])
  expect(last.coveredS).toBe(5)
  const after = readAll([{ type: 'turn.end', time_s: 6 }], 'server', last.memory)
  expect(texts(after.events)).toEqual(['endOfTurn'])
})

test('pieces of the next utterance that come before the answer stay for the next one', () => {
  const done = (text: string) => ({ type: 'transcription.done', text, coveredS: 1 })
  const { events } = readAll([
    ...[delta('Oui'), delta(' oui.'), delta(' Ma'), delta(' bo'), done('Bonjour. Oui oui.')],
    ...[delta('x.'), done('Bonjour. Oui oui. Ma box.')],
  ])
  expect(texts(events).filter((text) => text.startsWith('final'))).toEqual([
    'final Oui oui.',
    'final Ma box.',
  ])
})

test('an answer with other words than the pieces makes the pieces final', () => {
  const { events } = readAll([delta('Ma box'), { type: 'transcription.done', text: '', coveredS: 1 }])
  expect(texts(events)).toEqual(['interim Ma box', 'final Ma box'])
})

test('a turn in which nobody spoke ends nothing', () => {
  const { events } = readAll([
    { type: 'turn.start', time_s: 1 },
    { type: 'turn.end', time_s: 2, end_reason: 'timeout' },
  ])
  expect(texts(events)).toEqual(['speechStarted'])
})

test('a turn that is probably over is reported where it is wanted, and taken back', () => {
  const messages = [delta('Oui'), { type: 'turn.eager_end', time_s: 1 }, { type: 'turn.resume', time_s: 1.2 }]
  expect(texts(readAll(messages, 'eager').events)).toEqual(['interim Oui', 'eagerEndOfTurn', 'turnResumed'])
  expect(texts(readAll(messages).events)).toEqual(['interim Oui'])
})

test('on a new connection the pieces begin anew', () => {
  const { memory } = readAll([delta('Ma box')])
  const { events } = readAll([delta('Ma box ne')], 'server', onNewConnection(memory))
  expect(texts(events)).toEqual(['interim Ma box ne'])
})

test.each([
  [{ error: { message: 'Timeout waiting for response', code: 3804 } }, 'Error 3804'],
  [{ error: { message: 'key sk-secret', code: 'sk-secret' } }, 'Error'],
  [{}, 'Error'],
])('of an error only its number is passed on: %p', (fields, fault) => {
  expect(readAll([{ type: 'error', ...fields }]).last.fault).toBe(fault)
})

test.each([{}, { type: 'transcription.language' }, { type: 7 }, delta('  '), { type: 'turn.resume' }])(
  'nothing is heard in %p',
  (message) => {
    expect(readAll([message]).events).toEqual([])
  },
)

test('a model that repeats itself for ever stops at 4 000 characters', () => {
  const { memory } = readAll(Array.from({ length: 2_000 }, () => delta(' non non')))
  expect(memory.text?.length).toBe(4_000)
})
