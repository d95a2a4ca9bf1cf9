// What a record says of a call's waits and troubles.

import { expect, test } from 'bun:test'
import { traceOf } from '../../src/recording/trace.ts'

type Given = Parameters<typeof traceOf>[0]
const audio: Given['audio'] = { rateHz: 8_000, samples: 0, gaps: [], pauses: [], stopped: null }
const call = (more: Partial<Given> = {}): Given => ({
  ...{ transcript: [], latencies: [], audio, durationMs: 20_000, outcome: 'goodbye', reason: null },
  ...more,
})
const transcript: Given['transcript'] = [
  { who: 'agent', text: 'Bonjour.', atMs: 0 },
  { who: 'caller', text: 'Ma box clignote.', atMs: 5_400 },
  { who: 'agent', text: 'Débranchez-la.', atMs: 6_700, cut: true },
  { who: 'caller', text: 'Oui.', atMs: 12_300 },
  { who: 'agent', text: 'Merci.', atMs: 12_600 },
]
const latencies = [
  { turn: 1, transcript: 100, endpointing: 400, firstToken: 700, firstSentence: 900, firstFrame: 1_700 },
  { turn: 2, endpointing: 300, firstFrame: 600 },
]

test('each turn has its place and its parts', () => {
  expect(traceOf(call({ transcript, latencies })).turns).toEqual([
    { atMs: 5_000, waitMs: 1_700, recogniser: 400, model: 500, voice: 800 },
    { atMs: 12_000, waitMs: 600, recogniser: 300, model: 0, voice: 300 },
  ])
})

test('a turn that was given up does not move the others', () => {
  const more = [transcript[0]!, { who: 'caller' as const, text: 'Euh', atMs: 3_000 }, ...transcript.slice(1)]
  expect(traceOf(call({ transcript: more, latencies })).turns.map(({ atMs }) => atMs)).toEqual([
    5_000, 12_000,
  ])
})

test('keys and records without times have no waits', () => {
  expect(traceOf(call({ transcript, latencies: [{ turn: 1, firstFrame: 80 }] })).turns).toEqual([])
  expect(traceOf(call()).parts).toEqual([])
})

test('troubles are listed', () => {
  const gaps = [{ track: 'caller' as const, fromMs: 1_000, toMs: 1_500 }]
  const stopped = { reason: 'noSpace' as const, atMs: 9_000 }
  const { parts } = traceOf(
    call({ transcript, latencies, audio: { ...audio, gaps, stopped }, outcome: 'lost' }),
  )
  const troubles = parts.filter(({ row }) => row === 'trouble').map(({ kind, fromMs }) => [kind, fromMs])
  expect(troubles).toEqual([
    ['gap', 1_000],
    ['stopped', 9_000],
    ['interrupted', 6_700],
    ['slow', 5_000],
    ['lost', 20_000],
  ])
})

test('a line does not last into the next one, nor past the call', () => {
  const long = [
    { who: 'agent' as const, text: 'a'.repeat(900), atMs: 0 },
    { who: 'agent' as const, text: 'b'.repeat(900), atMs: 3_000 },
  ]
  expect(traceOf(call({ transcript: long })).parts.map(({ toMs }) => toMs)).toEqual([3_000, 20_000])
})

test('what was said in a part before this one is not in its picture', () => {
  const before = [
    { who: 'agent' as const, text: 'Bonjour.', atMs: -9_000 },
    { who: 'caller' as const, text: 'Ma box clignote.', atMs: -6_000, cut: false },
  ]
  const { parts, turns } = traceOf(call({ transcript: [...before, ...transcript], latencies }))
  expect({ parts, turns }).toEqual({
    parts: traceOf(call({ transcript, latencies })).parts,
    turns: traceOf(call({ transcript, latencies })).turns,
  })
})
