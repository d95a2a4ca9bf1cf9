import { expect, setDefaultTimeout, test } from 'bun:test'
import { RingPool, ringFrames } from '../../src/audio/call-ring.ts'
import { Track } from '../../src/recording/track.ts'
import { RecordingMemories, silent } from '../../src/recording/track-memory.ts'
import { ownerOf, readFrames, TrackReader } from '../../src/recording/track-reader.ts'

setDefaultTimeout(60_000)

const frame = (value: number) => new Int16Array(160).fill(value)

function setUp() {
  const memories = new RecordingMemories()
  const rings = new RingPool()
  const [memory, ring] = [memories.take(), rings.take()]
  const owner = ownerOf(memory, ring)
  const readers = {
    caller: new TrackReader(memory, ring, 'caller', owner),
    agent: new TrackReader(memory, ring, 'agent', owner),
  }
  const tracks = { caller: new Track(memory.caller), agent: new Track(memory.agent) }
  const out = new Int16Array(readFrames * 160)
  /** All that is not written yet, by the first sample of each frame and its place in the file. */
  const drain = (side: 'caller' | 'agent') => {
    const found = new Map<number, number>()
    for (let count = readers[side].read(out); count > 0; count = readers[side].read(out)) {
      for (let i = 0; i < count; i++) found.set(readers[side].position / 320 + i, out[i * 160]!)
      readers[side].wrote(count)
    }
    return found
  }
  return {
    ...{ memories, memory, rings, ring, readers, drain },
    caller(value: number) {
      ring.write(frame(value))
      tracks.caller.append(ring.newestFrame)
    },
    agent: (value: number) => tracks.agent.append(value === 0 ? silent : memory.put(frame(value))),
    silence: (frames: number) => tracks.agent.silence(frames * 160),
  }
}

test('frames and silence come in order, each once', () => {
  const { agent, drain } = setUp()
  for (let i = 1; i <= 120; i++) agent(i % 3)
  expect([...drain('agent')]).toEqual(Array.from({ length: 120 }, (_, i) => [i, (i + 1) % 3]))
  expect(drain('agent').size).toBe(0)
})

test('a writer that keeps up lets the agent use a few places of the memory again and again', () => {
  const { agent, drain, memory } = setUp()
  for (let i = 1; i <= 1_000; i++) {
    agent(i)
    if (i % 10 === 0) expect([...drain('agent').values()].at(-1)).toBe(i)
  }
  expect(memory.agentFrames.findLastIndex((sample) => sample !== 0)).toBeLessThan(10 * 160)
})

test.each(['caller', 'agent'] as const)(
  'a writer of the %s that comes 15 s late finds the newest 10 s',
  (side) => {
    const calls = setUp()
    for (let i = 1; i <= 750; i++) calls[side](i)
    const found = calls.drain(side)
    expect([...found.keys()].at(0)).toBe(250)
    for (const [place, value] of found) expect(value).toBe(place + 1)
    expect(found.size).toBe(500)
    expect(calls.memory[side].gaps(side)).toEqual([{ track: side, fromMs: 0, toMs: 5_000 }])
    expect(calls.memory[side].get('lost')).toBe(250)
  },
)

test('silence that is longer than the log is a hole, and no gap', () => {
  const { agent, silence, drain, memory } = setUp()
  agent(1)
  drain('agent')
  silence(180_000)
  agent(2)
  expect([...drain('agent')]).toEqual([[180_001, 2]])
  expect(memory.agent.gaps('agent')).toEqual([])
})

test('frames of the caller that the ring has no more are silence and a gap', () => {
  const { ring, caller, drain, memory } = setUp()
  for (let i = 1; i <= 4; i++) caller(i)
  // A burst that the aligner left out of the track.
  for (let i = 0; i < ringFrames - 2; i++) ring.write(frame(99))
  expect([...drain('caller')]).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 4],
  ])
  expect(memory.caller.gaps('caller')).toEqual([{ track: 'caller', fromMs: 0, toMs: 60 }])
})

test('a writer that hung until the memory was another call’s finds nothing of that call', () => {
  const { memories, memory, ring, rings, caller, agent, drain } = setUp()
  caller(1)
  agent(1)
  memories.give(memory)
  ring.release()
  expect([memories.take(), rings.take()]).toEqual([memory, ring])
  ring.write(frame(42))
  new Track(memory.caller).append(ring.newestFrame)
  new Track(memory.agent).append(memory.put(frame(42)))
  expect([drain('caller').size, drain('agent').size, memory.caller.get('done')]).toEqual([0, 0, 0])
})

test('frames in a ring that another call has by now are lost, and the other call’s are not in the file', () => {
  const { caller, drain, memory, ring, rings } = setUp()
  caller(1)
  ring.release()
  expect(rings.take()).toBe(ring)
  ring.write(frame(42))
  expect([...drain('caller')]).toEqual([[0, 0]])
  expect(memory.caller.get('lost')).toBe(1)
})

test('a writer that learns late of a recording whose memory is another call’s reads nothing of that call', () => {
  const memories = new RecordingMemories()
  const rings = new RingPool()
  const [memory, ring] = [memories.take(), rings.take()]
  const owner = ownerOf(memory, ring)
  memories.give(memory)
  ring.release()
  expect([memories.take(), rings.take()]).toEqual([memory, ring])
  ring.write(frame(7))
  new Track(memory.caller).append(ring.newestFrame)
  new Track(memory.agent).append(memory.put(frame(8)))
  const out = new Int16Array(readFrames * 160)
  for (const side of ['caller', 'agent'] as const) {
    const late = new TrackReader(memory, ring, side, owner)
    expect(late.read(out)).toBe(0)
    late.wrote(1)
    late.failed(-5)
    expect([memory[side].get('done'), memory[side].get('error')]).toEqual([0, 0])
  }
})
