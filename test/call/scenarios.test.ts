import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { differenceOf, stageOf } from '../support/rehearsal.ts'
import { differences } from '../support/scenarios/check.ts'
import { play } from '../support/scenarios/run.ts'
import { parseScenario, readScenarios } from '../support/scenarios/scenario-file.ts'

setDefaultTimeout(60_000)

const scenarios = await readScenarios(new URL('./scenarios/', import.meta.url))

describe('whole calls go as the scenario files say, and the same way when they are played again', () => {
  for (const scenario of scenarios)
    test(`${scenario.name}: ${scenario.title}`, async () => {
      const played = await play(scenario)
      expect(differences(scenario, played)).toEqual([])
      if (scenario.given.lines === 'free') expect(played.kept.length).toBeGreaterThan(0)
      for (const part of played.kept) expect(await differenceOf(part, stageOf(played))).toBeUndefined()
    })

  test('there are at least 25 scenarios', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(25)
  })
})

const good = `
title: Un appel pour l'exemple
call:
  - says: je veux parler à un conseiller
expect:
  states: [welcome, transfer]
  outcome: transfer
  next: "queue|support"
  agent: [{ line: welcome }, { line: transfer }]
  timing: { duration_s: [5, 30] }
`

describe('a call that differs from its scenario is reported', () => {
  const wrong: [string, string, string, RegExp][] = [
    ['a state', '[welcome, transfer]', '[welcome, goodbye]', /^states: \[welcome, transfer\], expected/],
    ['the outcome', 'outcome: transfer', 'outcome: goodbye', /^outcome: "transfer", expected "goodbye"/],
    ['what comes next', 'queue|support', 'hangup|', /^next: "queue\|support", expected "hangup\|"/],
    ['a line', '{ line: transfer }', '{ line: solved }', /^the agent did not say \{"line":"solved"/],
    [
      'the order',
      '{ line: welcome }, { line: transfer }',
      '{ line: transfer }, { line: welcome }',
      /welcome/,
    ],
    ['a time', '{ line: transfer }', '{ line: transfer, after_s: 7 }', /after the last sound, expected 6.7/],
    ['the duration', '[5, 30]', '[50, 60]', /^the call took \d+\.\d s, expected 50 to 60 s/],
    ['a step too many', 'call:', 'call:\n  - says: au revoir', /the call was over already/],
    ['a time that is past', 'call:', 'call:\n  - says: bonjour\n  - { at: 1, says: allô }', /1 s is past/],
  ]
  for (const [what, from, to, difference] of wrong)
    test(what, async () => {
      const scenario = parseScenario('example.yaml', good.replace(from, to))
      const found = differences(scenario, await play(scenario))
      expect(found.some((line) => difference.test(line))).toBe(true)
    })

  test('a call that matches its scenario has no difference', async () => {
    const scenario = parseScenario('example.yaml', good)
    expect(differences(scenario, await play(scenario))).toEqual([])
  })
})

describe('a bad scenario file is refused with the field and what to write', () => {
  const refused: [string, string, string, string][] = [
    ['says', 'shouts', 'call.0', 'Write one of says, keys'],
    ['says: je', 'keys: 06 12, says: je', 'file', 'not YAML'],
    ['says: je veux parler à un conseiller', 'hang up', 'call.0.does', 'hangs up'],
    ['says: je veux parler à un conseiller', 'keys: 12a', 'call.0.keys', 'keys: "0612345678#" in quotes'],
    ['says: je', 'at: soon\n    says: je', 'call.0.at', 'at: 2.1 (seconds from the start)'],
    ['says: je', 'keys: "1"\n    says: je', 'call.0', '2 actions in one step'],
    ['states: [welcome, transfer]', 'states: [welcome, moved]', 'expect.states.1', 'a list of init, welcome'],
    ['outcome: transfer', 'outcome: happy', 'expect.outcome', 'outcome: transfer, goodbye'],
    ['title: Un', 'name: Un', 'title', 'a sentence'],
    ['timing: { duration_s: [5, 30] }', '', 'expect.timing', 'duration_s: [20, 40]'],
    ['call:', 'given: { technician: busy }\ncall:', 'given.technician', 'free, none, unreachable'],
  ]
  for (const [from, to, field, write] of refused)
    test(`${from.split(':')[0]} → ${to.split('\n')[0]}`, () => {
      const parse = () => parseScenario('example.yaml', good.replace(from, to))
      expect(parse).toThrow('example.yaml')
      expect(parse).toThrow(field === 'file' ? 'example.yaml' : field)
      expect(parse).toThrow(write)
    })
})
