// The recogniser in another language: a session of its own, which gets what has no words yet.

import { expect, test } from 'bun:test'
import { RingPool } from '../../../src/audio/call-ring.ts'
import { silentLog } from '../../../src/base/log.ts'
import { type AgentInput, agentDefaults } from '../../../src/call/agent/state.ts'
import { Uplink } from '../../../src/call/sound/uplink.ts'
import { Story } from '../../../src/call/story.ts'
import type { SttEvent, SttOpen } from '../../../src/providers/stt.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

/** An uplink whose recogniser notes what it gets; languages in `broken` cannot be opened. */
function open(broken: readonly string[] = []) {
  const clock = new FakeClock()
  const sessions: {
    language: string
    from: number
    isClosed: boolean
    tell: (event: SttEvent) => void
  }[] = []
  const fed: AgentInput[] = []
  let unheard = 0
  const stt = {
    ...{ name: 'noting', hearsWords: true },
    close() {},
    open({ language, from, onEvent }: SttOpen) {
      if (broken.includes(language)) throw new Error('this language cannot be opened')
      const session = { language, from, isClosed: false, tell: onEvent }
      sessions.push(session)
      return {
        hint() {},
        finalize() {},
        coveredTo: () => 160,
        close() {
          session.isClosed = true
        },
      }
    },
  }
  const uplink = new Uplink({
    ...{ clock, log: silentLog, callId: 'c', language: 'fr', stt, recorder: undefined },
    createDetector: () => ({ push: () => 'silence' as const, speechMs: 0, silenceMs: 0 }),
    ring: new RingPool().take(),
    bargeIn: agentDefaults.bargeIn,
    story: new Story(clock, () => {}),
    feed: (input) => fed.push(input),
    onOnset: () => {},
    onUnheard: () => unheard++,
  })
  const say = (...values: number[]) => {
    for (const value of values) uplink.frame(new Int16Array(160).fill(value))
  }
  return { uplink, sessions, say, fed, unheard: () => unheard }
}

test('the new session begins where the words of the old one end, and the old one is closed', () => {
  const { uplink, sessions, say } = open()
  say(1, 2, 3)
  uplink.changeLanguage('en')
  expect(sessions.map(({ language, from, isClosed }) => [language, from, isClosed])).toEqual([
    ['fr', 0, true],
    ['en', 160, false],
  ])
})

test('a session that cannot be opened leaves the old one in place', () => {
  const { uplink, sessions } = open(['en'])
  uplink.changeLanguage('en')
  expect(sessions.map(({ language, isClosed }) => [language, isClosed])).toEqual([['fr', false]])
})

test('a recogniser that fails before its first words is reported once; later it is a lost link like any other', () => {
  const failed = { kind: 'link', state: 'failed' } as const
  const { uplink, sessions, unheard } = open()
  sessions[0]!.tell(failed)
  expect(unheard()).toBe(0)
  uplink.changeLanguage('en')
  sessions[1]!.tell(failed)
  sessions[1]!.tell(failed)
  expect(unheard()).toBe(1)
  uplink.changeLanguage('es')
  sessions[2]!.tell({ kind: 'transcript', text: 'hola', isFinal: false })
  sessions[2]!.tell(failed)
  expect(unheard()).toBe(1)
})
