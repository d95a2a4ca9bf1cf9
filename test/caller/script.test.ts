import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Key } from '../../src/base/keys.ts'
import { parseScript } from '../../src/caller/script.ts'
import { type ReadyAct, Turns } from '../../src/caller/turns.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

test('each line of a script is one act of the caller', () => {
  const text = `# Une panne
Ma box ne marche plus.   # dit le client
over Attendez !
  keys 06 12#
wait 2.5s
wav bruit.wav
Touche #1, over and out.\r
hang up
`
  expect(parseScript(text, 'panne.txt')).toEqual([
    { kind: 'says', text: 'Ma box ne marche plus.' },
    { kind: 'saysOver', text: 'Attendez !' },
    { kind: 'keys', keys: ['0', '6', '1', '2', '#'] },
    { kind: 'waits', ms: 2_500 },
    { kind: 'plays', file: 'bruit.wav' },
    { kind: 'says', text: 'Touche #1, over and out.' },
    { kind: 'hangsUp' },
  ])
})

const wrong: [line: string, message: string][] = [
  ['keys', 'p, line 2: keys "" are not'],
  ['keys 1x', 'p, line 2: keys "1x" are not'],
  ['wait', 'p, line 2: wait "" is not a time'],
  ['wait 3', 'p, line 2: wait "3" is not a time'],
  ['over', 'p, line 2: over needs words'],
  ['wav', 'p, line 2: wav needs the name'],
]
describe('a line that is not understood is refused with its number', () => {
  for (const [line, message] of wrong)
    test(`“${line}”`, () => expect(() => parseScript(`oui\n${line}`, 'p')).toThrow(message))
})

test('an empty script is refused', () => {
  expect(() => parseScript('\n # rien\n', 'p')).toThrow('is empty')
})

function played(acts: readonly ReadyAct[]) {
  const clock = new FakeClock()
  const start = clock.now()
  const done: string[] = []
  const note = (text: string) => done.push(`${clock.now() - start} ${text}`)
  const turns = new Turns(acts, clock, {
    speak: (_samples, text) => note(text),
    press: (key: Key) => note(key),
    hangUp: () => note('hangs up'),
  })
  return { clock, done, turns }
}
const says = (text: string, kind: 'says' | 'saysOver' = 'says'): ReadyAct => ({
  kind,
  text,
  samples: new Int16Array(80),
})

test('each act waits until the agent has been silent for a moment; a short pause does not count', () => {
  const { clock, done, turns } = played([
    says('un'),
    { kind: 'keys', keys: ['1', '#'] },
    { kind: 'waits', ms: 3_000 },
    { kind: 'hangsUp' },
  ])
  turns.agentBegan()
  clock.advance(1_000)
  turns.agentEnded()
  clock.advance(200)
  turns.agentBegan()
  clock.advance(800)
  turns.agentEnded()
  clock.advance(5_000)
  turns.agentEnded()
  clock.advance(1_000)
  turns.agentEnded()
  clock.advance(10_000)
  expect(done).toEqual(['2400 un', '7400 1', '7400 #', '11400 hangs up'])
})

test('`over` speaks one second after the agent begins, and not while it is silent', () => {
  const { clock, done, turns } = played([says('attendez', 'saysOver'), says('oui')])
  turns.agentEnded()
  clock.advance(5_000)
  turns.agentBegan()
  clock.advance(1_500)
  turns.agentEnded()
  clock.advance(500)
  expect(done).toEqual(['6000 attendez', '6900 oui'])
})

test('the silence of an interrupted agent does not start the next act', () => {
  const over: ReadyAct = { kind: 'saysOver', text: 'attendez', samples: new Int16Array(16_000) }
  const { clock, done, turns } = played([over, says('oui')])
  turns.agentBegan()
  clock.advance(1_500)
  turns.agentEnded()
  clock.advance(3_000)
  turns.agentBegan()
  clock.advance(500)
  turns.agentEnded()
  clock.advance(500)
  expect(done).toEqual(['1000 attendez', '5400 oui'])
})

test('nothing happens after the end of the call', () => {
  const { clock, done, turns } = played([says('un')])
  turns.agentEnded()
  turns.end()
  clock.advance(5_000)
  turns.agentEnded()
  clock.advance(5_000)
  expect(done).toEqual([])
  expect(clock.pending).toBe(0)
})
