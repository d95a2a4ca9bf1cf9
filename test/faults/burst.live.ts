// A burst of callers on real sockets: far more than begin at once reach the queue, and those who are taken are served.

import { expect, test } from 'bun:test'
import { mostSpeaking } from '../../src/calls/refusals.ts'
import { alwaysTaken } from '../../src/server/overload/overload.ts'
import { until } from '../support/clouds/until.ts'
import { RawPeer, uuidMessage } from '../support/phone/fake-asterisk.ts'
import { metricOf, startWorld } from './world.ts'

const callers = 450

test('of 450 callers at once a part is taken, few hear the busy phrase, and the rest are sent on at once', async () => {
  const world = await startWorld({ MAX_CALLS: '1000', RECORDINGS_DIR: '' })
  const peers: RawPeer[] = []
  for (let i = 0; i < callers; i++) {
    const peer = await RawPeer.connect(world.server.audioSocketPort)
    peer.write(uuidMessage(crypto.randomUUID()))
    peers.push(peer)
  }
  const live = () => world.server.registry.liveCalls
  const refused = () => metricOf(world.server, 'calls_refused_total')
  await until('each caller is taken or refused', () => live() + refused() === callers)
  // At least 150 on a quiet machine (test/server/overload.test.ts, bench overload); a busy one is late sooner.
  expect(live()).toBeGreaterThanOrEqual(alwaysTaken)
  expect(refused()).toBeGreaterThan(mostSpeaking)
  const sentOn = () => peers.filter(({ messages }) => messages.some(({ kind }) => kind === 0)).length
  await until('all but those who hear the phrase are sent on', () => sentOn() >= refused() - mostSpeaking)
  for (const peer of peers) peer.reset()
  await until('all calls are over', () => live() === 0)
  await world.stop()
}, 60_000)
