// More callers than there is room for, on real sockets: those who go to the queue hear so, and the hang-up follows the
// protocol.

import { describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { until } from '../support/clouds/until.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { RawPeer, until as turn, uuidMessage } from '../support/phone/fake-asterisk.ts'
import { metricOf, startWorld, Telephone } from './world.ts'

describe('over MAX_CALLS', () => {
  test.concurrent('a caller hears the busy phrase and the hang-up message, and the dialplan goes to the queue', async () => {
    const world = await startWorld({ MAX_CALLS: '1' })
    const first = await Telephone.dial(world.server.audioSocketPort)
    const second = await Telephone.dial(world.server.audioSocketPort)
    const end = await second.ended
    expect([end.end, end.violation, end.tryStatus]).toEqual(['agent hung up', undefined, 'SUCCESS'])
    expect(second.audibleMs.length * 20).toBeWithin(2_000, 6_000)
    const answer = await askAdmin(world.server.adminUrl, `/asterisk/calls/${second.callId}/next`)
    expect(await answer.text()).toStartWith('queue|support\n')
    expect(world.server.registry.get(first.callId)?.outcome).toBeNull()
    first.hangUp()
    await until('the first is over', () => world.server.registry.liveCalls === 0)
    const third = await Telephone.dial(world.server.audioSocketPort)
    expect(world.server.registry.liveCalls).toBe(1)
    third.hangUp()
    await world.stop()
  }, 15_000)

  test.concurrent('three hundred silent sockets neither take a place nor fill the log', async () => {
    const world = await startWorld({ MAX_CALLS: '1' })
    const loris = await Promise.all(
      Array.from({ length: 300 }, () => RawPeer.connect(world.server.audioSocketPort)),
    )
    await turn(() => loris.filter(({ closed }) => closed).length >= 44, 'those over the bound are closed')
    // In the flood's first quarter of a second no socket is evicted; Asterisk's next call gets through.
    let phone = await Telephone.dial(world.server.audioSocketPort)
    while (phone.frameMs.length === 0) phone = await Telephone.dial(world.server.audioSocketPort)
    expect(world.server.registry.get(phone.callId)?.state).toBe('welcome')
    expect(loris.filter(({ closed }) => !closed).length).toBeGreaterThan(200)
    await until('all have gone', () => loris.every(({ closed }) => closed))
    expect(metricOf(world.server, 'audiosocket_refused_total')).toBeGreaterThanOrEqual(300)
    expect(world.lines.filter(({ event }) => event.includes('refused')).length).toBeLessThan(8)
    phone.hangUp()
    await world.stop()
  }, 15_000)
})

test.concurrent('over AUDIOSOCKET_PER_PEER a call of that address is closed at once, and other addresses have their own', async () => {
  const world = await startWorld({ AUDIOSOCKET_PER_PEER: '1' })
  const { audioSocketPort } = world.server
  const first = await Telephone.dial(audioSocketPort)
  const second = await Telephone.dial(audioSocketPort)
  expect((await second.ended).durationMs).toBeLessThan(500)
  expect(second.frameMs).toEqual([])
  const other = connect({ host: '127.0.0.1', port: audioSocketPort, localAddress: '127.0.0.2' })
  other.write(uuidMessage(crypto.randomUUID()))
  await until('both have a call', () => world.server.registry.liveCalls === 2)
  other.destroy()
  await first.hears(20)
  expect(world.lines.filter(({ event }) => event === 'connection refused')).toMatchObject([
    { reason: 'too many connections of this peer', peer: '127.0.0.1' },
  ])
  first.hangUp()
  await world.stop()
})
