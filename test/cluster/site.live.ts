// A change of the site on one server is on air on the others, over a real Redis; shared-site.test.ts has the cases.

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorld, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'
import { clusterSettings, startMachines } from './machines.ts'

let redis: RedisServer
let machines: World[]

beforeAll(async () => {
  redis = await RedisServer.start()
  machines = await startMachines(2, redis)
})
afterAll(async () => {
  for (const machine of machines) await machine.stop()
  await redis.kill()
})

type Hours = { message: { value: string }; version: number }
const hours = async (world: World) =>
  (await askAdmin(world.server.adminUrl, '/api/hours')).json() as Promise<Hours>
const change = (world: World, message: string, version?: number) =>
  askAdmin(world.server.adminUrl, '/api/hours', {
    method: 'PUT',
    body: JSON.stringify({ message, ...(version !== undefined && { version }) }),
    headers: { 'content-type': 'application/json' },
  })
const hasMessage = (world: World, message: string) =>
  eventually(`the message is: ${message}`, async () => (await hours(world)).message.value === message)
/** A busy test machine may take Redis out of use for a moment: then a change is refused, and made again. */
const changed = (world: World, message: string) =>
  eventually('the change is taken', async () => (await change(world, message)).status === 200)

test('a message on one machine is said by the other, and by one that joins', async () => {
  const [a, b] = machines as [World, World]
  const { version } = await hours(a)
  await changed(a, 'Nos lignes sont chargées.')
  await hasMessage(b, 'Nos lignes sont chargées.')
  expect((await change(b, 'Autre message.', version)).status).toBe(409)
  const late = await startWorld(clusterSettings(redis))
  machines.push(late)
  await eventually('it is ready', async () => (await askAdmin(late.server.adminUrl, '/readyz')).ok)
  await hasMessage(late, 'Nos lignes sont chargées.')
  const key = (await redis.cli('keys', '*:site')).trim()
  expect(await redis.cli('get', key)).not.toContain('hours')
})

test('while Redis is gone a change is refused; when it is back, empty, changes are taken', async () => {
  const [a, b] = machines as [World, World]
  await redis.kill()
  await eventually('a has noticed', async () => a.metric('cluster_redis_up') === 0)
  expect(await (await change(a, 'Bonne année.')).json()).toMatchObject({ code: 'no_redis' })
  await redis.restart()
  await changed(a, 'Bonne année.')
  await hasMessage(b, 'Bonne année.')
})
