// Calls made by chance are played again: on the same build they go the same way, and a change of one step shows in the
// calls that heard it, and in no other.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Texts } from '../../src/desk/texts.ts'
import type { Stage } from '../../src/rehearsal/replay.ts'
import { createRandom } from '../support/lab/random.ts'
import { differenceOf, stageOf } from '../support/rehearsal.ts'
import { randomCall } from '../support/scenarios/random-calls.ts'
import { type Played, play } from '../support/scenarios/run.ts'

setDefaultTimeout(60_000)

/** CALLS=200 tries more; that takes half a minute. */
const count = Number(process.env.CALLS ?? 24)
const random = createRandom(20_261_128)
const played: Played[] = []
for (let i = 0; i < count; i++) played.push(await play(randomCall(random, `chance ${i}`)))

/** The stage of a call, with another wording of one line. */
function withLine(call: Played, name: string, text: string): Stage {
  const stage = stageOf(call)
  return {
    ...stage,
    texts(language, wallMs) {
      const texts = stage.texts(language, wallMs) as Texts
      return language === 'fr' ? { ...texts, lines: { ...texts.lines, [name]: text } } : texts
    },
  }
}

describe(`${count} calls made by chance`, () => {
  test('reach every part of the desk', () => {
    const seen = (what: (call: Played) => readonly string[]) => new Set(played.flatMap(what))
    expect(seen((call) => call.states).size).toBeGreaterThanOrEqual(6)
    expect(seen((call) => [call.outcome]).size).toBeGreaterThanOrEqual(2)
  })

  test('go the same way on the same build', async () => {
    const differences = []
    for (const call of played)
      for (const part of call.kept) differences.push(await differenceOf(part, stageOf(call)))
    expect(differences).toHaveLength(played.flatMap(({ kept }) => kept).length)
    expect(differences.filter((one) => one !== undefined)).toEqual([])
  })

  test('show another wording of a step in the calls that heard it, and in no other', async () => {
    const name = 'step_box_restart'
    const before = played[0]!.texts.lines[name]
    if (typeof before !== 'string') throw new Error(`${name} has variants`)
    const heard = played.filter(({ kept }) =>
      kept.some(({ details }) =>
        details.transcript.some(({ who, text }) => who === 'agent' && text !== '' && before.startsWith(text)),
      ),
    )
    expect(heard.length).toBeGreaterThan(2)
    expect(heard.length).toBeLessThan(count)
    const shown: Played[] = []
    for (const call of played) {
      const stage = withLine(call, name, `D'abord ceci. ${before}`)
      for (const part of call.kept) {
        const difference = await differenceOf(part, stage)
        if (difference === undefined) continue
        shown.push(call)
        expect(difference.what).toBe('said')
        expect(difference.was).toStartWith(`agent: ${before.slice(0, 10)}`)
        // The caller may cut the new wording: then its beginning was heard.
        const heardNow = difference.is?.replace(/ —$/, '') ?? ''
        expect(`agent: D'abord ceci. ${before}`).toStartWith(heardNow)
        expect(heardNow).toStartWith("agent: D'")
      }
    }
    expect(shown).toEqual(heard)
  })
})
