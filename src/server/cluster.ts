// This server as one of several, when REDIS_URL is set; undefined when it is alone.

import { version } from '../../package.json'
import type { Cluster } from '../cluster/cluster.ts'
import type { Config } from '../config.ts'
import type { FoundRecording } from '../recording/everywhere.ts'
import { createRecordings } from '../recording/library.ts'
import type { Search } from '../recording/search/search.ts'
import { mostParts } from '../recording/together.ts'
import type { Site } from '../site/types.ts'
import type { CallParts } from './calls.ts'
import type { ServerContext } from './context.ts'
import type { SiteParts } from './site.ts'
import type { SpeechParts } from './speech.ts'
import { SpokenShelf } from './spoken-shelf.ts'

/** Connects to Redis in the background; this machine is in no list yet. */
export async function openClusterParts(
  context: ServerContext,
  peerMs?: number,
): Promise<Cluster | undefined> {
  const { config, clock, log, metrics, degraded } = context
  if (config.REDIS_URL === '') return undefined
  const { openCluster } = await import('../cluster/cluster.ts')
  return openCluster({
    ...{ redisUrl: config.REDIS_URL, key: config.CLUSTER_KEY, clock, log, metrics, peerMs },
    onFault: (fault) => {
      if (fault === undefined) {
        if (degraded.delete('redis')) log.info('Redis answers')
      } else {
        if (!degraded.has('redis')) log.info('works without Redis for now', { reason: fault })
        degraded.set('redis', `redis: it is not used (${fault}), so this machine works alone`)
      }
    },
  })
}

/** From now on the site and the sentences that voices speak are shared. @returns a stop function */
export function shareSpeech(
  context: ServerContext,
  cluster: Cluster | undefined,
  { site, sharing }: SiteParts,
  { phrases, renewSite }: Pick<SpeechParts, 'phrases' | 'renewSite'>,
  voiceKey: string,
): () => void {
  if (cluster === undefined) return () => {}
  const shelf = new SpokenShelf(context, cluster, phrases, voiceKey)
  phrases.shareWith((...spoken) => shelf.give(...spoken))
  sharing?.follow(site, renewSite)
  return () => {
    sharing?.close()
    shelf.close()
  }
}

/** @returns finds the recordings of a call on all machines that answer */
export function findParts(
  { RECORDINGS_DIR }: Config,
  search: Search,
  { recordings }: Pick<Cluster, 'recordings'>,
): (callId: string) => Promise<FoundRecording[]> {
  return async (callId) => {
    const { listEverywhere } = await import('../recording/everywhere.ts')
    const list = listEverywhere(createRecordings(RECORDINGS_DIR, search), recordings)
    return (await list({ callId, limit: mostParts })).recordings
  }
}

/** From now on the other machines see this one. @param adminUrl where its admin server answers */
export function joinCluster(
  { config, clock }: ServerContext,
  cluster: Cluster,
  { registry, capacity }: Pick<CallParts, 'registry' | 'capacity'>,
  speech: Pick<SpeechParts, 'voiceState'>,
  site: Pick<Site, 'state'>,
  adminUrl: string,
): void {
  const startedWallMs = clock.wallMs()
  const fingerprint = fingerprintOf(config)
  const url = config.CLUSTER_URL === '' ? new URL(adminUrl).origin : config.CLUSTER_URL
  cluster.members.begin(() => ({
    ...{ url, version, fingerprint, startedWallMs },
    live: registry.liveCalls,
    max: capacity.limit,
    draining: registry.draining,
    voice: speech.voiceState().voice,
    phrases: site.state.generation,
  }))
}

/** Settings that should be the same on every machine, or callers notice which one they got. */
const sameEverywhere = [
  ...['LANGUAGE', 'LANGUAGES', 'TIME_ZONE', 'STT', 'LLM', 'TTS', 'TTS_INSTRUCTIONS', 'RECORDING'],
  ...[
    'RECORDING_PAUSE',
    'TRANSFER_QUEUE',
    'TRANSFER_DIAL',
    'TECHNICIANS',
    'MAX_CALL_S',
    'AUDIOSOCKET_REGISTERED',
    'RECORDINGS_DAYS',
    'TRANSCRIPTS_DAYS',
  ],
] as const

function fingerprintOf(config: Config): string {
  const values = config as unknown as Record<string, unknown>
  const text = JSON.stringify(sameEverywhere.map((name) => values[name]))
  return new Bun.CryptoHasher('sha256').update(text).digest('hex').slice(0, 8)
}
