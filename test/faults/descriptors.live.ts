// File descriptors run out: live calls go on, and new calls are taken again when descriptors are free.

import { expect, test } from 'bun:test'
import { until } from '../support/clouds/until.ts'
import { RawPeer, until as turn } from '../support/phone/fake-asterisk.ts'
import { startServer } from './process.ts'
import { longestGapMs, Telephone } from './world.ts'

const maxFiles = 80

test('a server without a descriptor left keeps its call, and takes others when it has some again', async () => {
  const server = await startServer({ maxFiles })
  const phone = await Telephone.dial(server.port)
  const peers: RawPeer[] = []
  for (let i = 0; i < 100; i++) peers.push(await RawPeer.connect(server.port))
  await until('most of them are turned away', () => peers.filter(({ closed }) => closed).length > 60)
  const usedS = await server.cpuS()
  await phone.hears(100)
  // At the limit itself the listener would turn in circles for a whole core.
  expect((await server.cpuS()) - usedS).toBeLessThan(1)
  expect(await server.openFiles()).toBeLessThan(maxFiles - 8)
  for (const peer of peers) peer.reset()
  await turn(() => peers.every(({ closed }) => closed), 'the peers are gone')
  let next: Telephone | undefined
  for (let tries = 0; tries < 50 && !next?.frameMs.length; tries++) next = await Telephone.dial(server.port)
  await next!.hears(20)
  expect(next!.frameMs.length).toBeGreaterThan(20)
  expect(longestGapMs(phone.frameMs)).toBeLessThan(1_000)
  const before = phone.frameMs.length
  await phone.hears(20)
  expect(phone.frameMs.length).toBeGreaterThan(before)
  for (const one of [phone, next!]) one.hangUp()
  await server.stop()
}, 30_000)
