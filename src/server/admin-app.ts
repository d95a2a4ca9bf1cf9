// Everything that the operator's API and page may see and change, as the admin app. It is a module of its own because
// it is loaded after the start (admin.ts): hono, the routes and their schemas are a fifth of all that the server loads,
// and no call needs them.

import { version } from '../../package.json'
import { createAllowList } from '../access/allow-list.ts'
import { type AdminApp, createAdmin } from '../admin/app.ts'
import type { ClusterDeps } from '../admin/deps.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Config } from '../config.ts'
import { createAccess } from '../recording/access.ts'
import { createErasure } from '../recording/erasure.ts'
import { createRecordings } from '../recording/library.ts'
import type { Webrtc } from '../webrtc/types.ts'
import type { Access } from './access.ts'
import type { CallNeeds, CallParts } from './calls.ts'
import type { ServerContext } from './context.ts'
import { createDraft } from './drafts/draft.ts'
import { createTrial } from './drafts/try-desk.ts'
import { readinessNow } from './readiness.ts'
import { Erasures } from './records/erasures.ts'
import type { SiteParts } from './site.ts'
import type { Spending } from './spending/spending.ts'

export type AdminParts = {
  needs: Pick<CallNeeds, 'vendors' | 'speech' | 'recording' | 'dialplan'> & {
    spending: Pick<Spending, 'info'>
  }
  calls: CallParts
  access: Access
  webrtc: Webrtc | undefined
  cluster: Cluster | undefined
  site: SiteParts
}

export function createAdminApp(context: ServerContext, parts: AdminParts): AdminApp {
  const { config, clock, log, metrics } = context
  const { needs, calls, access, webrtc, cluster, site: siteParts } = parts
  const { site, sharing } = siteParts
  const { registry, drain } = calls
  const { speech, recording, dialplan, spending } = needs
  const { expected, nextSteps, handover } = dialplan
  const dir = config.RECORDINGS_DIR
  const forget = (callId: string) => context.memories.forget(callId)
  const asteriskAllow = createAllowList(config.ASTERISK_ALLOW)
  const eraseHere = createErasure({
    dir,
    calls: registry,
    forget,
    unwrittenOf: (phone) => recording.unwrittenOf(phone).map(({ callId }) => callId),
    dropGone: () => recording.search.dropGone(),
    log,
  })
  const callBacks = handover?.callBacks
  const eraseShared = async (phone: string, also?: readonly string[]) => {
    await callBacks?.forget((callBack) => callBack.phone === phone)
    return eraseHere(phone, also)
  }
  const erasures = cluster && new Erasures(context, cluster, eraseShared)
  return createAdmin({
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
    spending: () => spending.info(),
    recordings: createRecordings(dir, recording.search),
    decodeStereo: async (mp3) => (await speech.audio.decode(mp3, { channels: 2, priority: 'batch' })).samples,
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
    readiness: () => readinessNow(context, parts, erasures?.isReady),
  })
}

/** The name under which the other machines reach this one. */
const ownHost = ({ CLUSTER_URL }: Config) => (CLUSTER_URL === '' ? [] : [new URL(CLUSTER_URL).hostname])

function clusterDeps(
  { isPeer, messages, members, calls, recordings }: Cluster,
  { shared, handover }: Pick<CallNeeds['dialplan'], 'shared' | 'handover'>,
): Omit<ClusterDeps, 'erase' | 'callBacks' | 'siteContent'> {
  return {
    isPeer,
    calls,
    recordings,
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
