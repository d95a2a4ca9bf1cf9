import { describe, expect, test } from 'bun:test'
import { announceMs, DrainSwitch } from '../../src/server/drain-switch.ts'
import { FakeClock, settle } from '../support/lab/fake-clock.ts'

function setUp(ms: number) {
  const clock = new FakeClock()
  const registry = {
    draining: false,
    drain(on: boolean) {
      registry.draining = on
    },
  }
  return { clock, registry, drain: new DrainSwitch(clock, registry, ms) }
}

/** @returns whether it has settled by now */
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false
  void promise.then(() => {
    done = true
  })
  await settle()
  return done
}

describe('a drain', () => {
  test('without an announcement refuses calls at once', async () => {
    const { registry, drain } = setUp(0)
    expect(drain.draining).toBe(false)
    const refused = drain.start()
    expect([drain.draining, registry.draining]).toEqual([true, true])
    expect(await isDone(refused)).toBe(true)
  })

  test('is announced first: it is known at once, and calls are refused when the time is over', async () => {
    const { clock, registry, drain } = setUp(3_000)
    const refused = drain.start()
    await clock.run(2_999)
    expect([drain.draining, registry.draining, await isDone(refused)]).toEqual([true, false, false])
    await clock.run(1)
    expect([drain.draining, registry.draining, await isDone(refused)]).toEqual([true, true, true])
  })

  test('that begins twice is announced once', async () => {
    const { clock, drain } = setUp(3_000)
    void drain.start()
    await clock.run(2_000)
    const again = drain.start()
    await clock.run(1_000)
    expect(await isDone(again)).toBe(true)
    expect(await isDone(drain.start())).toBe(true)
    expect(clock.pending).toBe(0)
  })

  test('is taken back during the announcement and after it, and nobody waits for it any more', async () => {
    const { clock, registry, drain } = setUp(3_000)
    const refused = drain.start()
    drain.stop()
    expect([drain.draining, await isDone(refused), clock.pending]).toEqual([false, true, 0])
    void drain.start()
    await clock.run(3_000)
    drain.stop()
    expect([drain.draining, registry.draining]).toEqual([false, false])
  })
})

test.each([
  [{ DRAIN_ANNOUNCE_S: 'auto', AGENT_PORT: 7101, REDIS_URL: '' }, 3_000],
  [{ DRAIN_ANNOUNCE_S: 'auto', AGENT_PORT: undefined, REDIS_URL: '' }, 0],
  [{ DRAIN_ANNOUNCE_S: 'auto', AGENT_PORT: undefined, REDIS_URL: 'redis://127.0.0.1' }, 3_000],
  [{ DRAIN_ANNOUNCE_S: 0, AGENT_PORT: 7101, REDIS_URL: '' }, 0],
  [{ DRAIN_ANNOUNCE_S: 7, AGENT_PORT: undefined, REDIS_URL: '' }, 7_000],
] as const)('%j announces a drain for %d ms', (config, ms) => {
  expect(announceMs(config)).toBe(ms)
})
