// Builds the rooms and puts them together: the only place that sees them all. `serve` returns a running server and
// the handles that main.ts, a test or a bench needs to end it.

import { join } from 'node:path'
import { version } from '../../package.json'
import { createAdmin } from '../admin/app.ts'
import { readinessOf } from '../admin/readiness.ts'
import { startAdmin } from '../admin/server.ts'
import { createExpectedCalls } from '../asterisk/expected.ts'
import { createNextSteps } from '../asterisk/next.ts'
import { Detector } from '../audio/detector.ts'
import { createResampler } from '../audio/resample.ts'
import { Vad } from '../audio/vad.ts'
import { createVoiceJudge } from '../audio/voice-judge.ts'
import { createAllowList } from '../audiosocket/allow.ts'
import { AudioSocketServer } from '../audiosocket/server.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { descriptorsLeft } from '../base/descriptors.ts'
import { ConfigError, errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import { agentDefaults } from '../call/agent/state.ts'
import { Session } from '../call/session.ts'
import { Ticker } from '../call/sound/ticker.ts'
import { Registry } from '../calls/registry.ts'
import { createConverter } from '../codecs/convert.ts'
import { audioWorker } from '../codecs/jobs.ts'
import type { Config } from '../config.ts'
import { parseTexts, type Texts } from '../desk/texts.ts'
import { parseTemplates } from '../dialogue/model/prompt.ts'
import { createPhraseCache } from '../phrases/cache.ts'
import { openPhraseEditor } from '../phrases/editor.ts'
import { recordingCounters } from '../recording/counters.ts'
import { type Disk, folderFault } from '../recording/disk.ts'
import { createErasure } from '../recording/erasure.ts'
import { createRecordings } from '../recording/library.ts'
import { createRecorder } from '../recording/recorder.ts'
import { createSpaceGuard } from '../recording/retention.ts'
import { createWriter } from '../recording/writer.ts'
import { createPool } from '../threads/pool.ts'
import { collectWhenQuiet } from './idle-gc.ts'
import { scheduleNightly } from './nightly.ts'
import { openTechnicians } from './technicians.ts'
import { startTracing } from './tracing.ts'
import { openVendors, speakerOf } from './vendors.ts'

export type Server = {
  readonly audioSocketPort: number
  readonly adminUrl: string
  /** The three adapters in use, for people. */
  readonly inUse: { stt: string; llm: string; tts: string }
  /** Adapters that the settings name and that cannot be used, and why. */
  readonly skipped: readonly { adapter: string; reason: string }[]
  /** Why the recordings' folder cannot be used; undefined when it can, or when there shall be none. */
  readonly notRecorded: string | undefined
  readonly registry: Registry
  readonly metrics: Metrics
  /** Takes no more calls, lets live ones end for `limitMs`, says goodbye in the rest. */
  drain(limitMs: number): Promise<void>
  /** Ends everything at once. */
  stop(): Promise<void>
}

/** How long the goodbye of a call may take that outlasted the drain. */
const goodbyeMs = 15_000
/** How long the dialplan may take to ask what comes next: it does within milliseconds, or waits 3 s for the answer. */
const nextStepMs = 3_000

/** Without a call for so long, memory is collected. */
const quietMs = 2_000

/** What a test brings in place of the machine's own. */
export type ServeParts = {
  audioWorker: URL | (() => Worker)
  voiceWorker: () => Worker
  disk: Disk
}

/**
 * @param config from readConfig
 * @throws {ConfigError} when assets, hours or addresses cannot be used; {Error} when a port is taken
 */
export async function serve(
  config: Config,
  log: Log,
  clock: Clock = systemClock,
  parts: Partial<ServeParts> = {},
): Promise<Server> {
  const metrics = new Metrics()
  const vendors = openVendors(config, clock, metrics, parts.voiceWorker)
  const { stt, tts, llm } = vendors
  const prompt = llm && (await readPrompt(config))
  const model = llm && prompt !== undefined ? { llm, templates: parseTemplates(prompt) } : undefined
  const phrases = createPhraseCache({ megabytes: config.PHRASE_CACHE_MB, voice: tts.voice, metrics })
  const pool = createPool({
    name: 'audio',
    worker: parts.audioWorker ?? audioWorker,
    size: config.AUDIO_WORKERS,
    clock,
    log,
    metrics,
  })
  const converter = createConverter(pool)
  let texts: Texts | undefined
  const phraseEditor = await openPhraseEditor({
    assetsDir: config.ASSETS_DIR,
    language: config.LANGUAGE,
    cache: phrases,
    speaker: speakerOf(tts, converter),
    onLoaded(loaded) {
      for (const { file, reason } of loaded.incomplete) log.warn('phrase spoken live', { file, reason })
      texts = parseTexts(loaded.texts.find(({ language }) => language === config.LANGUAGE))
    },
  })
  const currentTexts = (): Texts => texts ?? parseTexts(undefined)
  const notRecorded = config.RECORDINGS_DIR === '' ? undefined : await folderFault(config.RECORDINGS_DIR)
  if (notRecorded !== undefined)
    log.warn('calls cannot be recorded and are taken all the same', {
      dir: config.RECORDINGS_DIR,
      error: notRecorded,
    })
  const space = createSpaceGuard({
    dir: config.RECORDINGS_DIR,
    minFreeBytes: config.RECORDINGS_MIN_FREE_MB * 1_000_000,
    clock,
    log,
  })
  if (config.RECORDINGS_DIR !== '') recordingCounters(metrics)
  const writer = config.RECORDINGS_DIR === '' ? undefined : createWriter({ clock, log, metrics })
  const voiceJudge =
    config.VAD === 'neural'
      ? createVoiceJudge({ clock, log, metrics, calls: config.MAX_CALLS + 8 })
      : undefined
  const nextSteps = createNextSteps({ clock, defaultQueue: config.TRANSFER_QUEUE })
  const expected = config.AUDIOSOCKET_REGISTERED ? createExpectedCalls({ clock }) : undefined
  const technicians = openTechnicians(config, clock, log)
  const ticker = new Ticker(clock, metrics)
  const inUse = vendors.names

  const registry = new Registry({
    clock,
    log,
    metrics,
    ticker,
    language: config.LANGUAGE,
    adapters: inUse,
    maxCalls: config.MAX_CALLS,
    people:
      config.TRANSFER_DIAL === ''
        ? { verb: 'queue', target: config.TRANSFER_QUEUE }
        : { verb: 'dial', target: config.TRANSFER_DIAL },
    nextSteps,
    createRecorder: (callId, callLog) =>
      config.RECORDINGS_DIR === ''
        ? undefined
        : createRecorder({
            dir: config.RECORDINGS_DIR,
            callId,
            startedWallMs: clock.wallMs(),
            clock,
            log: callLog,
            metrics,
            timeZone: config.TIME_ZONE,
            spaceIsLow: space.isLow,
            disk: parts.disk ?? writer,
          }),
    refusal: (why) => {
      const line = currentTexts().lines[why === 'draining' ? 'closed_for_now' : 'busy']
      return phrases.find(typeof line === 'string' ? line : line[0], config.LANGUAGE)?.samples
    },
    openSession: ({ connection, log: callLog, recorder, onEvent, resumed }) =>
      new Session(connection, {
        clock,
        log: callLog,
        ticker,
        texts: currentTexts(),
        language: config.LANGUAGE,
        stt,
        tts,
        model,
        phrases,
        convert: (speech, signal) => converter.convert(speech, signal),
        technicians: () => technicians.check(),
        createDetector: () => (voiceJudge ? new Detector(voiceJudge.open()) : new Vad()),
        recorder,
        agent: {
          ...agentDefaults,
          maxCallMs: config.MAX_CALL_S * 1_000,
          fillAfterMs: config.LLM_FIRST_TOKEN_MS,
        },
        onEvent,
        resumed,
      }),
  })

  // A call has its socket, two files, and a connection or two to the clouds.
  const maxOpen = Math.floor((descriptorsLeft() ?? Number.POSITIVE_INFINITY) / 4)
  if (maxOpen < config.MAX_CALLS)
    log.warn('more calls are allowed than the limit of open files has room for', {
      maxCalls: config.MAX_CALLS,
      roomFor: maxOpen,
    })
  // So many more than calls, that callers who have to be turned away hear why.
  const maxConnections = config.MAX_CALLS * 2 + 100
  const openAudioSocket = () =>
    new AudioSocketServer({
      host: config.AUDIOSOCKET_HOST,
      port: config.AUDIOSOCKET_PORT,
      allow: config.AUDIOSOCKET_ALLOW,
      maxOpen,
      callsPerS: Math.max(50, config.MAX_CALLS),
      maxConnections,
      maxConnectionsPerPeer: config.AUDIOSOCKET_PER_PEER || maxConnections,
      onCall: (connection) => registry.offer(connection),
      beforeData: () => ticker.catchUp(),
      ...(expected ? { expects: (callId: string) => expected.take(callId) } : {}),
      clock,
      log,
      metrics,
    })
  const audioSocket = listening(
    'AUDIOSOCKET',
    config.AUDIOSOCKET_HOST,
    config.AUDIOSOCKET_PORT,
    openAudioSocket,
  )
  const asteriskAllow = createAllowList(config.ASTERISK_ALLOW)
  const openAdmin = () =>
    startAdmin({
      host: config.ADMIN_HOST,
      port: config.ADMIN_PORT,
      app: createAdmin({
        clock,
        log,
        metrics,
        version,
        token: config.ADMIN_TOKEN === '' ? undefined : config.ADMIN_TOKEN,
        calls: registry,
        talk: (connection) => registry.offer(connection),
        ...(expected ? { announce: (callId: string) => expected.announce(callId) } : {}),
        phrases: phraseEditor,
        recordings: createRecordings(config.RECORDINGS_DIR),
        erase: createErasure({ dir: config.RECORDINGS_DIR, calls: registry, nextSteps, log }),
        nextSteps,
        asteriskAllows: (address) => asteriskAllow.allows(address),
        drain: {
          get draining() {
            return registry.draining
          },
          start: () => registry.drain(true),
          stop: () => registry.drain(false),
        },
        readiness: () =>
          readinessOf({
            audio: { size: config.AUDIO_WORKERS, down: pool.down },
            judge: voiceJudge,
            voiceDown: vendors.voiceDown,
          }),
      }),
    })
  const admin = listening('ADMIN', config.ADMIN_HOST, config.ADMIN_PORT, openAdmin)
  const tracing =
    config.OTEL_EXPORTER_OTLP_ENDPOINT === ''
      ? undefined
      : startTracing({
          endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
          serviceName: 'wouippleul-voicebot',
          version,
          clock,
          log,
          randomId: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)).toHex(),
        })
  if (tracing) registry.subscribe('all', (event) => tracing.take(event))
  const stopNightly = scheduleNightly(config, {
    log,
    metrics,
    liveCalls: () => registry.liveCalls,
    wallMs: clock.wallMs,
  })
  const stopCollecting = collectWhenQuiet({
    clock,
    liveCalls: () => registry.liveCalls,
    onEnded: (ended) => registry.subscribe('all', (event) => event.kind === 'ended' && ended()),
    collect: () => Bun.gc(true),
    afterMs: quietMs,
  })
  // In the background: the first call is answered from ready-made phrases and does not wait for this.
  vendors.warm().catch((error: unknown) => log.warn('an adapter is cold', { error: errorText(error) }))
  for (const rateHz of [16_000, 24_000]) createResampler(rateHz, 8_000)

  const stop = async () => {
    stopNightly()
    stopCollecting()
    await tracing?.close()
    audioSocket.close()
    ticker.stop()
    await admin.stop()
    pool.close()
    voiceJudge?.close()
    writer?.close()
    technicians.close()
    vendors.close()
  }
  return {
    audioSocketPort: audioSocket.port,
    adminUrl: admin.url,
    inUse,
    skipped: vendors.skipped,
    notRecorded,
    registry,
    metrics,
    stop,
    async drain(limitMs) {
      registry.drain(true)
      const late = clock.at(clock.now() + limitMs, () => registry.goodbyeAll())
      const over = Promise.withResolvers<void>()
      const last = clock.at(clock.now() + limitMs + goodbyeMs, over.resolve)
      await Promise.race([registry.noneLive(), over.promise])
      // Whoever calls from here on goes to the queue without a word: a busy hour's callers would keep the server up one
      // by one. They are let in all the same, because Asterisk 22 was seen to break other calls over a refused one.
      registry.close()
      await Promise.race([registry.empty(), over.promise])
      late.cancel()
      last.cancel()
      await nextSteps.allAsked(nextStepMs)
      await stop()
    },
  }
}

/** @throws {ConfigError} `prompt` when there is none to read */
async function readPrompt({ ASSETS_DIR, LANGUAGE }: Config): Promise<string> {
  const path = join(ASSETS_DIR, 'prompts', `${LANGUAGE}.md`)
  try {
    return await Bun.file(path).text()
  } catch (cause) {
    const todo = 'Set ASSETS_DIR to the assets folder of the project, or LLM=scripted.'
    throw new ConfigError('prompt', `The prompt of the language model cannot be read from ${path}. ${todo}`, {
      cause,
    })
  }
}

/** @throws {ConfigError} `port` in words for the operator */
function listening<T>(setting: string, host: string, port: number, open: () => T): T {
  try {
    return open()
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    const todo = whatToDo(setting, host, (cause as { code?: unknown }).code)
    throw new ConfigError('port', `Cannot listen on ${host}:${port}. ${todo}`, { cause })
  }
}

function whatToDo(setting: string, host: string, code: unknown): string {
  if (code === 'EADDRINUSE')
    return `Stop the program that has it, or set ${setting}_PORT to one that is free.`
  if (code === 'EACCES') return `This user may not use that port: set ${setting}_PORT to one above 1023.`
  return `${host} is no address of this machine: set ${setting}_HOST to one that is, or to 0.0.0.0 for all of them.`
}
