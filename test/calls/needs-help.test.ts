import { expect, test } from 'bun:test'
import { noTroubles, type Troubles } from '../../src/call/reply/troubles.ts'
import { helpOf, longSilenceMs, slowReplyMs } from '../../src/calls/needs-help.ts'

const help = (troubles: Partial<Troubles>, quietMs = 0, replyMs: number | null = null) =>
  helpOf({ troubles: { ...noTroubles, ...troubles }, replyMs }, quietMs)

test.each([
  ['a call that goes well', help({}, 2_000, 600), false, []],
  ['one turn that was not understood', help({ notUnderstood: 1, stuck: 1 }), false, ['notUnderstood']],
  ['two of them in a row', help({ notUnderstood: 2, stuck: 2 }), true, ['notUnderstood']],
  ['five of them, and an answer since', help({ notUnderstood: 5, stuck: 0 }), false, ['notUnderstood']],
  ['an angry caller', help({ complaints: 1 }), true, ['angry']],
  ['a dead line', help({}, longSilenceMs), true, ['silent']],
  ['one slow reply', help({}, 0, slowReplyMs + 1), false, ['slow']],
  ['a caller who was silent twice', help({ silences: 2, stuck: 2 }), true, ['silent']],
] as const)('%s', (_, { isNeeded, worries }, needed, names) => {
  expect(isNeeded).toBe(needed)
  expect(worries).toEqual([...names])
})

test('the worse call comes first', () => {
  expect(help({ complaints: 2 }).score).toBeGreaterThan(help({ notUnderstood: 2, stuck: 2 }).score)
  expect(help({ notUnderstood: 2, stuck: 2 }).score).toBeGreaterThan(help({}, 0, 2_000).score)
})
