// Several whole servers in this process that share one real Redis.

import type { ServeParts } from '../../src/server/context.ts'
import { startWorld, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import type { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'

export const clusterKey = 'd41d8cd98f00b204e9800998ecf8427e00112233445566778899aabbccddeeff'

/** A busy machine would refuse calls as overloaded, which is not the subject here. */
export const clusterSettings = (redis: RedisServer) => ({
  REDIS_URL: redis.url,
  CLUSTER_KEY: clusterKey,
  OVERLOAD: 'ignore',
})

/** On two busy cores a machine that lives may take longer than the usual 300 ms to answer another one. */
const patient = { peerMs: 10_000 }

/**
 * @param members of the cluster with those of other processes
 * @param parts the usual deadlines, where a test freezes a machine: `{}`
 * @returns servers that see each other
 */
export async function startMachines(
  count: number,
  redis: RedisServer,
  environment: Record<string, string> = {},
  members = count,
  parts: Partial<ServeParts> = patient,
): Promise<World[]> {
  const worlds: World[] = []
  for (let i = 0; i < count; i++)
    worlds.push(await startWorld({ ...clusterSettings(redis), ...environment }, parts))
  await seeEachOther(worlds, members)
  return worlds
}

export const seeEachOther = (worlds: readonly World[], members = worlds.length) =>
  eventually('the machines see each other', async () =>
    worlds.every((world) => world.metric('cluster_members') === members),
  )

/** What the dialplan gets when it asks this machine. */
export async function nextStep(
  world: World,
  callId: string,
  query = '',
): Promise<{ text: string; known: boolean }> {
  const answer = await askAdmin(world.server.adminUrl, `/asterisk/calls/${callId}/next${query}`)
  return { text: await answer.text(), known: answer.headers.get('X-Known') !== '0' }
}
