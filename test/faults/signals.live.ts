// What callers notice when the server gets a signal: a drain, and a kill.

import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Glob } from 'bun'
import { until } from '../support/clouds/until.ts'
import { startServer } from './process.ts'
import { Telephone } from './world.ts'

describe('SIGTERM in the middle of calls', () => {
  test.concurrent('turns new callers to the queue and tells them, says goodbye after the limit, ends with 0', async () => {
    const server = await startServer({ environment: { DRAIN_TIMEOUT_S: '2' } })
    const live = await Telephone.dial(server.port)
    server.signal('SIGTERM')
    const termMs = performance.now()
    await until('it drains', () => server.output.includes('"draining"'))
    const late = await Telephone.dial(server.port)
    const lateEnd = await late.ended
    expect([lateEnd.end, lateEnd.violation, lateEnd.tryStatus]).toEqual([
      'agent hung up',
      undefined,
      'SUCCESS',
    ])
    // "Notre assistant est indisponible pour le moment. Je vous passe un conseiller." is 4.2 s long.
    expect(late.audibleMs.length * 20).toBeWithin(2_000, 6_000)
    const end = await live.ended
    expect([end.end, end.violation]).toEqual(['agent hung up', undefined])
    // The server stays until the dialplan has asked: without an answer it would send a caller who is done to the queue.
    await Bun.sleep(200)
    expect(await server.next(live.callId)).toBe('hangup|\n')
    expect(performance.now() - termMs).toBeGreaterThan(2_000)
    expect(live.audibleMs.at(-1)! - termMs).toBeGreaterThan(2_000)
    expect(await server.exited).toBe(0)
    expect(performance.now() - termMs).toBeLessThan(15_000)
    const [record] = await Array.fromAsync(new Glob('*/*.json').scan(server.dir))
    const { callId, outcome } = await Bun.file(join(server.dir, record)).json()
    expect([callId, outcome]).toEqual([live.callId, 'goodbye'])
    await server.stop()
  }, 30_000)

  test.concurrent('lets calls that end within the limit end in their own time', async () => {
    const server = await startServer({ environment: { DRAIN_TIMEOUT_S: '60' } })
    const live = await Telephone.dial(server.port)
    server.signal('SIGTERM')
    await until('it drains', () => server.output.includes('"draining"'))
    await live.hears(50)
    live.hangUp()
    expect(await server.exited).toBe(0)
    const [record] = await Array.fromAsync(new Glob('*/*.json').scan(server.dir))
    expect(await Bun.file(join(server.dir, record)).json()).toMatchObject({ outcome: 'hangup' })
    await server.stop()
  }, 30_000)
})

test.concurrent('a drain ends with the last call, however many callers keep coming', async () => {
  const server = await startServer({ environment: { DRAIN_TIMEOUT_S: '40' } })
  const live = await Telephone.dial(server.port)
  server.signal('SIGTERM')
  await until('it drains', () => server.output.includes('"draining"'))
  const termMs = performance.now()
  const turnedAway: Promise<Telephone>[] = []
  const coming = setInterval(() => void turnedAway.push(Telephone.dial(server.port)), 500)
  await live.hears(100)
  live.hangUp()
  // The closing phrase is 5 to 8 s long; a caller who hears it hears all of it.
  expect(await server.exited).toBe(0)
  clearInterval(coming)
  expect(performance.now() - termMs).toBeLessThan(16_000)
  const ends = await Promise.all((await Promise.all(turnedAway)).map(({ ended }) => ended))
  const heard = ends.filter(({ end }) => end !== 'no answer')
  expect(heard.length).toBeGreaterThan(2)
  expect(heard.map(({ end, violation }) => violation ?? end)).toEqual(heard.map(() => 'agent hung up'))
  await server.stop()
}, 60_000)

describe('Ctrl-C at a server that was started by `bun run start`', () => {
  test.concurrent('arrives several times and counts once: the call goes on, and the output says for how long', async () => {
    const server = await startServer({ by: 'script', environment: { DRAIN_TIMEOUT_S: '30' } })
    const live = await Telephone.dial(server.port)
    server.signalGroup('SIGINT')
    await until('it tells', () => server.output.includes('One call goes on, for 30 s at most'))
    await live.hears(100)
    live.hangUp()
    expect((await live.ended).end).toBe('caller hung up')
    expect(await server.exited).toBe(0)
    expect(server.output).not.toContain('exited with code')
    await server.stop()
  }, 30_000)

  test.concurrent('pressed again a second later ends everything at once', async () => {
    const server = await startServer({ by: 'script', environment: { DRAIN_TIMEOUT_S: '30' } })
    const live = await Telephone.dial(server.port)
    server.signalGroup('SIGINT')
    await live.hears(60)
    server.signalGroup('SIGINT')
    expect(['agent closed', 'agent reset']).toContain((await live.ended).end)
    expect(await server.exited).toBe(1)
    expect(server.output).toContain('"ended at once"')
    await server.stop()
  }, 30_000)
})

test.concurrent('SIGKILL: Asterisk sees a close, both tracks are whole up to the last 200 ms, and the next server says queue', async () => {
  const server = await startServer()
  const phone = await Telephone.dial(server.port)
  await phone.hears(100)
  const heardFrames = phone.frameMs.length
  server.signal('SIGKILL')
  const end = await phone.ended
  expect(['agent closed', 'agent reset']).toContain(end.end)
  await server.stop('keep')
  const raw = await Array.fromAsync(new Glob('*/*.raw').scan(server.dir))
  expect(raw).toHaveLength(2)
  for (const file of raw) {
    const { size } = Bun.file(join(server.dir, file))
    expect(size % 320).toBe(0)
    expect(size / 320).toBeGreaterThanOrEqual(heardFrames - 10)
  }
  const again = await startServer({ dir: server.dir })
  expect(await again.next(phone.callId)).toBe('queue|support\n')
  const next = await Telephone.dial(again.port)
  await next.hears(10)
  next.hangUp()
  await again.stop()
}, 30_000)
