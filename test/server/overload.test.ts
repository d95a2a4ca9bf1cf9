// An overloaded server on a faked clock: whole calls of the lab, and a machine whose frames are late when it has more
// calls than it carries.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createLog } from '../../src/base/log.ts'
import { callMetrics } from '../../src/calls/call-metrics.ts'
import { mostSpeaking } from '../../src/calls/refusals.ts'
import { readConfig } from '../../src/config.ts'
import { createRelief } from '../../src/server/context.ts'
import { createMemories } from '../../src/server/memories.ts'
import { alwaysTaken, type OverloadWatch, watchOverload } from '../../src/server/overload/overload.ts'
import { CallLab, type LabConnection } from '../support/lab/call-lab.ts'

setDefaultTimeout(60_000)

type Machine = {
  /** With more calls its frames are late. */
  carries: number
  /** What it is thought to carry. */
  measured?: number
  /** With more calls the judge's queue is late. */
  judges?: number
}

/** A server on that machine, without calls. */
function serverOn(
  { carries, measured = carries, judges = 10_000 }: Machine,
  settings: Record<string, string> = {},
) {
  const lines: { event: string; level: string; [field: string]: unknown }[] = []
  const { log } = createLog({
    level: 'info',
    showPrivate: false,
    write: (line) => void lines.push(JSON.parse(line)),
  })
  let watch: OverloadWatch | undefined
  const admission = (live: number, peer: string | undefined) => watch?.admission(live, peer)
  const lab = new CallLab({ log, hearsWords: false, admission })
  lab.hangUp()
  const { clock, metrics, registry, ticker } = lab
  const degraded = new Map<string, string>()
  const relief = createRelief()
  const judge = {
    sparesHalf: false,
    get waitingMs() {
      return registry.liveCalls * (judge.sparesHalf ? 0.5 : 1) > judges ? 400 : 10
    },
  }
  const context = {
    ...{ clock, log, metrics, degraded, relief },
    config: readConfig({ MAX_CALLS: '2000', ...settings }),
    memories: createMemories(),
  }
  const capacity = { limit: 2_000, carried: measured }
  const chunks: number[] = []
  const ears = { chunks: (ms: number) => void chunks.push(ms) }
  watch = watchOverload(context, { ticker, judge, ears, capacity }, () => registry.liveCalls)
  const gauge = (name: string) => metrics.gauge(name, '').value
  const refused = (reason: string) => metrics.counter('calls_refused_total', '', { reason }).value
  const phones: LabConnection[] = []
  const server = {
    ...{
      lab,
      clock,
      registry,
      degraded,
      relief,
      judge,
      lines,
      phones,
      chunks,
      gauge,
      refused,
      stop: () => watch?.stop(),
      places: () => watch?.places,
    },
    /** Time passes; the machine's ticks are as late as its calls make them. */
    async run(ms: number, each20 = () => {}) {
      for (let passed = 0; passed < ms; passed += 20) {
        const isLate = registry.liveCalls > carries || server.isBusy
        for (let i = 0; i < 10; i++) ticker.lateness.observe(isLate ? 60 : 1)
        each20()
        await clock.run(20)
      }
    },
    /** Other programs take the machine. */
    isBusy: false,
    /** Replies begin so late. */
    turns(count: number, lateMs: number) {
      for (let i = 0; i < count; i++) callMetrics(metrics).overheadMs.observe(lateMs)
    },
    dial(peer?: string) {
      const phone = lab.dial(crypto.randomUUID(), peer)
      phones.push(phone)
      return phone
    },
    isTaken: (phone: LabConnection) => registry.get(phone.callId) !== undefined,
    steps: () => gauge('overload_steps'),
    changes: () => lines.filter(({ event }) => event.startsWith('overload: ')).map(({ steps }) => steps),
  }
  return server
}

describe('seven hundred callers at once', () => {
  test('to a machine that carries 300: enough are taken, none is cut, all others reach the queue', async () => {
    const server = serverOn({ carries: 300 })
    for (let i = 0; i < 700; i++) server.dial()
    const taken = server.phones.filter(server.isTaken)
    const refused = server.phones.filter((phone) => !server.isTaken(phone))
    expect(taken.length).toBeWithin(150, 301)
    expect(refused.filter(({ hungUpAtMs }) => hungUpAtMs === undefined)).toHaveLength(mostSpeaking)
    await server.run(4_000)
    expect(taken.filter(({ hungUpAtMs }) => hungUpAtMs !== undefined)).toEqual([])
    // A frame every 20 ms, the first one at once.
    expect(new Set(taken.map(({ frames }) => frames))).toEqual(new Set([201]))
    expect(refused.filter(({ hungUpAtMs }) => hungUpAtMs === undefined)).toEqual([])
    expect(refused.map(({ callId }) => server.lab.nextSteps.get(callId)?.target)).toEqual(
      refused.map(() => 'support'),
    )
    expect(server.refused('ramp')).toBe(refused.length)
    // One line for all silent refusals, and one for each caller who hears why.
    expect(server.lines.filter(({ event }) => event.includes('refused')).length).toBe(mostSpeaking + 1)
    expect(server.degraded.get('refused')).toStartWith('calls: more came than can be served well')
    await server.run(61_000)
    expect(server.degraded.has('refused')).toBe(false)
    server.stop()
  })

  test('within a second to a machine that carries less than was measured: the rest is refused while it is late', async () => {
    const server = serverOn({ carries: 120, measured: 300 })
    await server.run(1_000, () => {
      for (let i = 0; i < 14; i++) server.dial()
    })
    const begun = server.phones.filter(server.isTaken).length
    expect(begun).toBeLessThan(300)
    await server.run(2_000)
    expect([server.steps(), server.changes().at(-1)]).toEqual([4, 4])
    // What a load balancer is told: no room, until fewer than these are live.
    expect(server.places()).toBe(alwaysTaken)
    const late = server.dial()
    expect(server.isTaken(late)).toBe(false)
    expect(server.refused('late')).toBe(1)
    expect(server.degraded.get('overload')).toBe(
      'overload: frames leave late: every second call goes without the neural voice judge; the recogniser gets its audio in larger pieces; phrases, archive and the page’s interim words wait; new calls go to the queue',
    )
    expect(server.registry.liveCalls).toBe(begun)
    server.stop()
  })

  test('with OVERLOAD=ignore all are taken', async () => {
    const server = serverOn({ carries: 300 }, { OVERLOAD: 'ignore' })
    for (let i = 0; i < 700; i++) server.dial()
    expect(server.registry.liveCalls).toBe(700)
    expect(server.places()).toBe(2_000)
    server.stop()
  })

  test('with OVERLOAD=ignore a late server takes the other steps, and says of none that it refuses calls', async () => {
    const server = serverOn({ carries: 20 }, { OVERLOAD: 'ignore' })
    for (let i = 0; i < 40; i++) server.dial()
    await server.run(3_000)
    expect(server.changes()).toEqual([1, 2, 3])
    expect(server.degraded.get('overload')).not.toContain('queue')
    expect(server.isTaken(server.dial())).toBe(true)
    server.stop()
  })
})

describe('recovery', () => {
  test('comes after five seconds without lateness, and an offer that stays does not make it flap', async () => {
    const server = serverOn({ carries: 120, measured: 300 })
    let ticks = 0
    // Ten callers a second who stay for about 20 s: 200 at once, if all were taken.
    const offer = () => {
      if (++ticks % 5 === 0) server.dial()
      for (const phone of server.phones.splice(0, Math.max(0, server.phones.length - 200)))
        phone.destroy('peer closed')
    }
    await server.run(100_000, offer)
    const refusing = server.changes().filter((steps, i, all) => steps === 4 && all[i - 1] !== 4).length
    expect(refusing).toBeWithin(1, 4)
    // It takes fewer than it had when it was late.
    expect(server.places()).toBeWithin(80, 130)
    expect(server.registry.liveCalls).toBeWithin(80, 130)
    // All callers have left.
    for (const phone of server.phones) phone.destroy('peer closed')
    await server.run(90_000)
    expect([server.steps(), server.degraded.has('overload')]).toEqual([0, false])
    const { relief, chunks, judge } = server
    expect([relief.holdsSecondChoice, chunks.at(-1), judge.sparesHalf]).toEqual([false, 0, false])
    expect(server.isTaken(server.dial())).toBe(true)
    server.stop()
  })
})

describe('replies that begin late', () => {
  test('all at once, after one stall of the server, refuse no call', async () => {
    const server = serverOn({ carries: 300 })
    for (let i = 0; i < 60; i++) server.dial()
    await server.run(2_000)
    server.turns(3, 700)
    await server.run(250)
    server.turns(3, 700)
    for (let i = 0; i < 20; i++) {
      await server.run(250)
      expect(server.isTaken(server.dial())).toBe(true)
    }
    expect(server.steps()).toBe(0)
    server.stop()
  })

  test('for longer than the window do', async () => {
    const server = serverOn({ carries: 300 })
    for (let i = 0; i < 60; i++) server.dial()
    for (let i = 0; i < 12; i++) {
      await server.run(250)
      server.turns(2, 700)
    }
    expect(server.isTaken(server.dial())).toBe(false)
    server.stop()
  })
})

test('what made few calls late was not their number: a third of what is carried is taken again', async () => {
  const server = serverOn({ carries: 300 })
  for (let i = 0; i < 20; i++) server.dial()
  server.isBusy = true
  await server.run(3_000)
  expect(server.isTaken(server.dial())).toBe(false)
  server.isBusy = false
  await server.run(6_000)
  let taken = 20
  for (let look = 0; look < 4; look++) {
    for (let i = 0; i < 120; i++) if (server.isTaken(server.dial())) taken++
    await server.run(250)
  }
  expect(taken).toBeWithin(100, 105)
  server.stop()
})

test('a flood of one peer keeps out no other peer', async () => {
  const server = serverOn({ carries: 300 })
  for (let i = 0; i < 400; i++) server.dial('10.0.0.1')
  expect(server.refused('ramp')).toBeGreaterThan(150)
  for (let look = 0; look < 8; look++) {
    const others = Array.from({ length: 2 }, () => server.dial('10.0.0.2'))
    expect(others.map(server.isTaken)).toEqual([true, true])
    for (let i = 0; i < 100; i++) server.dial('10.0.0.1')
    await server.run(250)
    // Calls end, so that there is room for others.
    for (const phone of server.phones.filter(server.isTaken).slice(0, 40)) phone.destroy('peer closed')
  }
  server.stop()
})

describe('the steps of relief', () => {
  test('begin with the judge: a queue that is late for half the calls only needs no more', async () => {
    const server = serverOn({ carries: 300, judges: 60 })
    for (let i = 0; i < 100; i++) server.dial()
    await server.run(5_000)
    expect(server.judge.sparesHalf).toBe(true)
    expect([server.relief.holdsSecondChoice, server.chunks]).toEqual([false, []])
    expect(server.changes()).toEqual([1])
    server.stop()
  })

  test('a judge that is late all the same refuses calls, and each step is one line of the log', async () => {
    const server = serverOn({ carries: 300, judges: 20 })
    for (let i = 0; i < 100; i++) server.dial()
    await server.run(3_000)
    expect(server.changes()).toEqual([1, 4])
    expect([server.relief.holdsSecondChoice, server.chunks]).toEqual([true, [160]])
    expect(server.isTaken(server.dial())).toBe(false)
    server.stop()
  })
})

test('few calls are taken however late the machine is: they are not what loads it', async () => {
  const server = serverOn({ carries: 0 })
  for (let i = 0; i < 5; i++) {
    expect(server.isTaken(server.dial())).toBe(true)
    await server.run(1_000)
  }
  expect(server.steps()).toBe(4)
  server.stop()
})
