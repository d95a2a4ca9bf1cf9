// What is noted of a call while it runs.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createLog } from '../../src/base/log.ts'
import { CallInputs } from '../../src/call/inputs/collector.ts'
import { readInputs } from '../../src/rehearsal/read-inputs.ts'
import { CallLab } from '../support/lab/call-lab.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { play } from '../support/scenarios/run.ts'
import { readScenarios } from '../support/scenarios/scenario-file.ts'

setDefaultTimeout(60_000)

const scenarios = await readScenarios(new URL('./scenarios/', import.meta.url))
/** A caller gives a name, and then a number where RECORDING_PAUSE keeps it out of the record. */
const paused = scenarios.find(({ name }) => name === 'recording-pause')!

async function inputsOf(pauses: boolean): Promise<string> {
  const { kept } = await play({ ...paused, given: { ...paused.given, recording_pause: pauses } })
  return kept[0]!.inputs
}

describe('a call that gives a number', () => {
  test('has one line an input, with the caller’s words and their times', async () => {
    const text = await inputsOf(false)
    const { settings, inputs } = readInputs(text)!
    expect(settings).toMatchObject({ language: 'fr', hearsWords: true, policy: 'notice' })
    const kinds = new Set(inputs.map(({ kind }) => kind))
    for (const kind of ['speech', 'silence', 'transcript', 'lineBegun', 'lineEnded', 'timer'] as const)
      expect(kinds).toContain(kind)
    expect(text).toContain('zéro six douze')
    expect(inputs.map(({ at }) => at)).toEqual(inputs.map(({ at }) => at).sort((a, b) => a - b))
  })

  test('holds nothing from the number on where RECORDING_PAUSE keeps it out of the record', async () => {
    const text = await inputsOf(true)
    expect(text).toContain('Marie Dupont')
    expect(text).not.toContain('zéro')
    expect(text).not.toContain('0612')
    expect(readInputs(text)!.inputs.at(-1)).toMatchObject({ kind: 'rest', why: 'hidden' })
  })

  test('writes none of it to the log', async () => {
    let logged = ''
    const { log } = createLog({
      level: 'debug',
      showPrivate: false,
      write: (line: string) => (logged += line),
    })
    const lab = new CallLab({ log })
    await lab.untilQuiet()
    await lab.says('Marie Dupont')
    lab.hangUp()
    expect(lab.kept[0]!.inputs).toContain('Marie Dupont')
    expect(logged).toContain('call ended')
    expect(logged).not.toContain('Marie')
    expect(logged).not.toContain('lineBegun')
  })
})

test('a call that never ends keeps a bounded number of inputs', () => {
  const inputs = new CallInputs()
  const clock = new FakeClock()
  const settings = readInputs(emptyCall)!.settings
  inputs.begin(clock, { startedMs: clock.now(), hides: false }, settings)
  for (let i = 0; i < 20_000; i++) inputs.note({ kind: 'confirmed' })
  const lines = inputs.toText().trimEnd().split('\n')
  expect(lines).toHaveLength(10_002)
  expect(JSON.parse(lines.at(-1)!)).toEqual({ at: 0, kind: 'rest', why: 'long' })
})

const emptyCall = `${JSON.stringify({
  ...{ kind: 'settings', version: 1, language: 'fr', offered: [], hearsWords: true, policy: 'off' },
  ...{ pausesForNumbers: false, maxCallMs: 900_000, fillAfterMs: 700 },
})}\n`

describe('a file that cannot be played is refused', () => {
  const line = '{"at":1,"kind":"verdict"}\n'
  const cases: [string, string][] = [
    ['nothing', ''],
    ['no settings', line],
    ['another version', emptyCall.replace('"version":1', '"version":2') + line],
    ['an input of a later version', `${emptyCall}{"at":1,"kind":"smiles"}\n`],
    ['a torn line', emptyCall + line.slice(0, 9)],
  ]
  for (const [what, text] of cases) test(what, () => expect(readInputs(text)).toBeUndefined())
  test('a good one is not', () => expect(readInputs(emptyCall + line)?.inputs).toHaveLength(1))
})
