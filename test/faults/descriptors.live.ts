// File descriptors run out: live calls go on, and new calls are taken again when descriptors are free.

import { expect, test } from 'bun:test'
import { until } from '../support/clouds/until.ts'
import { askAdmin } from '../support/lab/admin.ts'
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
  // The other port answers, and says what happens.
  const ready = await (await askAdmin(server.adminUrl, '/readyz')).json()
  expect(JSON.stringify(ready)).toContain('audiosocket port: full')
  // At the limit itself the listener would turn in circles for a whole core, for ever.
  await server.rests()
  const usedS = await server.cpuS()
  await phone.hears(100)
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

test('420 idle connections to the admin port stop neither calls nor health checks where 400 files may be open', async () => {
  const server = await startServer({ maxFiles: 400 })
  const before = await Telephone.dial(server.port)
  const idle: RawPeer[] = []
  for (let i = 0; i < 420; i++) idle.push(await RawPeer.connect(Number(new URL(server.adminUrl).port)))
  await until('most of them are turned away', () => idle.filter(({ closed }) => closed).length > 380)
  const phone = await Telephone.dial(server.port)
  await phone.hears(20)
  const health = async (path: string) => (await askAdmin(server.adminUrl, path)).json() as Promise<object>
  expect(await health('/healthz')).toMatchObject({ status: 'alive' })
  expect(JSON.stringify(await health('/readyz'))).toContain('admin port: full')
  expect(await server.metric('admin_connections_refused_total')).toBeGreaterThan(380)
  expect(await server.openFiles()).toBeLessThan(200)
  expect(await (await askAdmin(server.adminUrl, '/metrics')).text()).toContain('\nprocess_max_fds 400\n')
  // The first refusal at once, then one summary a second.
  expect(server.output.match(/connections? refused/g)!.length).toBeLessThan(10)
  expect(longestGapMs(before.frameMs)).toBeLessThan(1_000)
  for (const peer of idle) peer.reset()
  for (const one of [before, phone]) one.hangUp()
  await server.stop()
}, 60_000)
