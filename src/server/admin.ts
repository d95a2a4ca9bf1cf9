// The operator's HTTP server, and which parts of the server it may see and change.

import { readFileSync } from 'node:fs'
import { version } from '../../package.json'
import { createAllowList } from '../access/allow-list.ts'
import { createAdmin } from '../admin/app.ts'
import type { ClusterDeps } from '../admin/deps.ts'
import { frontDefaults } from '../admin/front.ts'
import { readinessOf } from '../admin/readiness.ts'
import { type AdminServer, startAdmin } from '../admin/server.ts'
import { descriptorsLeft, divideDescriptors } from '../base/descriptors.ts'
import { ConfigError } from '../base/errors.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Config } from '../config.ts'
import { createAccess } from '../recording/access.ts'
import { createErasure } from '../recording/erasure.ts'
import { createRecordings } from '../recording/library.ts'
import type { Webrtc } from '../webrtc/types.ts'
import type { Access } from './access.ts'
import type { CallNeeds, CallParts } from './calls.ts'
import type { ServerContext } from './context.ts'
import { createDraft } from './draft.ts'
import { Erasures } from './erasures.ts'
import { listening } from './listening.ts'
import type { SiteParts } from './site.ts'
import { createTrial } from './try-desk.ts'

/** @throws {ConfigError} `port` when it cannot listen */
export function openAdmin(
  context: ServerContext,
  needs: Pick<CallNeeds, 'vendors' | 'speech' | 'recording' | 'dialplan'>,
  calls: CallParts,
  access: Access,
  webrtc: Webrtc | undefined,
  cluster: Cluster | undefined,
  { site, sharing }: SiteParts,
): AdminServer {
  const { config } = context
  const { ADMIN_HOST: host, ADMIN_PORT: port } = config
  const { registry, judge, drain, room } = calls
  const { vendors, speech, recording, dialplan } = needs
  const { expected, nextSteps, handover } = dialplan
  const { clock, log, metrics } = context
  const dir = config.RECORDINGS_DIR
  const forget = (callId: string) => context.memories.forget(callId)
  const asteriskAllow = createAllowList(config.ASTERISK_ALLOW)
  const tls = tlsOf(config)
  const eraseHere = createErasure({
    dir,
    calls: registry,
    forget,
    unwrittenOf: (phone) => recording.unwrittenOf(phone).map(({ callId }) => callId),
    dropGone: () => recording.search.dropGone(),
    log,
  })
  const callBacks = handover?.callBacks
  const eraseShared = async (phone: string) => {
    await callBacks?.forget((callBack) => callBack.phone === phone)
    return eraseHere(phone)
  }
  const erasures = cluster && new Erasures(context, cluster, eraseShared)
  const open = () =>
    startAdmin({
      host,
      port,
      ...{ clock, log, metrics, ...(tls && { tls }) },
      limits: limitsOf(context),
      app: createAdmin({
        clock,
        log,
        metrics,
        version,
        ...access,
        proxyFrom: config.PROXY_FROM,
        publicHosts: [...config.PUBLIC_HOSTS, ...ownHost(config)],
        calls: registry,
        webrtc,
        talk: (connection, wishes) => registry.offer(connection, calls.starts.of(wishes)),
        languages: speech.languages,
        announce: (callId, about) => (handover ?? expected).announce(callId, about),
        phrases: speech.phraseEditor,
        desk: { ...speech.desk, try: createTrial(context) },
        draft: createDraft(context, { ...speech, site }),
        voice: () => speech.voiceState(),
        hours: speech.hours,
        recordings: createRecordings(dir, recording.search),
        erase: erasures ? (phone) => erasures.everywhere(phone) : eraseHere,
        access: createAccess({ dir, calls: registry, nextSteps, unwritten: recording.unwrittenOf }),
        forget,
        nextSteps,
        cluster: cluster &&
          callBacks && {
            ...clusterDeps(cluster, dialplan),
            callBacks,
            erase: eraseHere,
            siteContent: async (name) => sharing?.contentOf(name),
          },
        asteriskAllows: (address) => asteriskAllow.allows(address),
        drain,
        readiness: () =>
          readinessOf({
            audio: { size: config.AUDIO_WORKERS, down: speech.pool.down },
            judge,
            voiceDown: vendors.voiceDown,
            ears: vendors.ears,
            room: room(),
            degraded: [...context.degraded.values(), ...(cluster ? awayOf(cluster) : [])],
            isErased: erasures?.isReady,
            isCaughtUp: sharing?.isReady,
          }),
      }),
    })
  return listening('ADMIN', host, port, open)
}

/** The name under which the other machines reach this one. */
const ownHost = ({ CLUSTER_URL }: Config) => (CLUSTER_URL === '' ? [] : [new URL(CLUSTER_URL).hostname])

/** A sentence for each machine that is off. */
const awayOf = ({ members }: Cluster) =>
  members
    .away()
    .map(
      ({ url, lastSeenWallMs }) => `machine ${url}: off, last seen ${new Date(lastSeenWallMs).toISOString()}`,
    )

function clusterDeps(
  { isPeer, messages, members, calls }: Cluster,
  { shared, handover }: Pick<CallNeeds['dialplan'], 'shared' | 'handover'>,
): Omit<ClusterDeps, 'erase' | 'callBacks' | 'siteContent'> {
  return {
    isPeer,
    calls,
    away: () => members.away(),
    machines: () => {
      const self = members.self()
      const others = members.others().map((member) => ({ ...member, isAsked: false }))
      return self === undefined ? others : [{ ...self, isAsked: true }, ...others]
    },
    received: (message) => messages.received(message),
    nextStep: async (callId, mayRescue) => handover?.nextStep(callId, mayRescue),
    ownNextStep: (callId) => shared?.ownAsked(callId),
  }
}

/** @throws {ConfigError} when a file cannot be read */
function tlsOf({
  ADMIN_TLS_CERT: cert,
  ADMIN_TLS_KEY: key,
}: Config): { cert: string; key: string } | undefined {
  if (cert === '') return undefined
  const read = (name: string, path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch (cause) {
      throw new ConfigError('tls', `${name} (${JSON.stringify(path)}) cannot be read`, { cause })
    }
  }
  return { cert: read('ADMIN_TLS_CERT', cert), key: read('ADMIN_TLS_KEY', key) }
}

function limitsOf({ degraded }: ServerContext) {
  const maxOpen = Math.min(frontDefaults.maxOpen, divideDescriptors(descriptorsLeft()).admin)
  return {
    maxOpen,
    maxPending: Math.min(frontDefaults.maxPending, Math.ceil(maxOpen / 2)),
    maxPendingPerPeer: Math.min(frontDefaults.maxPendingPerPeer, Math.ceil(maxOpen / 2)),
    onFull: (isFull: boolean) => {
      if (isFull) degraded.set('admin port', 'admin port: full, so some connections to it were refused')
      else degraded.delete('admin port')
    },
  }
}
