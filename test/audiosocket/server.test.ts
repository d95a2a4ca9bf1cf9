import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { silentLog } from '../../src/base/log.ts'
import { closeServers, startEcho } from '../support/phone/echo-server.ts'
import { goodCall, RawPeer, until, uuidMessage, uuidOf } from '../support/phone/fake-asterisk.ts'

setDefaultTimeout(60_000)

afterEach(closeServers)

const mine = uuidOf(2)

describe('admission', () => {
  test('an address outside the allow-list is closed at once', async () => {
    const bench = startEcho({ allow: ['192.0.2.0/24'] })
    const peer = await RawPeer.connect(bench.server.port)
    await until(() => peer.closed, 'the peer is closed')
    expect([bench.refused, bench.server.connections, bench.count('refused')]).toEqual([
      ['address not allowed'],
      0,
      1,
    ])
  })

  test('peers that reset before they are accepted are logged as resets, not as refused addresses', async () => {
    const reasons = new Set<string>()
    const warn = (_text: string, fields: Record<string, unknown> = {}) => {
      for (const reason of Object.keys(fields.reasons ?? { [String(fields.reason)]: 1 })) reasons.add(reason)
    }
    const bench = startEcho({ log: { ...silentLog, warn } })
    // From another process while this one is blocked: all have gone before the first is accepted.
    const resets = `let open = 50
      for (let i = 0; i < 50; i++) {
        const socket = require('node:net').connect(${bench.server.port}, '127.0.0.1')
        socket.on('connect', () => { socket.resetAndDestroy(); if (--open === 0) process.exit() })
      }`
    Bun.spawnSync([process.execPath, '-e', resets])
    await until(() => bench.count('refused') === 50, 'all are refused')
    bench.server.close()
    expect([...reasons]).toEqual(['peer reset'])
  })

  test('one connection over the limit is refused, and accepted once another has ended', async () => {
    for (const options of [{ maxConnections: 2 }, { maxConnectionsPerPeer: 2 }]) {
      const bench = startEcho(options)
      const good = await goodCall(bench.server.port, bench.clock)
      const second = await RawPeer.connect(bench.server.port)
      second.write(uuidMessage(uuidOf(3)))
      await until(() => bench.calls.has(uuidOf(3)), 'the second is a call')
      const third = await RawPeer.connect(bench.server.port)
      await until(() => third.closed, 'the third is closed')
      expect(bench.refused).toHaveLength(1)
      expect(bench.refused[0]).toStartWith('too many connections')
      second.end()
      await until(() => bench.server.connections === 1, 'the second has ended')
      const fourth = await RawPeer.connect(bench.server.port)
      fourth.write(uuidMessage(mine))
      await until(() => bench.calls.has(mine), 'the fourth is a call')
      await good.proves()
    }
  })

  test('a port without room says so until a minute after the last refusal', async () => {
    const said: boolean[] = []
    const bench = startEcho({ maxConnections: 1, onFull: (isFull) => said.push(isFull) })
    const good = await goodCall(bench.server.port, bench.clock)
    await good.proves()
    const refused = await RawPeer.connect(bench.server.port)
    await until(() => refused.closed, 'the second is closed')
    expect(said).toEqual([true])
    bench.clock.advance(59_000)
    expect(said).toEqual([true])
    bench.clock.advance(2_000)
    expect(said).toEqual([true, false])
  })

  test('a uuid may be used again once its call has ended', async () => {
    const bench = startEcho()
    for (let round = 0; round < 3; round++) {
      bench.calls.clear()
      const peer = await RawPeer.connect(bench.server.port)
      peer.write(uuidMessage(mine))
      await until(() => bench.calls.has(mine), 'the call is there')
      peer.end()
      await until(() => bench.server.connections === 0, 'the call has ended')
      expect(bench.calls.get(mine)!.closed).toEqual(['peer closed'])
    }
    expect(bench.refused).toEqual([])
  })

  test('sockets that never send their uuid take no place from a call', async () => {
    const bench = startEcho({ maxConnections: 2, maxPending: 4 })
    const good = await goodCall(bench.server.port, bench.clock)
    await good.proves()
    const loris = await Promise.all(Array.from({ length: 8 }, () => RawPeer.connect(bench.server.port)))
    await until(() => bench.count('refused') === 4, 'four of them are refused')
    bench.clock.advance(250)
    const second = await RawPeer.connect(bench.server.port)
    second.write(uuidMessage(mine))
    await until(() => bench.calls.has(mine), 'the second is a call')
    await until(() => loris.filter(({ closed }) => closed).length === 5, 'the oldest has yielded')
    expect(bench.refused[0]).toBe('too many connections without uuid')
    await good.proves()
  })

  test('of two connections that race for the last place, the second is closed when its uuid comes', async () => {
    const bench = startEcho({ maxConnections: 1 })
    const peers = await Promise.all([2, 3].map(() => RawPeer.connect(bench.server.port)))
    await until(() => bench.server.connections === 2, 'both wait')
    for (const [i, peer] of peers.entries()) peer.write(uuidMessage(uuidOf(2 + i)))
    await until(() => peers.some(({ closed }) => closed), 'one is closed')
    expect([bench.calls.size, bench.refused]).toEqual([1, ['too many connections']])
  })

  test('where calls must be announced, an unannounced uuid is closed and an announced one may call once', async () => {
    const expected = new Set([uuidOf(1)])
    const bench = startEcho({ expects: (callId) => expected.delete(callId) })
    const good = await goodCall(bench.server.port, bench.clock)
    await good.proves()
    const stranger = await RawPeer.connect(bench.server.port)
    stranger.write(uuidMessage(mine))
    await until(() => stranger.closed, 'the stranger is closed')
    good.call.hangUp()
    await until(() => bench.server.connections === 0, 'the call has ended')
    const again = await RawPeer.connect(bench.server.port)
    again.write(uuidMessage(uuidOf(1)))
    await until(() => again.closed, 'the second time is refused')
    expect([bench.refused, bench.count('refused'), bench.calls.size]).toEqual([['uuid not expected'], 2, 1])
  })

  test('a call for which onCall throws is closed, and the next one is served', async () => {
    let throws = true
    const bench = startEcho({
      onCall: (connection) => {
        if (throws) throw new Error('a defect of ours')
        bench.onCall(connection)
      },
    })
    const peer = await RawPeer.connect(bench.server.port)
    peer.write(uuidMessage(mine))
    await until(() => peer.closed, 'the peer is closed')
    throws = false
    const good = await goodCall(bench.server.port, bench.clock, { callId: mine })
    await good.proves()
    expect(bench.failed).toEqual(['Error: a defect of ours'])
  })
})

test('stopAccepting refuses new connections and keeps serving open ones', async () => {
  const bench = startEcho()
  const good = await goodCall(bench.server.port, bench.clock)
  await good.proves()
  bench.server.stopAccepting()
  await good.proves()
  const late = await goodCall(bench.server.port, bench.clock, { callId: mine })
  expect((await late.call.ended).end).toBe('no answer')
  await good.proves()
})

test('close ends every call exactly once', async () => {
  const bench = startEcho()
  const good = await goodCall(bench.server.port, bench.clock)
  const peer = await RawPeer.connect(bench.server.port)
  await until(() => bench.server.connections === 2 && bench.calls.size === 1, 'both are there')
  bench.server.close()
  expect((await good.call.ended).end).toBe('agent closed')
  await until(() => peer.closed, 'the other is closed')
  expect([bench.calls.get(uuidOf(1))!.closed, bench.server.connections]).toEqual([['server closed'], 0])
})

test('a hundred calls of one second each receive their whole echo', async () => {
  const bench = startEcho()
  const calls = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      goodCall(bench.server.port, bench.clock, { callId: uuidOf(100 + i) }),
    ),
  )
  for (const [i, { call }] of calls.entries()) call.say(new Int16Array(8_000).fill(i + 1))
  for (let n = 0; n < 50; n++) {
    bench.clock.advance(20)
    await until(() => calls.every(({ heard }) => heard.length === n + 1), `echo ${n} is there`)
  }
  for (const [i, { heard }] of calls.entries()) expect(heard).toEqual(new Array(50).fill(i + 1))
})
