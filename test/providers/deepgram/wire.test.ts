import { describe, expect, test } from 'bun:test'
import { readFlux, readNova } from '../../../src/providers/deepgram/messages.ts'
import {
  fluxConfigure,
  fluxDefaults,
  fluxQuery,
  keytermsOf,
  novaConfigure,
  novaDefaults,
  novaQuery,
} from '../../../src/providers/deepgram/wire.ts'
import { afterLoss, blank, type Memory, type Reading } from '../../../src/providers/live/reading.ts'
import type { SttHints } from '../../../src/providers/stt.ts'

const hints = (expects: SttHints['expect'] = 'open', keyterms: string[] = []): SttHints => ({
  expect: expects,
  keyterms,
})

const session = { language: 'fr', callId: 'call' }

test('the query of nova requests French at 8 kHz with interim results', () => {
  expect(novaQuery(novaDefaults, session, hints('open', ['box', ' box ', '', 'répéteur']))).toEqual({
    model: 'nova-3',
    language: 'fr',
    tag: 'call',
    encoding: 'linear16',
    sample_rate: 8_000,
    channels: 1,
    interim_results: 'true',
    smart_format: 'true',
    numerals: 'true',
    vad_events: 'true',
    endpointing: 300,
    utterance_end_ms: 1_000,
    mip_opt_out: 'true',
    keyterm: ['box', 'répéteur'],
  })
})

test('an older nova gets no key terms, because it refuses them', () => {
  expect(
    novaQuery({ ...novaDefaults, model: 'nova-2' }, session, hints('open', ['box'])).keyterm,
  ).toBeUndefined()
})

test('the privacy and the rate of the audio follow the settings', () => {
  const settings = { rateHz: 16_000, mipOptOut: false } as const
  for (const query of [
    novaQuery({ ...novaDefaults, ...settings }, session, hints()),
    fluxQuery({ ...fluxDefaults, ...settings }, session, hints()),
  ])
    expect(query).toMatchObject({ sample_rate: 16_000, mip_opt_out: 'false' })
})

test('nova-3 is given new key terms by a message; for an older nova this message never changes', () => {
  const terms = hints('number', ['box'])
  expect(JSON.parse(novaConfigure(novaDefaults, terms))).toEqual({ type: 'Configure', keyterms: ['box'] })
  const older = { ...novaDefaults, model: 'nova-2' }
  expect(novaConfigure(older, terms)).toBe(novaConfigure(older, hints()))
})

test.each([
  ['open', 0.9, 0.8, 0.8],
  ['yesNo', 0.7, 0.7, 0.6],
  ['number', 0.7, 0.7, 0.7],
] as const)('Flux expecting %s with eager %d and eot %d begins early at %d', (expects, eager, eot, early) => {
  const settings = { ...fluxDefaults, eagerEotThreshold: eager, eotThreshold: eot }
  expect(fluxQuery(settings, session, hints(expects)).eager_eot_threshold).toBeCloseTo(early)
})

test('Flux without an eager threshold gets none, an odd timeout becomes whole, and 1 stays 1', () => {
  const settings = { ...fluxDefaults, eagerEotThreshold: undefined, eotThreshold: 1, eotTimeoutMs: 3_001 }
  const query = fluxQuery(settings, session, hints('yesNo'))
  expect(query).not.toHaveProperty('eager_eot_threshold')
  expect(query.eot_timeout_ms).toBe(1_501)
  expect(fluxQuery(settings, session, hints('number')).eot_threshold).toBe(1)
})

test('an English-only Flux gets no language hint, because it refuses them', () => {
  const query = fluxQuery({ ...fluxDefaults, model: 'flux-general-en' }, session, hints())
  expect(query.language_hint).toBeUndefined()
})

test('key terms are few and short', () => {
  const many = Array.from({ length: 100 }, (_, i) => `terme ${i}`)
  expect(keytermsOf(hints('open', ['x'.repeat(51), ...many]))).toEqual(many.slice(0, 40))
})

const thresholds: [SttHints['expect'], eot: number, timeoutMs: number][] = [
  ['open', 0.7, 3_000],
  ['choice', 0.7, 3_000],
  ['number', 0.85, 6_000],
  ['yesNo', 0.6, 1_500],
]
test.each(thresholds)('Flux expecting %s ends a turn at %d or after %d ms', (expects, eot, timeoutMs) => {
  const query = fluxQuery(fluxDefaults, session, hints(expects))
  expect(query).toMatchObject({
    model: 'flux-general-multi',
    language_hint: ['fr'],
    eot_timeout_ms: timeoutMs,
  })
  expect(query.eot_threshold).toBeCloseTo(eot)
  const configure = JSON.parse(fluxConfigure(fluxDefaults, hints(expects, ['box'])))
  expect(configure).toMatchObject({
    type: 'Configure',
    keyterms: ['box'],
    thresholds: { eot_timeout_ms: timeoutMs },
  })
})

const results = (transcript: unknown, more: object = {}) => ({
  type: 'Results',
  start: 1,
  duration: 0.5,
  is_final: true,
  channel: { alternatives: [{ transcript }] },
  ...more,
})
const said: Memory = { ...blank, turnOpen: true }
const transcript = (text: string, isFinal: boolean) => ({ kind: 'transcript', text, isFinal }) as const
const nothing = { events: [], heard: false }

const nova: [what: string, message: unknown, before: Memory, reading: Partial<Reading>][] = [
  [
    'an interim text',
    results('oui', { is_final: false }),
    blank,
    { events: [transcript('oui', false)], heard: true, memory: { ...blank, interim: true } },
  ],
  ['an empty interim text', results('', { is_final: false }), blank, { ...nothing, memory: blank }],
  [
    'a final text',
    results('oui'),
    blank,
    { events: [transcript('oui', true)], coveredS: 1.5, heard: true, memory: said },
  ],
  [
    'the end of an utterance',
    results('oui', { speech_final: true }),
    blank,
    { events: [transcript('oui', true), { kind: 'endOfTurn' }], coveredS: 1.5, memory: blank },
  ],
  [
    'an empty end after words',
    results('', { speech_final: true }),
    said,
    { events: [{ kind: 'endOfTurn' }], heard: false, memory: blank },
  ],
  ['an empty end after nothing', results('', { speech_final: true }), blank, { ...nothing, coveredS: 1.5 }],
  [
    'an interim text that comes to nothing',
    results(''),
    { ...blank, interim: true },
    { events: [transcript('', false)], memory: blank },
  ],
  [
    'UtteranceEnd after words',
    { type: 'UtteranceEnd' },
    said,
    { events: [{ kind: 'endOfTurn' }], memory: blank },
  ],
  [
    'UtteranceEnd of an earlier word',
    { type: 'UtteranceEnd', last_word_end: 1 },
    { ...said, lastWordS: 4 },
    { events: [], memory: { ...said, lastWordS: 4 } },
  ],
  [
    'UtteranceEnd of the last word',
    { type: 'UtteranceEnd', last_word_end: 3.9 },
    { ...said, lastWordS: 4 },
    { events: [{ kind: 'endOfTurn' }] },
  ],
  [
    'UtteranceEnd that does not know its word',
    { type: 'UtteranceEnd', last_word_end: -1 },
    { ...said, lastWordS: 4 },
    { events: [{ kind: 'endOfTurn' }] },
  ],
  [
    'words with times',
    results('oui', {
      channel: { alternatives: [{ transcript: 'oui', words: [{ word: 'oui', end: 1.3 }] }] },
    }),
    blank,
    { memory: { ...said, lastWordS: 1.3 } },
  ],
  ['ConfigureSuccess', { type: 'ConfigureSuccess' }, blank, { ...nothing, configured: 'ok' }],
  ['ConfigureFailure', { type: 'ConfigureFailure' }, blank, { ...nothing, configured: 'refused' }],
  ['UtteranceEnd after speech_final', { type: 'UtteranceEnd' }, blank, nothing],
  ['SpeechStarted', { type: 'SpeechStarted' }, blank, { events: [{ kind: 'speechStarted' }], heard: false }],
  ['Metadata', { type: 'Metadata' }, blank, nothing],
  ['an error', { type: 'Error', code: 'DATA-0000' }, blank, { ...nothing, fault: 'DATA-0000' }],
  ['an error with words for a code', { type: 'Error', code: 'my name is Dupont' }, blank, { fault: 'Error' }],
  ['garbage', '{not json', said, { ...nothing, memory: said }],
  ['nothing', null, blank, nothing],
  [
    'results without a channel',
    { type: 'Results', is_final: true },
    blank,
    { ...nothing, coveredS: undefined },
  ],
  ['results without alternatives', results(undefined, { channel: { alternatives: [] } }), blank, nothing],
  ['results with a number for a text', results(7), blank, nothing],
]

const turn = (event: string, text = 'oui', more: object = {}) => ({
  type: 'TurnInfo',
  event,
  transcript: text,
  audio_window_end: 2.5,
  ...more,
})
const eager: Memory = { ...blank, eager: true }
const flux: typeof nova = [
  ['Connected', { type: 'Connected' }, blank, nothing],
  [
    'StartOfTurn',
    turn('StartOfTurn'),
    blank,
    { events: [{ kind: 'speechStarted' }, transcript('oui', false)], heard: true },
  ],
  [
    'StartOfTurn without words',
    turn('StartOfTurn', ''),
    blank,
    { events: [{ kind: 'speechStarted' }], heard: false },
  ],
  ['Update', turn('Update'), blank, { events: [transcript('oui', false)], heard: true }],
  [
    'EagerEndOfTurn',
    turn('EagerEndOfTurn'),
    blank,
    { events: [{ kind: 'eagerEndOfTurn', text: 'oui' }], memory: eager },
  ],
  ['TurnResumed', turn('TurnResumed'), eager, { events: [{ kind: 'turnResumed' }], memory: blank }],
  [
    'EndOfTurn',
    turn('EndOfTurn'),
    eager,
    { events: [transcript('oui', true), { kind: 'endOfTurn' }], coveredS: 2.5, memory: blank },
  ],
  [
    'EndOfTurn without words',
    turn('EndOfTurn', ''),
    blank,
    { events: [{ kind: 'endOfTurn' }], coveredS: 2.5 },
  ],
  [
    'EndOfTurn without its end',
    turn('EndOfTurn', 'oui', { audio_window_end: null }),
    blank,
    { events: [transcript('oui', true), { kind: 'endOfTurn' }] },
  ],
  ['an event of the future', turn('Sighed'), blank, nothing],
  ['ConfigureFailure', { type: 'ConfigureFailure' }, blank, { ...nothing, configured: 'refused' }],
  ['an error', { type: 'Error', code: 'INTERNAL_SERVER_ERROR' }, blank, { fault: 'INTERNAL_SERVER_ERROR' }],
  ['garbage', 'x', blank, nothing],
]

for (const [name, read, table] of [
  ['nova', readNova, nova],
  ['Flux', readFlux, flux],
] as const)
  describe(`messages of ${name}`, () => {
    for (const [what, message, before, reading] of table)
      test(what, () => expect(read(message, before)).toMatchObject(reading))
  })

test('a lost connection cancels an eager end of turn and nothing else', () => {
  expect(afterLoss(eager)).toEqual({ memory: blank, events: [{ kind: 'turnResumed' }] })
  expect(afterLoss(said)).toEqual({ memory: said, events: [] })
})
