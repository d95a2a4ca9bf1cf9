import { expect, test } from 'bun:test'
import { waitMs } from '../../src/base/clock.ts'
import { watched, within } from '../../src/providers/watchdog.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { drive } from './scripted.ts'

function setUp() {
  const clock = new FakeClock()
  const control = new AbortController()
  let stops = 0
  return {
    clock,
    control,
    watch: { clock, who: 'x', signal: control.signal },
    stop: () => {
      stops++
    },
    stops: () => stops,
  }
}

async function* paced(clock: FakeClock, gaps: readonly number[]) {
  for (const gap of gaps) {
    await waitMs(clock, gap)
    yield gap
  }
}

const streams: [gaps: number[], got: number[], code: string | undefined][] = [
  [[], [], undefined],
  [[90, 40, 40], [90, 40, 40], undefined],
  [[110, 40], [], 'timeout'],
  [[90, 60], [90], 'timeout'],
  [[10, 40, 10_000], [10, 40], 'timeout'],
]
test.each(streams)('gaps of %j ms under limits of 100 and 50 give %j, then %p', async (gaps, got, code) => {
  const { clock, watch, stop, stops } = setUp()
  const seen: number[] = []
  let failure: unknown
  const limits = { firstAtMs: clock.now() + 100, gapMs: 50 }
  const reading = (async () => {
    try {
      for await (const item of watched(paced(clock, gaps), limits, watch, stop)) seen.push(item)
    } catch (error) {
      failure = error
    }
  })()
  await drive(clock, reading)
  expect(seen).toEqual(got)
  expect((failure as { code?: string } | undefined)?.code).toBe(code as string)
  expect(stops()).toBe(1)
})

test('a slow reader does not count as silence of the source', async () => {
  const { clock, watch, stop } = setUp()
  const seen: number[] = []
  const limits = { firstAtMs: clock.now() + 100, gapMs: 50 }
  const reading = (async () => {
    for await (const item of watched(paced(clock, [10, 20, 30]), limits, watch, stop)) {
      seen.push(item)
      await waitMs(clock, 500)
    }
  })()
  await drive(clock, reading)
  expect(seen).toEqual([10, 20, 30])
})

test('an abort ends a stream without an error and a wait with `aborted`, and leaves no timer', async () => {
  const { clock, control, watch, stop, stops } = setUp()
  const hang = new Promise<never>(() => {})
  async function* silent(): AsyncGenerator<number> {
    yield await hang
  }
  const waiting = within(hang, clock.now() + 1_000, watch)
  const stream = watched(silent(), { firstAtMs: clock.now() + 1_000, gapMs: 50 }, watch, stop).next()
  control.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
  expect(await stream).toEqual({ done: true, value: undefined })
  expect([stops(), clock.pending]).toEqual([1, 0])
  await expect(within(hang, clock.now() + 1_000, watch)).rejects.toMatchObject({ code: 'aborted' })
})
