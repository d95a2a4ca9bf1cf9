import { describe, expect, test } from 'bun:test'
import { JitterBuffer } from '../../src/webrtc/jitter.ts'
import { createRandom } from '../support/lab/random.ts'

/** Sends packet `n` at `n × 20` plus its delay, takes one per 20 ms, and writes down what was played. */
function play(count: number, delayMs: (n: number) => number | 'lost', first = 0) {
  const buffer = new JitterBuffer({ hasFec: () => true })
  const arrivals = Array.from({ length: count }, (_, n) => ({ n, delay: delayMs(n) }))
    .flatMap(({ n, delay }) => (delay === 'lost' ? [] : [{ n, atMs: n * 20 + delay }]))
    .sort((a, b) => a.atMs - b.atMs)
  const played: string[] = []
  const depths: number[] = []
  const endMs = Math.max(...arrivals.map(({ atMs }) => atMs)) + 400
  for (let nowMs = 5; nowMs < endMs; nowMs += 20) {
    while (arrivals.length > 0 && arrivals[0].atMs <= nowMs) {
      const { n, atMs } = arrivals.shift()!
      buffer.push((first + n) & 0xffff, n * 160, Uint8Array.of(n & 255, n >> 8), atMs)
    }
    depths.push(buffer.depth)
    const one = buffer.take()
    played.push('payload' in one ? `${one.kind} ${one.payload[0] + 256 * one.payload[1]}` : one.kind)
  }
  return { buffer, played, depths, sound: played.filter((what) => what !== 'none') }
}
const packets = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `packet ${from + i}`)

describe('the jitter buffer', () => {
  test('plays packets in order, over the end of the sequence numbers', () => {
    const { sound } = play(40, () => 3, 0xfff0)
    expect(sound.slice(0, 40)).toEqual(packets(0, 40))
  })

  test('holds two frames on an even network', () => {
    const { depths, buffer } = play(300, (n) => (n % 3) * 2)
    expect([Math.max(...depths), buffer.target, buffer.counts.dropped]).toEqual([2, 2, 0])
  })

  test('puts packets in order that overtook each other', () => {
    const { sound } = play(60, (n) => (n % 10 === 4 ? 25 : 0))
    expect(sound.slice(0, 60)).toEqual(packets(0, 60))
  })

  test('restores a lost frame from the packet after it', () => {
    const { sound, buffer } = play(50, (n) => (n === 20 ? 'lost' : 0))
    expect(sound.slice(19, 22)).toEqual(['packet 19', 'restore 21', 'packet 21'])
    expect(buffer.counts).toMatchObject({ lost: 1, restored: 1 })
  })

  test('conceals the first of two lost frames and restores the second', () => {
    const { sound } = play(50, (n) => (n === 20 || n === 21 ? 'lost' : 0))
    expect(sound.slice(19, 23)).toEqual(['packet 19', 'conceal', 'restore 22', 'packet 22'])
  })

  test('holds more frames when the network’s jitter grows, six at most, and fewer when it ends', () => {
    const wild = (n: number) => (n < 100 ? 0 : n < 400 ? (n % 5 === 0 ? 70 : 0) : 0)
    const { buffer, depths, sound } = play(2_500, wild)
    expect(Math.max(...depths.slice(150, 400))).toBeGreaterThanOrEqual(4)
    expect(Math.max(...depths)).toBeLessThanOrEqual(10)
    expect(depths.slice(-100, -40).every((depth) => depth <= 3)).toBe(true)
    expect(buffer.target).toBe(2)
    // The jitter costs a few concealed frames when it begins, none later.
    expect(sound.slice(160, 400).filter((what) => what === 'conceal')).toEqual([])
  })

  test('drops one frame when a burst made it deep, and goes on in order', () => {
    // 300 ms are held up and come together.
    const { buffer, sound, depths } = play(400, (n) => (n >= 50 && n < 65 ? (65 - n) * 20 : 0))
    expect(buffer.counts.dropped).toBeGreaterThan(3)
    expect(depths.slice(-100, -40).every((depth) => depth <= 7)).toBe(true)
    const order = sound.filter((what) => what.startsWith('packet')).map((what) => Number(what.slice(7)))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  test('is silent after 200 ms without packets, and begins again with the next ones', () => {
    const { played } = play(100, (n) => (n >= 30 && n < 70 ? 'lost' : 0))
    // Ten in the gap and ten after the end.
    expect(played.filter((what) => what === 'conceal').length).toBeLessThanOrEqual(20)
    expect(played.filter((what) => what === 'packet 99')).toHaveLength(1)
  })

  test('plays a copy of a lost frame that came inside a later packet', () => {
    const buffer = new JitterBuffer()
    for (const n of [0, 1, 3]) buffer.push(n, n * 160, Uint8Array.of(n), n * 20)
    buffer.push(2, 320, Uint8Array.of(2), 60, 1)
    buffer.push(0, 0, Uint8Array.of(0), 60, 3)
    const kinds = [0, 1, 2, 3].map(() => buffer.take())
    expect(kinds.map(({ kind }) => kind)).toEqual(['packet', 'packet', 'packet', 'packet'])
    expect(buffer.counts).toMatchObject({ received: 3, lost: 0, late: 0 })
  })

  test('begins anew when the peer begins a new stream', () => {
    const buffer = new JitterBuffer()
    for (let n = 0; n < 5; n++) buffer.push(1_000 + n, n * 160, Uint8Array.of(n), n * 20)
    buffer.take()
    for (let n = 0; n < 5; n++) buffer.push(40_000 + n, n * 160, Uint8Array.of(50 + n), 100 + n * 20)
    const one = buffer.take()
    expect('payload' in one && one.payload[0]).toBe(50)
  })

  test('takes any order, any number and any size without growing', () => {
    const buffer = new JitterBuffer()
    const { below: random } = createRandom(7)
    let deepest = 0
    for (let i = 0; i < 50_000; i++) {
      const payload = new Uint8Array(random(900))
      buffer.push(
        random(65_536),
        random(2 ** 31),
        payload,
        random(1_000_000),
        random(5) === 0 ? 1 + random(40) : 0,
      )
      if (random(2) === 0) buffer.take()
      if (buffer.depth < 0) throw new Error('a negative depth')
      deepest = Math.max(deepest, buffer.depth)
    }
    expect(deepest).toBeLessThanOrEqual(32)
  })
})
