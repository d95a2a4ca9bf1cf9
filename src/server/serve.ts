// The server as a list of its rooms, built in order, each from those above it. This is the only place that sees them
// all. `serve` returns a running server and the handles that main.ts, a test or a bench needs to end it.

import { pageLink } from '../access/page-login.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import type { Registry } from '../calls/registry.ts'
import type { Config } from '../config.ts'
import { phrasesIn } from '../phrases/price.ts'
import { earsWorker } from '../providers/ears/ears.ts'
import { openAccess } from './access.ts'
import { openAdmin } from './admin.ts'
import { openAgentPort } from './agent-port.ts'
import { openAudioSocket } from './audio-socket.ts'
import { startBackground } from './background.ts'
import { mostBehindMs } from './behind-calls.ts'
import { type CallParts, openCalls } from './calls.ts'
import { joinCluster, openClusterParts, shareSpeech } from './cluster.ts'
import { createRelief, type ServeParts, type ServerContext } from './context.ts'
import { openDataFolder } from './data.ts'
import { drain } from './drain.ts'
import { ffmpegFault } from './ffmpeg.ts'
import { openDialplan } from './handover/dialplan.ts'
import { openIntegrations } from './integrations.ts'
import { createMemories } from './memories.ts'
import { startProbe } from './probe.ts'
import { openRecording } from './records/recording.ts'
import { openSiteFolder } from './site.ts'
import { openSpeech } from './speech.ts'
import { Spending } from './spending/spending.ts'
import { openVendors, reportTrouble, warnOfEndings } from './vendors.ts'
import { warmUp } from './warm-up.ts'
import type { WebrtcParts } from './webrtc.ts'

export type Server = {
  readonly audioSocketPort: number
  readonly adminUrl: string
  /** Opens the page and logs in, once; undefined with ADMIN_TOKEN. */
  readonly pageLink: string | undefined
  /** Names of the three adapters in use, as the start-up lines show them. */
  readonly inUse: { stt: string; llm: string; tts: string }
  /** Which voice the ready-made phrases have, for the start-up lines. */
  readonly phrasesIn: string
  /** Adapters that the settings name but that cannot be used, and why; ffmpeg as well, when it is not installed. */
  readonly skipped: readonly { adapter: string; reason: string }[]
  /** Why RECORDINGS_DIR cannot be used; undefined when it can, or when it is empty. */
  readonly notRecorded: string | undefined
  readonly registry: Registry
  readonly metrics: Metrics
  /** Takes no new calls, lets live ones go on for `limitMs`, says goodbye in the rest, then stops. */
  drain(limitMs: number): Promise<void>
  /** Ends everything at once. */
  stop(): Promise<void>
}

/**
 * @param config from readConfig
 * @param parts replacements that a test passes
 * @throws {ConfigError} when assets, opening hours, addresses or ports cannot be used
 */
export async function serve(
  config: Config,
  log: Log,
  clock: Clock = systemClock,
  parts: Partial<ServeParts> = {},
): Promise<Server> {
  const metrics = new Metrics()
  const context: ServerContext = {
    config,
    clock,
    log,
    metrics,
    degraded: new Map(),
    relief: createRelief(),
    memories: createMemories(),
  }
  nameDangers(context, parts.dangers)
  await openDataFolder(context)
  const noFfmpeg = ffmpegFault(context)
  const cluster = await openClusterParts(context, parts.peerMs)
  const { site, sharing } = await openSiteFolder(context, cluster)
  const vendors = openVendors(config, clock, metrics, {
    createVoiceWorker: parts.voiceWorker,
    onTrouble: reportTrouble(context),
    limits: cluster?.limits,
    ears: { log, createWorker: parts.earsWorker ?? earsWorker },
  })
  warnOfEndings(context, vendors.endings)
  const speech = await openSpeech(context, vendors, site, parts.audioWorker)
  const stopSharing = shareSpeech(context, cluster, { site, sharing }, speech, vendors.tts.voiceKey)
  const spending = new Spending(context, () => speech.prices(), vendors.billed)
  const recording = await openRecording(context, parts.disk)
  const dialplan = openDialplan(context, cluster)
  const needs = { vendors, speech, recording, dialplan, integrations: openIntegrations(context), spending }
  const calls = openCalls(context, needs)
  const audioSocket = openAudioSocket(context, calls, dialplan)
  const agentPort = openAgentPort(config, calls.room, metrics)
  const access = openAccess(context)
  const webrtc = await openCallsByWebrtc(context, calls)
  const hasCallers = () => audioSocket.connections > 0 || calls.registry.liveCalls > 0
  const pace = { clock, hasCallers, untilMs: clock.now() + mostBehindMs }
  const admin = openAdmin(
    context,
    { needs, calls, access, cluster, webrtc: webrtc?.routes, site: { site, sharing } },
    pace,
  )
  const { pageLogin } = access
  const stopBackground = startBackground(context, calls, noFfmpeg, recording.search, cluster)
  const { registry, judge } = calls
  const warming = setImmediate(() => void warmUp({ log, vendors, speech, recording, judge, admin }, pace))
  // The others ask a machine as soon as it is in their list, and wait 300 ms for its answer.
  if (cluster) void admin.loaded.then(() => joinCluster(context, cluster, calls, speech, site, admin.url))
  const stopProbe = startProbe(context, vendors.adapters)

  const stop = async () => {
    clearImmediate(warming)
    stopProbe()
    speech.revoicer?.close()
    await stopBackground()
    audioSocket.close()
    agentPort?.close()
    webrtc?.close()
    calls.stop()
    stopSharing()
    await needs.integrations.close()
    await cluster?.close()
    await admin.stop()
    speech.pool.close()
    judge?.close()
    await recording.close()
    dialplan.technicians.close()
    vendors.close()
    await spending.stop()
  }
  return {
    audioSocketPort: audioSocket.port,
    adminUrl: admin.url,
    pageLink: pageLogin && pageLink(admin.url, pageLogin.create()),
    inUse: vendors.names,
    phrasesIn: phrasesIn(speech.voiceState()),
    skipped:
      noFfmpeg === undefined
        ? vendors.skipped
        : [...vendors.skipped, { adapter: 'ffmpeg', reason: noFfmpeg }],
    notRecorded: recording.fault,
    registry,
    metrics,
    stop,
    drain: (limitMs) =>
      drain({ clock, refusing: calls.drain, registry, nextSteps: dialplan.nextSteps, stop }, limitMs),
  }
}

/** Loaded only where it is set. */
async function openCallsByWebrtc(context: ServerContext, calls: CallParts): Promise<WebrtcParts | undefined> {
  if (context.config.WEBRTC_PORT === undefined) return undefined
  const { openWebrtc } = await import('./webrtc.ts')
  return openWebrtc(context, calls)
}

function nameDangers({ degraded, log }: ServerContext, dangers: ServeParts['dangers'] = []): void {
  for (const danger of dangers) {
    degraded.set(danger, `settings: ${danger}`)
    log.warn('dangerous setting', { danger })
  }
}
