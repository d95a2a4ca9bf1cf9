import { describe, expect, test } from 'bun:test'
import { type Talk, turnsOf } from './turns.ts'

/** A caller who speaks for 800 ms, each time until one of these times; the agent speaks in these stretches. */
const talk = (saidMs: number[], agent: [number, number][]): Talk => ({
  callId: 'a',
  saysMs: 800,
  saidMs,
  onsetsMs: agent.map(([fromMs]) => fromMs),
  quietMs: agent.map(([, toMs]) => toMs),
})
const final = (...atMs: number[]) => [
  { callId: 'a', sent: atMs.map((at) => ({ atMs: at, isFinal: true, speechFinal: true })) },
]

describe('the turns of a bench', () => {
  test('the overhead is from the last result to the first sound of the answer', () => {
    const turns = turnsOf([talk([10_000], [[10_640, 12_000]])], final(10_600))
    expect(turns).toMatchObject({ said: 1, answered: 1, overAgent: 0, answeredBefore: 0 })
    expect(turns.overheadMs.max).toBe(40)
    expect(turns.heardMs.max).toBe(600)
  })

  test('an answer that cuts the agent at the last result has no pause before it, and no overhead', () => {
    const turns = turnsOf(
      [
        talk(
          [10_000],
          [
            [7_000, 10_500],
            [14_700, 16_000],
          ],
        ),
      ],
      final(10_600),
    )
    expect(turns).toMatchObject({ said: 0, answered: 0, overAgent: 1 })
  })

  test('an agent that made room for the caller answers like any other', () => {
    const turns = turnsOf(
      [
        talk(
          [10_000],
          [
            [7_000, 9_400],
            [10_640, 12_000],
          ],
        ),
      ],
      final(10_600),
    )
    expect(turns).toMatchObject({ said: 1, answered: 1, overAgent: 0 })
  })

  test('an agent that began while the caller spoke, and is silent again, has answered already', () => {
    const agent: [number, number][] = [
      [9_800, 10_200],
      [15_300, 16_000],
    ]
    expect(turnsOf([talk([10_000], agent)], final(10_600))).toMatchObject({
      said: 0,
      answered: 0,
      overAgent: 1,
    })
  })

  test('an answer that came before a late last result is not looked for again behind it', () => {
    const turns = turnsOf(
      [
        talk(
          [10_000, 18_000],
          [
            [11_500, 13_000],
            [19_500, 21_000],
          ],
        ),
      ],
      final(14_800),
    )
    expect(turns).toMatchObject({ said: 0, answered: 0, answeredBefore: 1 })
  })

  test('the answer to the next turn is not that to this one', () => {
    const turns = turnsOf([talk([10_000, 14_000], [[14_640, 16_000]])], final(10_600, 14_600))
    expect(turns).toMatchObject({ said: 2, answered: 1 })
    expect(turns.overheadMs.max).toBe(40)
  })
})
