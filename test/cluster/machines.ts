// Several whole servers in this process that share one real Redis.

import { startWorld, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import type { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'

export const clusterKey = 'd41d8cd98f00b204e9800998ecf8427e00112233445566778899aabbccddeeff'

/** @returns servers that see each other */
export async function startMachines(
  count: number,
  redis: RedisServer,
  environment: Record<string, string> = {},
): Promise<World[]> {
  const worlds: World[] = []
  for (let i = 0; i < count; i++)
    worlds.push(await startWorld({ REDIS_URL: redis.url, CLUSTER_KEY: clusterKey, ...environment }))
  await seeEachOther(worlds)
  return worlds
}

export const seeEachOther = (worlds: readonly World[]) =>
  eventually('the machines see each other', async () =>
    worlds.every((world) => world.metric('cluster_members') === worlds.length),
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
