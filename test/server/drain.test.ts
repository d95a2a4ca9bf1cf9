import { expect, setDefaultTimeout, test } from 'bun:test'
import { drain } from '../../src/server/drain.ts'
import { FakeClock, settle } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

/** A registry whose calls end when the test says so; `told` has what the drain asked for, with the time. */
function setUp() {
  const clock = new FakeClock()
  const told: string[] = []
  const startMs = clock.now()
  const note = (what: string) => void told.push(`${clock.now() - startMs} ${what}`)
  const announced = Promise.withResolvers<void>()
  const noneLive = Promise.withResolvers<void>()
  const empty = Promise.withResolvers<void>()
  const registry = {
    goodbyeAll: () => note('goodbye'),
    close: () => note('refuse without a phrase'),
    noneLive: () => noneLive.promise,
    empty: () => empty.promise,
  }
  const nextSteps = { allAsked: async (limitMs: number) => note(`wait for the dialplan, ${limitMs} ms`) }
  const stop = async () => note('stop')
  const refusing = {
    async start() {
      note('announce')
      await announced.promise
      note('refuse new calls')
    },
  }
  const drained = drain({ clock, refusing, registry, nextSteps, stop }, 60_000)
  const run = async (ms: number) => {
    await clock.run(ms)
    await settle()
  }
  return { clock, told, announced, noneLive, empty, drained, run }
}

test('live calls end by themselves, then records are written, the dialplan asks, and the server stops', async () => {
  const { clock, told, announced, noneLive, empty, drained, run } = setUp()
  announced.resolve()
  await run(1_000)
  expect(told).toEqual(['0 announce', '0 refuse new calls'])
  noneLive.resolve()
  await run(500)
  expect(told.slice(2)).toEqual(['1000 refuse without a phrase'])
  empty.resolve()
  await drained
  expect(told.slice(3)).toEqual(['1500 wait for the dialplan, 3000 ms', '1500 stop'])
  expect(clock.pending).toBe(0)
})

test('a call that outlasts the limit hears a goodbye, and 15 s later the server stops whatever goes on', async () => {
  const { told, announced, drained, run } = setUp()
  announced.resolve()
  await run(60_000)
  expect(told.slice(2)).toEqual(['60000 goodbye'])
  await run(15_000)
  await drained
  expect(told.slice(3)).toEqual([
    '75000 refuse without a phrase',
    '75000 wait for the dialplan, 3000 ms',
    '75000 stop',
  ])
})

test('the limit of live calls begins when new ones are refused, not with the announcement', async () => {
  const { told, announced, run } = setUp()
  await run(3_000)
  expect(told).toEqual(['0 announce'])
  announced.resolve()
  await run(59_999)
  expect(told.slice(1)).toEqual(['3000 refuse new calls'])
  await run(1)
  expect(told.slice(2)).toEqual(['63000 goodbye'])
})
