import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Aligner } from '../../src/recording/align.ts'
import { Track } from '../../src/recording/track.ts'
import { RecordingMemory, silent } from '../../src/recording/track-memory.ts'

setDefaultTimeout(60_000)

const loud = new Int16Array(160).fill(5_000)
const quiet = new Int16Array(160)
/** The number of some frame. */
const some = 7

function tracks(): { caller: Track; agent: Track } {
  const memory = new RecordingMemory()
  return { caller: new Track(memory.caller), agent: new Track(memory.agent) }
}

/** Runs ticks; `arrivals(tick)` says how many caller frames come before that tick, and whether they are loud. */
function run(ticks: number, arrivals: (tick: number) => { frames: number; loud?: boolean }) {
  const { caller, agent } = tracks()
  const aligner = new Aligner(caller, agent)
  let worstMs = 0
  let endMs = 0
  for (let tick = 0; tick < ticks; tick++) {
    const { frames, loud: isLoud } = arrivals(tick)
    for (let i = 0; i < frames; i++) {
      aligner.caller(isLoud ? loud : quiet, some)
      endMs = (caller.samples - agent.samples) / 8
      worstMs = Math.max(worstMs, Math.abs(endMs))
    }
    aligner.agent(silent, tick * 20)
    endMs = (caller.samples - agent.samples) / 8
    worstMs = Math.max(worstMs, Math.abs(endMs))
  }
  return { aligner, caller, agent, worstMs, endMs }
}

describe('alignment of the caller to the agent', () => {
  test('a steady caller is neither padded nor cut over an hour', () => {
    const { caller, worstMs, aligner } = run(180_000, () => ({ frames: 1, loud: true }))
    expect(caller.samples).toBe(180_000 * 160)
    expect([worstMs, aligner.droppedFrames]).toEqual([20, 0])
  })

  test.each([
    ['silence suppression, 3 s without a message', (t: number) => ({ frames: t > 100 && t < 250 ? 0 : 1 })],
    ['a burst of 10 after 200 ms', (t: number) => ({ frames: t % 100 < 10 ? 0 : t % 100 === 10 ? 11 : 1 })],
    [
      'a burst of 50 after 1 s',
      (t: number) => ({ frames: t % 200 < 50 ? 0 : t % 200 === 50 ? 51 : 1, loud: true }),
    ],
    ['twice as much as time passes', () => ({ frames: 2, loud: true })],
    ['nothing at all', () => ({ frames: 0 })],
    ['every tenth packet lost', (t: number) => ({ frames: t % 10 === 0 ? 0 : 1, loud: true })],
    ['packets of 60 ms', (t: number) => ({ frames: t % 3 === 0 ? 3 : 0, loud: true })],
  ])('%s: never more than 200 ms apart', (_name, arrivals) => {
    const { worstMs, endMs } = run(2_000, arrivals)
    expect(worstMs).toBeLessThanOrEqual(200)
    expect(Math.abs(endMs)).toBeLessThanOrEqual(200)
  })

  test('what a burst put ahead is taken back from the pauses within two seconds', () => {
    // 200 ms without a packet, then all of them at once: silence was put in for 100 ms of it.
    const { endMs } = run(200, (t) => ({
      frames: t >= 20 && t < 30 ? 0 : t === 30 ? 11 : 1,
      loud: t % 4 !== 0,
    }))
    expect(Math.abs(endMs)).toBeLessThanOrEqual(20)
  })

  test('packets that were lost are made up for before the next pause, not carried to the end', () => {
    const { endMs } = run(200, (t) => ({ frames: t >= 20 && t < 24 ? 0 : 1, loud: t % 40 < 38 }))
    expect(Math.abs(endMs)).toBeLessThanOrEqual(20)
  })

  test('loud frames are not left out to take back less than 180 ms', () => {
    const { aligner } = run(500, (t) => ({ frames: t >= 20 && t < 30 ? 0 : t === 30 ? 11 : 1, loud: true }))
    expect(aligner.droppedFrames).toBe(0)
  })

  test('ticks that were skipped are silence in both tracks', () => {
    const { caller, agent } = tracks()
    const aligner = new Aligner(caller, agent)
    aligner.agent(some, 0)
    aligner.agent(some, 600)
    aligner.agent(some, 601)
    expect(agent.samples / 8).toBe(640)
    expect((agent.samples - caller.samples) / 8).toBe(100)
  })

  test('a process that slept for an hour has a track as long as that', () => {
    const { caller, agent } = tracks()
    new Aligner(caller, agent).agent(some, 3_600_000)
    expect(agent.samples).toBe(3_600_020 * 8)
  })
})
