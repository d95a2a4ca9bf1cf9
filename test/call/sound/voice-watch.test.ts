// When voice alone interrupts the agent on a telephone that may send his own voice back.

import { expect, test } from 'bun:test'
import type { EchoState } from '../../../src/audio/echo-canceller.ts'
import { type VoiceEdge, VoiceWatch } from '../../../src/call/sound/voice-watch.ts'

const frame = new Int16Array(160)
const confirmMs = 600

/** A call in which somebody speaks all the time, over the agent. */
function world() {
  const echo = { state: 'unknown' as EchoState, holdsBack: true }
  const edges: VoiceEdge['kind'][] = []
  const onsets = new Set<number>()
  const detector = { speechMs: 0, silenceMs: 0, forgot: 0, push: () => 'speech' as const }
  const canceller = {
    ...{ adaptedFrames: 0, facts: undefined, sent() {}, missed() {}, close() {} },
    heard: (heard: Int16Array) => heard,
    get state() {
      return echo.state
    },
    get holdsBack() {
      return echo.holdsBack
    },
  }
  const watch = new VoiceWatch(
    { now: () => 0 },
    {
      ...detector,
      get speechMs() {
        return detector.speechMs
      },
      echoCancelled: () => void detector.forgot++,
    },
    confirmMs,
    ({ kind }) => void edges.push(kind),
    { canceller, onEcho() {} },
    (onsetMs) => void onsets.add(onsetMs),
  )
  const speak = (seconds: number) => {
    edges.length = 0
    onsets.clear()
    for (let n = 0; n < seconds * 50; n++) {
      detector.speechMs += 20
      watch.frame(frame, true)
    }
    return { isConfirmed: edges.includes('confirmed'), isOnset: onsets.size > 1 || !onsets.has(0) }
  }
  return { detector, echo, speak }
}

test('while an echo is possible no voice interrupts the agent or makes him wait, however long it lasts', () => {
  const { speak } = world()
  expect(speak(30)).toEqual({ isConfirmed: false, isOnset: false })
})

test.each(['cancelled', 'none'] as const)('once it is known to be %s, voice alone does', (state) => {
  const { detector, echo, speak } = world()
  speak(5)
  Object.assign(echo, { state, holdsBack: false })
  expect(speak(1)).toEqual({ isConfirmed: true, isOnset: true })
  // What was heard before may have been the agent's own voice.
  expect(detector.forgot).toBe(state === 'cancelled' ? 1 : 0)
})
