// The server as a list of its rooms, built in order, each from those above it. This is the only place that sees them
// all. `serve` returns a running server and the handles that main.ts, a test or a bench needs to end it.

import { pageLink } from '../access/page-login.ts'
import { createResampler } from '../audio/resample.ts'
import type { VoiceJudge } from '../audio/voice-judge.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import type { Registry } from '../calls/registry.ts'
import type { Config } from '../config.ts'
import { phrasesIn } from '../phrases/price.ts'
import { earsWorker } from '../providers/ears/ears.ts'
import { prepared } from '../understanding/lexicons.ts'
import { openAccess } from './access.ts'
import { type Admin, openAdmin } from './admin.ts'
import { openAgentPort } from './agent-port.ts'
import { openAudioSocket } from './audio-socket.ts'
import { startBackground } from './background.ts'
import { type CallNeeds, type CallParts, openCalls } from './calls.ts'
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
import { openSpeech, type SpeechParts } from './speech.ts'
import { Spending } from './spending/spending.ts'
import { openVendors, reportTrouble, warnOfEndings } from './vendors.ts'
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
  const cluster = await openClusterParts(context)
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
  const admin = openAdmin(context, {
    ...{ needs, calls, access, cluster },
    webrtc: webrtc?.routes,
    site: { site, sharing },
  })
  const { pageLogin } = access
  const stopBackground = startBackground(context, calls, noFfmpeg, recording.search, cluster)
  const { registry, judge } = calls
  const warming = setImmediate(() => {
    warmUp(context, needs, judge, admin)
    // The others ask a machine as soon as it is in their list, and wait 300 ms for its answer.
    const join = () => cluster && joinCluster(context, cluster, calls, speech, site, admin.url)
    if (cluster) void admin.load().then(join, () => {})
  })
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

/**
 * Starts the threads and loads SDKs and admin app once the server is ready: beside the start they would take a third of
 * its time on two cores. A call that comes sooner begins with ready-made phrases and needs none of them: it is judged
 * by energy until the judge is there, what it says waits in its ring, and a voice's first words start a worker.
 */
function warmUp(
  { log }: ServerContext,
  { vendors, speech, recording }: CallNeeds,
  judge: VoiceJudge | undefined,
  admin: Admin,
): void {
  judge?.start()
  recording.start()
  const failed = (what: string) => (error: unknown) => log.warn(what, { error: errorText(error) })
  admin
    .load()
    .catch(failed('the admin app cannot be loaded'))
    .then(() => vendors.warm())
    .catch(failed('an adapter could not be warmed up'))
    // The phrases are spoken afterwards: a voice that is still loading would miss their deadlines.
    .then(() => speech.revoicer?.work())
    .catch(failed('the phrases could not be spoken'))
  speech.pool.startAll()
  prepare(speech)
}

function nameDangers({ degraded, log }: ServerContext, dangers: ServeParts['dangers'] = []): void {
  for (const danger of dangers) {
    degraded.set(danger, `settings: ${danger}`)
    log.warn('dangerous setting', { danger })
  }
}

/** Prepares sounds, and the rules of the languages between other work, so that no first call or turn waits for it. */
function prepare({ languages, waitingLoops }: SpeechParts): void {
  // Builds the filters of the two usual rates, so that the first call does not wait for them.
  for (const rateHz of [16_000, 24_000]) createResampler(rateHz, 8_000)
  void waitingLoops?.noise
  const steps = prepared(languages)
  const next = (): void => {
    if (steps.next().done !== true) setImmediate(next)
  }
  next()
}
