// Whether a call was this machine's to its end, as the claim in Redis says.

import { expect, test } from 'bun:test'
import { Claims } from '../../src/cluster/claims.ts'
import { createSecrets } from '../../src/cluster/secrets.ts'
import type { Store } from '../../src/cluster/store.ts'
import { createVault } from '../../src/cluster/vault.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { clusterKey } from './machines.ts'

/** Ends a call that was claimed with generation 5, and has this one in Redis; undefined: Redis gives no answer. */
async function endedWith(generation: number | null | undefined): Promise<[boolean, number[]]> {
  const ended: number[] = []
  const store = {
    onUp: () => () => {},
    claim: async () => ({ granted: true, generation: 5, before: null, wasLost: false }),
    owner: async () =>
      typeof generation === 'number' ? { owner: 'a', generation, rescued: false } : generation,
    endClaim: (_: string, of: number) => void ended.push(of),
  } as Partial<Store> as Store
  const claims = new Claims({
    ...{ clock: new FakeClock(), store, vault: createVault(store, createSecrets(clusterKey)) },
    members: { id: 'a', prefix: 'member:', get: () => undefined },
    peers: { ask: async () => undefined },
  })
  claims.begin('call', () => {})
  const isOurs = await claims.end('call')
  claims.close()
  return [isOurs, ended]
}

test.each([
  [5, true],
  [null, true],
  [undefined, true],
  [6, false],
])('a call whose claim has generation %p in Redis was ours to the end: %p', async (generation, isOurs) => {
  expect(await endedWith(generation)).toEqual([isOurs, [5]])
})
