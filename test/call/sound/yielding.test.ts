import { expect, test } from 'bun:test'
import { Playout } from '../../../src/call/sound/playout.ts'
import { Fader, Yielding } from '../../../src/call/sound/yielding.ts'

/** What the agent does, frame by frame, about a voice that lasts `ms` and is noticed from its 100th millisecond on. */
function loudnesses(ms: number): string[] {
  const yielding = new Yielding()
  return Array.from({ length: 50 }, (_, frame) => {
    const atMs = (frame + 1) * 20
    const isHeard = atMs >= 100 && atMs < ms + 240
    return yielding.follow(isHeard ? Math.min(atMs, ms) : 0, atMs)
  })
}
const first = (list: string[], wanted: string): number => (list.indexOf(wanted) + 1) * 20

test('the agent is lowered at the first sign of a voice, and waits when that has lasted 240 ms', () => {
  const long = loudnesses(900)
  expect(first(long, 'low')).toBe(100)
  expect(first(long, 'held')).toBe(240)
  expect((long.lastIndexOf('held') + 1) * 20).toBe(920)
})

test('a voice that never interrupts is ignored after 700 ms, until there is silence', () => {
  const yielding = new Yielding()
  const play = (fromMs: number, toMs: number, isHeard: boolean): string[] =>
    Array.from({ length: (toMs - fromMs) / 20 }, (_, frame) =>
      yielding.follow(isHeard ? (frame + 1) * 20 : 0, fromMs + (frame + 1) * 20),
    )
  const room = play(0, 5_000, true)
  expect(room.filter((loudness) => loudness === 'held').length * 20).toBe(700)
  expect(room.at(-1)).toBe('full')
  expect(play(5_000, 5_200, false)).not.toContain('held')
  expect(play(5_200, 5_600, true)).toContain('held')
})

test('a knock only lowers the agent, and he is loud again when it is over', () => {
  const knock = loudnesses(120)
  expect(knock).not.toContain('held')
  expect(knock.at(-1)).toBe('full')
})

test('after a short word the agent waits a moment longer for what it was', () => {
  const word = loudnesses(300)
  expect(first(word, 'held')).toBe(240)
  expect((word.lastIndexOf('held') + 1) * 20).toBe(660)
  expect(word.at(-1)).toBe('full')
})

test('an agent who may not be interrupted is as loud as ever', () => {
  const yielding = new Yielding()
  yielding.follow(400, 0)
  expect(yielding.reset()).toBe('full')
  expect(yielding.follow(0, 20)).toBe('full')
})

test('the fader lowers by 12 dB and comes back, each within a frame and without a jump', () => {
  const fader = new Fader()
  const play = (): Int16Array => {
    const frame = new Int16Array(160).fill(16_000)
    fader.apply(frame)
    return frame
  }
  expect(new Set(play())).toEqual(new Set([16_000]))
  fader.isLow = true
  const down = play()
  expect(down[159]).toBe(4_000)
  expect(new Set(play())).toEqual(new Set([4_000]))
  fader.isLow = false
  const up = play()
  expect(up[159]).toBe(16_000)
  for (const ramp of [down, up])
    for (let i = 1; i < 160; i++) expect(Math.abs(ramp[i]! - ramp[i - 1]!)).toBeLessThanOrEqual(76)
  expect(new Set(play())).toEqual(new Set([16_000]))
})

test('a held playout is silent from the second frame on, and goes on at the very sample', () => {
  const begun: number[] = []
  const playout = new Playout({ trackBegun: (id) => void begun.push(id), trackEnded() {} })
  const sound = Int16Array.from({ length: 1_600 }, (_, i) => 1_000 + i)
  playout.begin(1)
  playout.push(1, sound)
  playout.end(1)
  const frame = new Int16Array(160)
  playout.next(frame)
  playout.next(frame)
  playout.hold(true)
  expect(playout.next(frame)).toBe(true)
  expect([frame[0], frame[39]! < 100, frame[40], frame[159]]).toEqual([1_320, true, 0, 0])
  for (let i = 0; i < 10; i++) expect(playout.next(frame)).toBe(false)
  expect(playout.heard(1)?.playedSamples).toBe(320)
  expect(playout.startable).toBe(false)
  playout.hold(false)
  playout.next(frame)
  // The first 5 ms fade in; then it is the sound, as if nothing had been.
  expect(frame[0]).toBe(0)
  expect([...frame.subarray(40)]).toEqual([...sound.subarray(360, 480)])
  expect(playout.heard(1)?.playedSamples).toBe(480)
  for (let i = 0; i < 7; i++) expect(playout.next(frame)).toBe(true)
  expect(frame[159]).toBe(2_599)
  expect(playout.next(frame)).toBe(false)
})

test('a playout that is held for less than a frame, or cleared while it is held, makes no noise', () => {
  const playout = new Playout({ trackBegun() {}, trackEnded() {} })
  const frame = new Int16Array(160)
  const sound = new Int16Array(1_600).fill(500)
  playout.begin(1)
  playout.push(1, sound)
  playout.next(frame)
  playout.hold(true)
  playout.hold(false)
  playout.next(frame)
  expect(new Set(frame)).toEqual(new Set([500]))
  playout.hold(true)
  playout.next(frame)
  playout.clear()
  expect(playout.next(frame)).toBe(false)
  playout.hold(false)
  playout.begin(2)
  playout.push(2, sound)
  playout.next(frame)
  expect(new Set(frame)).toEqual(new Set([500]))
})
