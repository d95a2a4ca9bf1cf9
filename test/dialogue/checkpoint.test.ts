// A conversation goes on from its checkpoint, in every state that keys and silences lead to.

import { describe, expect, test } from 'bun:test'
import { type Checkpoint, checkpointOf, readCheckpoint, restored } from '../../src/dialogue/checkpoint.ts'
import { createDialogue, type DialogueState, step } from '../../src/dialogue/dialogue-machine.ts'
import type { DialogueInput } from '../../src/dialogue/types.ts'
import { createRandom } from '../support/lab/random.ts'
import { desk, texts } from '../support/shipped-desk.ts'

const fresh = () =>
  createDialogue({
    ...{ language: 'fr', desk, texts: texts.fr },
    ...{ hearsWords: false, policy: 'notice' as const },
  })

/** States of conversations that random keys and silences lead to. */
function states(): DialogueState[] {
  const found: DialogueState[] = []
  const random = createRandom(5)
  for (let call = 0; call < 150; call++) {
    let [state] = step(fresh(), { kind: 'start' })
    for (let turn = 0; turn < 25 && state.ended === null; turn++) {
      found.push(state)
      const keys = '0123456789*#'
      const input: DialogueInput =
        state.asking === 'technician'
          ? { kind: 'technician', available: random.below(10) < 3 }
          : random.below(7) === 0
            ? { kind: 'silence' }
            : { kind: 'key', key: keys[random.below(keys.length)]! }
      ;[state] = step(state, input)
    }
  }
  return found
}

const overTheWire = (state: DialogueState): Checkpoint | undefined => {
  const json = JSON.stringify(checkpointOf(state))
  expect(json.length).toBeLessThan(4_096)
  return readCheckpoint(JSON.parse(json))
}

describe('a checkpoint', () => {
  test('goes on with an apology and the open question, and knows what was known', () => {
    const seen = new Set<string>()
    for (const state of states()) {
      const again = restored(fresh(), overTheWire(state)!)!
      const [next, decision] = step(again, { kind: 'start', cut: true })
      seen.add(state.asking ?? '')
      expect(decision.say[0]?.name).toBe('cut_off')
      expect(decision.say.length).toBeGreaterThan(1)
      expect(next.known).toEqual(state.known)
      expect(next.asking).toBe(state.asking)
      expect(next.stepIndex).toBe(state.stepIndex)
      expect(decision.ask).toBe(state.asking === 'technician' ? 'technician' : undefined)
    }
    for (const asking of [
      'open',
      'phone',
      'phoneConfirm',
      'symptom',
      'step',
      'verify',
      'technician',
      'callBack',
    ])
      expect(seen).toContain(asking)
  })

  test('of a caller who uses the keys goes on by keys, where the desk hears words too', () => {
    const talking = () => createDialogue({ ...{ language: 'fr', desk, texts: texts.fr }, hearsWords: true })
    const said = (...keys: string[]) => {
      let [state] = step(talking(), { kind: 'start' })
      for (const key of keys) [state] = step(state, { kind: 'key', key })
      const again = restored(talking(), overTheWire(state)!)!
      return step(again, { kind: 'start', cut: true })[1].say.map(({ name }) => name)
    }
    expect(said('1')).toContain('ask_phone_keys')
    expect(said()).toContain('ask_open')
  })

  test('is not made before the conversation begins, nor after it has ended', () => {
    expect(checkpointOf(fresh())).toBeUndefined()
    const [welcomed] = step(fresh(), { kind: 'start' })
    const [ended] = step(welcomed, { kind: 'operator', wants: 'goodbye' })
    expect(checkpointOf(ended)).toBeUndefined()
  })

  test('of a newer version, of another desk or in a language that is not offered goes to people', () => {
    const [state] = step(fresh(), { kind: 'start' })
    const checkpoint = checkpointOf(state)!
    expect(readCheckpoint({ ...checkpoint, version: 2 })).toBeUndefined()
    expect(readCheckpoint({ ...checkpoint, asking: 'somethingNew' })).toBeUndefined()
    expect(readCheckpoint({ ...checkpoint, somethingNew: 1 })).toEqual(checkpoint)
    for (const json of [undefined, null, 'x', {}, [], { version: 1 }])
      expect(readCheckpoint(json)).toBeUndefined()
    expect(restored(fresh(), { ...checkpoint, language: 'de' })).toBeUndefined()
    expect(restored(fresh(), { ...checkpoint, asking: 'step', stepIndex: 99 })).toBeUndefined()
  })
})
