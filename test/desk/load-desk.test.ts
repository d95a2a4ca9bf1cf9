// A desk's files are refused with all faults at once, each with its file and the path of its key.

import { expect, test } from 'bun:test'
import { linesOf } from '../../src/desk/desk.ts'
import { createDesk, DeskError, type DeskSource } from '../../src/desk/load-desk.ts'
import { overlaid } from '../../src/desk/overlay.ts'
import { readDesk } from '../../src/server/desk/read-desks.ts'
import { desk as shipped, texts } from '../support/shipped-desk.ts'

const yaml = async (name: string): Promise<unknown> =>
  Bun.YAML.parse(await Bun.file(`assets/desk/${name}.yaml`).text())
const files = { desk: await yaml('desk'), fr: await yaml('fr') }

/** The faults of the shipped desk with changes laid over its files. */
function faultsOf(changes: { desk?: unknown; fr?: unknown; lines?: DeskSource['lines'] }): readonly string[] {
  try {
    createDesk({
      desk: overlaid(files.desk, changes.desk ?? {}),
      words: { fr: overlaid(files.fr, changes.fr ?? {}) },
      lines: changes.lines ?? { fr: texts.fr.lines },
    })
  } catch (error) {
    if (error instanceof DeskError) return error.faults
    throw error
  }
  return []
}

const internet = (symptoms: unknown) => ({ topics: { internet: { symptoms } } })
const slow = (change: unknown) => internet({ slow: change })

test('the shipped desk has no faults, in any language', () => {
  expect(faultsOf({})).toEqual([])
  expect(Object.keys(shipped.words)).toEqual(Object.keys(texts))
})

const refused: [what: string, changes: Parameters<typeof faultsOf>[0], fault: string][] = [
  [
    'an unknown step',
    { desk: internet({ no_connection: { steps: ['box_restart', 'dance'] } }) },
    "desk.yaml: topics.internet.symptoms.no_connection.steps.1: there is no step 'dance'",
  ],
  [
    'a step twice',
    { desk: slow({ steps: ['wired', 'wired'] }) },
    "desk.yaml: topics.internet.symptoms.slow.steps.1: has the step 'wired' twice",
  ],
  [
    'a step that no symptom has',
    {
      desk: { steps: { nap: { gesture: 'sleep', takesS: 1, say: 'step_sim', help: 'step_sim_help' } } },
      fr: { steps: { nap: { name: 'sieste' } } },
    },
    'desk.yaml: steps.nap: is never reached: no symptom has this step',
  ],
  [
    'a key used twice',
    { desk: slow({ key: 1 }) },
    "desk.yaml: topics.internet.symptoms.slow.key: 1 is the key of 'no_connection' too",
  ],
  [
    'the key of another topic',
    { desk: { topics: { mobile: { key: 1 } } } },
    "desk.yaml: topics.mobile.key: 1 is the key of 'internet' too",
  ],
  ...([0, 8, 9, '*', '#'] as const).map((key): [string, Parameters<typeof faultsOf>[0], string] => [
    `the reserved key ${key}`,
    { desk: slow({ key }) },
    'desk.yaml: topics.internet.symptoms.slow.key: is reserved: 0 is a human, 8 the objection, 9 the language, * repeats',
  ]),
  [
    'a key of two digits',
    { desk: slow({ key: 12 }) },
    'desk.yaml: topics.internet.symptoms.slow.key: is not a key from 1 to 7',
  ],
  [
    'symptoms that a topic never comes to',
    { desk: { topics: { internet: { instead: { do: 'callBack', say: 'wait' } } } } },
    'desk.yaml: topics.internet.instead: stands beside symptoms, and would never be reached',
  ],
  [
    'a symptom with nothing to do',
    { desk: internet({ no_connection: { steps: null } }) },
    'desk.yaml: topics.internet.symptoms.no_connection: needs either steps or instead',
  ],
  [
    'a topic with nothing to do',
    { desk: { topics: { billing: { instead: null } } } },
    'desk.yaml: topics.billing: needs either symptoms or instead',
  ],
  [
    'a symptom of two topics',
    { desk: internet({ sim: { key: 7, menu: 'menu_sim', steps: ['wired'] } }) },
    'desk.yaml: topics.mobile.symptoms.sim: the same name stands at topics.internet.symptoms.sim',
  ],
  [
    'a topic with the name for none',
    {
      desk: { topics: { unknown: { key: 7, menu: 'menu_sim', instead: { do: 'callBack', say: 'wait' } } } },
      fr: { topics: { unknown: { name: 'x', words: [] } } },
    },
    "desk.yaml: topics.unknown: 'unknown' is reserved",
  ],
  [
    'a misspelt key',
    { desk: { steps: { sim: { takes: 3 } } } },
    'desk.yaml: steps.sim.takes: is not a known key: remove it, or correct its spelling',
  ],
  [
    'a line that the phrases lack',
    { desk: { steps: { sim: { say: 'step_fly' } } } },
    "desk.yaml: steps.sim.say: the phrases of 'fr' lack the line 'step_fly': add it to `lines:` of fr.yaml",
  ],
  [
    'a topic without words',
    { fr: { topics: { mobile: null } } },
    'fr.yaml: topics.mobile: is missing: desk.yaml has it, and callers could not say it',
  ],
  [
    'words for a symptom that the desk does not have',
    { fr: { symptoms: { fire: { name: 'feu', any: ['feu'] } } } },
    'fr.yaml: symptoms.fire: desk.yaml has no such name',
  ],
  [
    'words that are no regular expression',
    { fr: { symptoms: { slow: { any: ['lent('] } } } },
    'fr.yaml: symptoms.slow.any: Invalid regular expression: missing )',
  ],
  [
    'an unknown fragment',
    { fr: { symptoms: { slow: { any: ['{lenteur}'] } } } },
    'fr.yaml: symptoms.slow.any: has an unknown fragment {lenteur}',
  ],
  [
    'an overlap with an unknown topic',
    { fr: { overlap: [{ topic: 'garden', weight: 1, any: ['x'] }] } },
    "fr.yaml: overlap.0.topic: desk.yaml has no topic 'garden'",
  ],
]
test.each(refused)('%s is refused', (_what, changes, fault) => {
  expect(faultsOf(changes)).toEqual([fault])
})

test('all faults of all files are named at once', () => {
  const faults = faultsOf({
    desk: { topics: { mobile: { key: 9 } }, steps: { sim: { takesS: -1 } } },
    fr: { symptoms: { slow: { any: [] } } },
  })
  expect(faults.map((fault) => fault.slice(0, fault.indexOf(': ', fault.indexOf(': ') + 2)))).toEqual([
    'desk.yaml: topics.mobile.key',
    'desk.yaml: steps.sim.takesS',
    'fr.yaml: symptoms.slow.any',
  ])
})

test('a value of the wrong kind hides no fault of the whole desk', () => {
  const nap = { gesture: 'sleep', takesS: 1, say: 'step_nap', help: 'step_sim_help' }
  const faults = faultsOf({
    desk: {
      topics: { mobile: { key: 1 }, internet: { symptoms: { slow: { fault: 'yes', key: 7.5 } } } },
      steps: { nap, sim: { takesS: null, gesture: 3 } },
    },
    fr: {
      steps: { nap: { name: 'sieste' } },
      symptoms: { slow: { any: 'lent', name: null } },
      topics: { x: {} },
    },
  })
  expect([...faults].sort()).toEqual([
    "desk.yaml: steps.nap.say: the phrases of 'fr' lack the line 'step_nap': add it to `lines:` of fr.yaml",
    'desk.yaml: steps.nap: is never reached: no symptom has this step',
    'desk.yaml: steps.sim.gesture: must be a string',
    'desk.yaml: steps.sim.takesS: is missing: add it',
    'desk.yaml: topics.internet.symptoms.slow.fault: must be a boolean',
    'desk.yaml: topics.internet.symptoms.slow.key: is not a key from 1 to 7',
    "desk.yaml: topics.mobile.key: 1 is the key of 'internet' too",
    'fr.yaml: symptoms.slow.any: must be an array',
    'fr.yaml: symptoms.slow.name: is missing: add it',
    'fr.yaml: topics.x.name: is missing: add it',
    'fr.yaml: topics.x.words: is missing: add it',
    'fr.yaml: topics.x: desk.yaml has no such name',
  ])
})

test('each line of the desk that a language lacks is refused', () => {
  for (const [place, line] of linesOf(shipped)) {
    const { [line]: _, ...rest } = texts.fr.lines
    expect(faultsOf({ lines: { fr: rest } })).toContain(
      `desk.yaml: ${place}: the phrases of 'fr' lack the line '${line}': add it to \`lines:\` of fr.yaml`,
    )
  }
})

test('a file that is missing or no YAML is refused', async () => {
  const read = readDesk('assets', { xx: {} }, new Map([['desk.yaml', 'topics: [']]))
  const error = await read.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DeskError)
  expect((error as DeskError).faults[0]).toBe('xx.yaml: is missing')
  expect((error as DeskError).faults[1]).toStartWith('desk.yaml: is not YAML (line 1: ')
})

test('a file that is no YAML hides no fault of the others', async () => {
  const own = { 'fr.yaml': 'lines:\n  a: b\n both: ]\n', 'desk.yaml': 'steps: { sim: { takes: 3 } }' }
  const read = readDesk('assets', { fr: texts.fr.lines }, new Map(Object.entries(own)))
  const error = await read.catch((thrown: unknown) => thrown)
  expect((error as DeskError).faults).toEqual([
    'fr.yaml: is not YAML (line 3: Unexpected token; look at the indentation, quotes and brackets there)',
    'desk.yaml: steps.sim.takes: is not a known key: remove it, or correct its spelling',
  ])
})
