import { describe, expect, test } from 'bun:test'
import { Outbox } from '../../src/cluster/outbox.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

/** An outbox whose writes go into a map while `isOpen`, or `take` refuses them. */
function lab(capacity = 10_000) {
  const clock = new FakeClock()
  const redis = new Map<string, string>()
  const seen = { isOpen: false, takes: true, dropped: 0, sent: 0 }
  const outbox = new Outbox({ clock, capacity, onDropped: () => void seen.dropped++ }, () => seen.isOpen)
  const put = (key: string, value: string, untilMs = Number.POSITIVE_INFINITY) =>
    outbox.add(key, {
      untilMs,
      send: async () => {
        seen.sent++
        if (seen.takes) redis.set(key, value)
        return seen.takes
      },
    })
  return { clock, redis, seen, outbox, put }
}

describe('what waits for Redis', () => {
  test('is the last value of each key', async () => {
    const { redis, seen, outbox, put } = lab()
    for (let i = 0; i < 100; i++) put(`k${i % 2}`, String(i))
    expect(outbox.size).toBe(2)
    seen.isOpen = true
    await outbox.flush()
    expect([...redis]).toEqual([
      ['k0', '98'],
      ['k1', '99'],
    ])
    expect(outbox.size).toBe(0)
  })

  test('has a bound: the oldest keys are dropped and counted', async () => {
    const { redis, seen, outbox, put } = lab(3)
    for (let i = 0; i < 10; i++) put(`k${i}`, 'x')
    expect(outbox.size).toBe(3)
    expect(seen.dropped).toBe(7)
    seen.isOpen = true
    await outbox.flush()
    expect([...redis.keys()]).toEqual(['k7', 'k8', 'k9'])
  })

  test('stays when it is refused, and a value that expired meanwhile is not sent', async () => {
    const { clock, redis, seen, outbox, put } = lab()
    Object.assign(seen, { isOpen: true, takes: false })
    put('k', 'x')
    put('old', 'x', clock.now() + 1_000)
    await outbox.flush()
    expect(outbox.has('k')).toBe(true)
    clock.advance(2_000)
    seen.takes = true
    await outbox.flush()
    expect([...redis.keys()]).toEqual(['k'])
    expect(outbox.size).toBe(0)
  })

  test('tells when a key is written: the newest value, not an older one on its way', async () => {
    const { redis, seen, outbox, put } = lab()
    seen.isOpen = true
    let told = ''
    put('k', 'one')
    outbox.watch('k', () => {
      told = redis.get('k') ?? ''
    })
    put('k', 'two')
    await outbox.flush()
    while (told === '') await Promise.resolve()
    expect(told).toBe('two')
  })
})
