// Whether this server can take a call, as /readyz says it: by the admin app, or by what answers while that cannot be
// loaded.

import type { Readiness } from '../admin/deps.ts'
import { readinessOf } from '../admin/readiness.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { CallNeeds, CallParts } from './calls.ts'
import type { ServerContext } from './context.ts'
import type { SiteParts } from './site.ts'

export type ReadinessParts = {
  needs: Pick<CallNeeds, 'speech' | 'vendors'>
  calls: Pick<CallParts, 'judge' | 'room'>
  cluster: Cluster | undefined
  site: Pick<SiteParts, 'sharing'>
}

/** @param isErased false while this machine of a cluster carries out erasures that it missed */
export function readinessNow(
  { config, degraded }: Pick<ServerContext, 'config' | 'degraded'>,
  { needs: { speech, vendors }, calls, cluster, site: { sharing } }: ReadinessParts,
  isErased: boolean | undefined,
): Readiness {
  return readinessOf({
    audio: { size: config.AUDIO_WORKERS, down: speech.pool.down },
    judge: calls.judge,
    voiceDown: vendors.voiceDown,
    ears: vendors.ears,
    room: calls.room(),
    degraded: [...degraded.values(), ...(cluster ? awayOf(cluster) : [])],
    isErased,
    isCaughtUp: sharing?.isReady,
  })
}

/** A sentence for each machine that is off. */
const awayOf = ({ members }: Cluster) =>
  members
    .away()
    .map(
      ({ url, lastSeenWallMs }) => `machine ${url}: off, last seen ${new Date(lastSeenWallMs).toISOString()}`,
    )
