// No text of a caller or a model takes long: twice the text takes at most 2.5 times as long. What a caller says is cut at
// the longest turn; up to there it may take 9 times as long, which is a power and never an exponential. Measured
// in processor time of this process, because other programs share the machine, and the best of several runs.

import { describe, expect, test } from 'bun:test'
import { createSplitter } from '../../src/providers/sentences.ts'
import { speakable } from '../../src/providers/speakable.ts'
import { languages } from '../../src/understanding/languages/index.ts'
import { longestTurn, understand } from '../../src/understanding/understand.ts'

/** Pieces that make expressions with nested or neighbouring repetitions go back and forth. */
const pieces = [
  ...[
    '.',
    ' ',
    '\n',
    '. ',
    '...\n',
    '-',
    "'",
    '0',
    '0 ',
    'a',
    'é',
    '_',
    '*',
    '[',
    '![',
    '](',
    '`',
    '# ',
    '1. ',
    '- ',
    ', ',
  ],
  ...[
    'a.',
    'M. ',
    'non ',
    'oui oui ',
    'quatre vingt ',
    'zéro six ',
    'double ',
    'je ',
    'mon nom est ',
    'c’est ',
    'enfin ',
    '🙂',
    '[a',
    '_a ',
  ],
]

/** Processor microseconds of the fastest of several runs. */
function costOf(work: (text: string) => void, text: string): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 7; run++) {
    const begun = process.cpuUsage()
    work(text)
    const { user, system } = process.cpuUsage(begun)
    best = Math.min(best, user + system)
  }
  return best
}

/** Below this a run is too short to be measured: at this size, collecting garbage is most of it. */
const measurableUs = 1_500
const factor = 2.5
/** The rules for numbers compare ways to read a text: up to the longest turn that may grow with its cube. */
const ofNumbers = 9

const works: Record<string, { work: (text: string) => void; chars: number }> = {
  speakable: { work: (text) => void speakable(text), chars: 16_000 },
  splitter: {
    work(text) {
      const splitter = createSplitter()
      for (const letter of text) splitter.push(letter)
      splitter.end()
    },
    chars: 16_000,
  },
  // Up to the greatest length that the rules read.
  ...Object.fromEntries(
    (['phone', 'name', 'open'] as const).flatMap((asking) =>
      languages.map((language) => [
        `understand ${asking} in ${language}`,
        {
          work: (text: string) => void understand(text, { name: 'identification', language, asking }),
          chars: longestTurn / 2,
        },
      ]),
    ),
  ),
}

describe.each(Object.keys(works))('%s', (name) => {
  const { work, chars } = works[name]
  test.each(pieces)('of many %j', (piece) => {
    const text = piece.repeat(Math.ceil(chars / piece.length))
    for (let run = 0; run < 20; run++) work(text)
    const once = costOf(work, text)
    const twice = costOf(work, text + text)
    expect(twice).toBeLessThanOrEqual(
      (name.startsWith('understand') ? ofNumbers : factor) * Math.max(once, measurableUs),
    )
  })
})

test('what is longer than a turn costs no more than the longest turn', () => {
  const state = { name: 'identification', language: 'fr', asking: 'phone' } as const
  const work = (text: string) => void understand(text, state)
  for (const piece of pieces) {
    const text = piece.repeat(Math.ceil(longestTurn / piece.length))
    for (let run = 0; run < 20; run++) work(text)
    const [once, long] = [costOf(work, text), costOf(work, text.repeat(20))]
    expect([piece, long <= factor * Math.max(once, measurableUs)]).toEqual([piece, true])
  }
})
