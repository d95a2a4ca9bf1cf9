// This machine as one of several: the shared store, the vault over it, the list of machines, and how to ask them.

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import { Claims } from './claims.ts'
import { Limits } from './limits.ts'
import { Members } from './members.ts'
import { Messages } from './messages.ts'
import { createPeers, type Peers } from './peers.ts'
import { createRemoteCalls, type RemoteCalls } from './remote-calls.ts'
import { createRemoteRecordings, type RemoteRecordings } from './remote-recordings.ts'
import { createSecrets } from './secrets.ts'
import type { Store } from './store.ts'
import { createVault, type Vault } from './vault.ts'

export type Cluster = {
  readonly store: Store
  readonly vault: Vault
  readonly members: Members
  readonly peers: Peers
  readonly claims: Claims
  readonly messages: Messages
  readonly limits: Limits
  /** The calls of the other machines. */
  readonly calls: RemoteCalls
  /** Their recordings. */
  readonly recordings: RemoteRecordings
  /** Whether a request comes from another machine of the cluster. */
  isPeer(header: string | undefined, method: string, path: string): boolean
  close(): Promise<void>
}

export type ClusterOptions = {
  redisUrl: string
  /** CLUSTER_KEY. */
  key: string
  clock: Clock
  log: Log
  metrics: Metrics
  /** Called with why Redis is of no use now, and with undefined when it is again. */
  onFault: (fault: string | undefined) => void
  /** How long another machine may take to answer, in place of the usual time. */
  peerMs?: number | undefined
}

export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { clock, log, metrics, key } = options
  const secrets = createSecrets(key)
  // Loads ioredis: a machine that is alone never does.
  const { openRedisStore } = await import('./redis.ts')
  const store = await openRedisStore({
    ...{ url: options.redisUrl, clock, log, metrics, onFault: options.onFault },
    prefix: `vb1:${secrets.site}:`,
  })
  const vault = createVault(store, secrets)
  const id = Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex')
  const members = new Members({ store, vault, clock, metrics, id })
  const peers = createPeers(clock, secrets, members, options.peerMs)
  const claims = new Claims({ clock, store, vault, members, peers })
  const messages = new Messages({ store, vault, members, peers })
  return {
    ...{ store, vault, members, peers, claims, messages },
    limits: new Limits({ clock, metrics, store, vault, members, messages }),
    calls: createRemoteCalls(clock, members, peers),
    recordings: createRemoteRecordings(members, peers),
    isPeer: (header, method, path) => secrets.isSigned(header, method, path, clock.wallMs()),
    async close() {
      claims.close()
      await members.stop()
      await store.close()
    },
  }
}
