// What a machine carries: measured once in the background, kept for this machine and version, and stopped by a call.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readConfig } from '../../src/config.ts'
import { Capacity, callsCarried, type Fingerprint } from '../../src/server/overload/capacity.ts'
import { type Measured, startMeter } from '../../src/server/overload/meter.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'capacity-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const machine: Fingerprint = { cpu: 'test', cores: 2, memoryGb: 8, bun: '1', version: '1' }

async function open(
  settings: Record<string, string> = {},
  more: Partial<{ dir: string; machine: Fingerprint }> = {},
) {
  const dir = more.dir ?? (await mkdtemp(join(root, 'data-')))
  const lines: { event: string; level: string }[] = []
  const { log } = createLog({
    level: 'info',
    showPrivate: false,
    write: (line) => void lines.push(JSON.parse(line)),
  })
  const clock = new FakeClock()
  const metrics = new Metrics()
  const runs: { end: (found: Measured) => void; stopped: boolean }[] = []
  const server = { live: 0 }
  const capacity = new Capacity(
    { clock, log, metrics, config: readConfig({ DATA_DIR: dir, ...settings }) },
    {
      liveCalls: () => server.live,
      machine: more.machine ?? machine,
      startMeter: (end) => {
        const run = { end, stopped: false }
        runs.push(run)
        return () => {
          run.stopped = true
        }
      },
    },
  )
  const gauge = (name: string) => metrics.gauge(name, '').value
  return { capacity, clock, runs, server, lines, dir, gauge }
}

test('MAX_CALLS=auto is 100 until the machine is measured, then what it carries', async () => {
  const { capacity, clock, runs, gauge, lines } = await open({ MAX_CALLS: 'auto' })
  expect([capacity.limit, gauge('calls_max'), gauge('calls_carried')]).toEqual([100, 100, 0])
  expect(runs).toHaveLength(0)
  clock.advance(5_000)
  runs[0]!.end({ kind: 'measured', usPerFrame: 12.5 })
  expect([capacity.limit, gauge('calls_max'), gauge('calls_carried')]).toEqual([600, 600, 600])
  expect(lines.map(({ level, event }) => `${level} ${event}`)).toEqual([
    'info calls that this machine carries',
  ])
})

test('a number stays the limit, and a machine that carries less is named in the log', async () => {
  const { capacity, clock, runs, gauge, lines } = await open({ MAX_CALLS: '500' })
  clock.advance(5_000)
  runs[0]!.end({ kind: 'measured', usPerFrame: 25 })
  expect([capacity.limit, capacity.carried, gauge('calls_max'), gauge('calls_carried')]).toEqual([
    500, 300, 500, 300,
  ])
  expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([{ maxCalls: 500, carried: 300 }])
})

test('the figure is kept, for the same machine and version only', async () => {
  const first = await open()
  first.clock.advance(5_000)
  first.runs[0]!.end({ kind: 'measured', usPerFrame: 50 })
  await until('it is on disk', () => existsSync(join(first.dir, 'capacity.json')))
  const again = await open({ MAX_CALLS: 'auto' }, { dir: first.dir })
  again.clock.advance(600_000)
  expect([again.capacity.limit, again.runs.length]).toEqual([150, 0])
  const upgraded = await open(
    { MAX_CALLS: 'auto' },
    { dir: first.dir, machine: { ...machine, version: '2' } },
  )
  upgraded.clock.advance(5_000)
  expect([upgraded.capacity.limit, upgraded.runs.length]).toEqual([100, 1])
})

test.each(['', '{', '[]', 'null', '{"calls":1e9}'])('a file that holds %p is measured anew', async (text) => {
  const dir = await mkdtemp(join(root, 'data-'))
  await Bun.write(join(dir, 'capacity.json'), text)
  const { clock, runs } = await open({}, { dir })
  clock.advance(5_000)
  expect(runs).toHaveLength(1)
})

describe('the measuring', () => {
  test('waits while calls are live', async () => {
    const { clock, runs, server } = await open()
    server.live = 1
    clock.advance(200_000)
    expect(runs).toHaveLength(0)
    server.live = 0
    clock.advance(60_000)
    expect(runs).toHaveLength(1)
  })

  test('stops at once when a call begins, and is tried again later', async () => {
    const { capacity, clock, runs } = await open()
    clock.advance(5_000)
    capacity.callBegan()
    expect(runs.map(({ stopped }) => stopped)).toEqual([true])
    clock.advance(60_000)
    expect(runs.map(({ stopped }) => stopped)).toEqual([true, false])
    capacity.stop()
    expect(runs[1]!.stopped).toBe(true)
  })

  test('that fails is one line of the log, and leaves the limit as it was', async () => {
    const { capacity, clock, runs, lines } = await open({ MAX_CALLS: 'auto' })
    clock.advance(5_000)
    runs[0]!.end({ kind: 'failed', reason: 'no loopback' })
    clock.advance(600_000)
    expect([capacity.limit, runs.length]).toEqual([100, 1])
    expect(lines).toMatchObject([{ level: 'warn', reason: 'no loopback' }])
  })
})

test('a slower machine carries fewer calls, and one core half of what two carry', () => {
  expect([12.5, 25, 50, 10_000].map((us) => callsCarried(us, 2))).toEqual([600, 300, 150, 10])
  expect(callsCarried(25, 1)).toBe(150)
  expect(callsCarried(25, 64)).toBe(300)
})

test('the thread measures a frame in microseconds, and ends itself', async () => {
  const { promise, resolve } = Promise.withResolvers<Measured>()
  startMeter(resolve)
  const found = await promise
  expect(found.kind).toBe('measured')
  if (found.kind === 'measured') expect(found.usPerFrame).toBeGreaterThan(1)
})
