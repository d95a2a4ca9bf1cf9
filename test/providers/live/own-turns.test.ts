// Turns that our own voice detector ends, for a recogniser whose server does not.

import { expect, test } from 'bun:test'
import { OwnTurns } from '../../../src/providers/live/own-turns.ts'
import type { SttEvent } from '../../../src/providers/stt.ts'

function setUp() {
  const events: string[] = []
  let finalizes = 0
  const vad = { push: (frame: Int16Array) => (frame[0] > 0 ? ('speech' as const) : ('silence' as const)) }
  const onEvent = (event: SttEvent) => events.push(event.kind)
  const turns = new OwnTurns(vad, onEvent, () => finalizes++)
  const write = (ms: number, loud: boolean) => {
    for (let i = 0; i < ms / 20; i++) turns.write(new Int16Array(160).fill(loud ? 1 : 0))
  }
  return { turns, events, write, finalizes: () => finalizes }
}
const final: SttEvent = { kind: 'transcript', text: 'oui', isFinal: true }

test.each([
  ['open', 400],
  ['yesNo', 200],
  ['choice', 300],
  ['number', 900],
] as const)(
  'after an answer to a question of kind %s, %i ms of silence ask for the final text',
  (expected, ms) => {
    const { turns, write, finalizes } = setUp()
    turns.expect = expected
    write(500, true)
    write(ms - 20, false)
    expect(finalizes()).toBe(0)
    write(20, false)
    expect(finalizes()).toBe(1)
  },
)

test('the turn ends with the final text, and not while the caller speaks again', () => {
  const { turns, events, write } = setUp()
  write(500, true)
  write(500, false)
  turns.hear(final)
  write(500, true)
  turns.hear(final)
  expect(events).toEqual(['speechStarted', 'transcript', 'endOfTurn', 'speechStarted', 'transcript'])
})

test('a cough asks for nothing', () => {
  const { write, finalizes } = setUp()
  write(120, true)
  write(2_000, false)
  expect(finalizes()).toBe(0)
})

test('a long silence is finished every 20 s', () => {
  const { write, finalizes } = setUp()
  write(61_000, false)
  expect(finalizes()).toBe(3)
})

test('a request that was lost with its connection is made again on the next one', () => {
  const { turns, write, finalizes } = setUp()
  write(500, true)
  write(500, false)
  turns.hear({ kind: 'link', state: 'lost' })
  turns.hear({ kind: 'link', state: 'open' })
  expect(finalizes()).toBe(2)
  turns.hear(final)
  turns.hear({ kind: 'link', state: 'open' })
  expect(finalizes()).toBe(2)
})
