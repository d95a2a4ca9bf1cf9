import { expect, test } from 'bun:test'
import type { CallEvent } from '../../src/call/events.ts'
import { Story } from '../../src/call/story.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

function setUp() {
  const clock = new FakeClock()
  const events: CallEvent[] = []
  const story = new Story(clock, (event) => events.push(event))
  const kinds = () => events.splice(0).map(({ kind }) => kind)
  return { clock, events, story, kinds }
}
const line = (name: string, text: string) => ({ name, text })

test('a turn of words is in the history, and its latency is reported with the first frame of the reply', () => {
  const { clock, story, events, kinds } = setUp()
  clock.advance(1_000)
  story.recognised('ma box')
  const endOfSpeechMs = clock.now() - 200
  clock.advance(600)
  story.turnBegun(2, { kind: 'words', text: 'ma box', endOfSpeechMs })
  story.replyBegun(2)
  clock.advance(50)
  story.lineBegun(2, line('ask_name', 'Votre nom ?'), false)
  expect(events.find(({ kind }) => kind === 'latency')).toEqual({
    kind: 'latency',
    latency: { turn: 2, transcript: 200, endpointing: 800, firstSentence: 800, firstFrame: 850 },
  })
  expect(kinds()).toEqual(['interim', 'said', 'speaking', 'interim', 'latency'])
  story.lineEnded(line('ask_name', 'Votre nom ?'), 'Votre', true)
  expect(story.entries).toEqual([
    { who: 'caller', text: 'ma box', atMs: 1_600, cut: false },
    { who: 'agent', text: 'Votre', atMs: 1_650, cut: true },
  ])
})

test('the wait phrase is a filler: in no history, and measured on its own', () => {
  const { clock, story, events, kinds } = setUp()
  story.turnBegun(1, { kind: 'key', key: '1' })
  clock.advance(700)
  story.lineBegun(1, line('wait', 'Un instant.'), true)
  story.lineEnded(line('wait', 'Un instant.'), 'Un instant.', false)
  expect(kinds()).toEqual(['speaking', 'speaking'])
  clock.advance(300)
  story.lineBegun(1, line('ok', 'Bien.'), false)
  expect(events.at(-1)).toEqual({ kind: 'latency', latency: { turn: 1, filler: 700, firstFrame: 1_000 } })
  expect(story.entries).toEqual([])
})

test('the agent’s speaking is reported when it changes, and once', () => {
  const { story, kinds } = setUp()
  story.agentSpeaks(false)
  story.agentSpeaks(true)
  story.agentSpeaks(true)
  expect([kinds(), story.agentSpeaking]).toEqual([['speaking'], true])
})

test('a state is reported with how long the one before it lasted', () => {
  const { clock, story, events } = setUp()
  clock.advance(2_000)
  story.stateChanged('init', 'welcome')
  clock.advance(500)
  story.stateChanged('welcome', 'identification')
  expect(events).toEqual([
    { kind: 'state', from: 'init', to: 'welcome', atMs: 2_000, durationMs: 2_000 },
    { kind: 'state', from: 'welcome', to: 'identification', atMs: 2_500, durationMs: 500 },
  ])
})

test('an echo that was found is reported in whole dB and ms; none is not', () => {
  const { story, events } = setUp()
  story.echoed(undefined)
  story.echoed({ levelDb: -9.6, delayMs: 250.4 })
  expect(events).toEqual([{ kind: 'echo', echo: { levelDb: -10, delayMs: 250 } }])
})
