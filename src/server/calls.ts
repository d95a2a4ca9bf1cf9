// The calls: one ticker and one voice judge for all, the registry that takes and refuses them, and what each session is
// made from.

import type { Room } from '../access/agent-line.ts'
import { RingPool } from '../audio/call-ring.ts'
import { Detector } from '../audio/detector.ts'
import { EchoCancellers } from '../audio/echo.ts'
import { hasSimd } from '../audio/filter-kernel.ts'
import { Vad } from '../audio/vad.ts'
import { createVoiceJudge, type VoiceJudge } from '../audio/voice-judge.ts'
import { agentDefaults } from '../call/agent/state.ts'
import { Session } from '../call/session.ts'
import type { SessionDeps } from '../call/session-deps.ts'
import { Ticker } from '../call/sound/ticker.ts'
import { createDayMetrics } from '../calls/day-metrics.ts'
import type { NextStep } from '../calls/next-step.ts'
import { type OpenSession, Registry } from '../calls/registry.ts'
import type { Config } from '../config.ts'
import { type CallStarts, createCallStarts } from './call-starts.ts'
import type { ServerContext } from './context.ts'
import { announceMs, DrainSwitch } from './drain-switch.ts'
import type { Dialplan } from './handover/dialplan.ts'
import type { Integrations } from './integrations.ts'
import { Capacity, preparedCalls } from './overload/capacity.ts'
import { watchOverload } from './overload/overload.ts'
import type { RecordingParts } from './records/recording.ts'
import type { SpeechParts } from './speech.ts'
import type { Vendors } from './vendors.ts'

export type CallParts = {
  readonly registry: Registry
  readonly ticker: Ticker
  /** What an announced call begins with. */
  readonly starts: CallStarts
  /** The neural voice detector; undefined when VAD is `energy`. */
  readonly judge: VoiceJudge | undefined
  /** How many calls may be in progress. */
  readonly capacity: Capacity
  /** Whether new calls are taken. */
  readonly drain: DrainSwitch
  /** How many more there is room for. */
  room(): Room
  /** No frame leaves any more, and nothing is measured. */
  stop(): void
}

/** What a call needs from the other parts. */
export type CallNeeds = {
  vendors: Vendors
  speech: SpeechParts
  recording: RecordingParts
  dialplan: Dialplan
  integrations: Integrations
}

/**
 * Calls whose shared memory is made in advance: making it takes a sixth of the time that a call takes to begin, while
 * its caller waits for the first frame. Memory that no call has used is not resident.
 */
const preparedMemories = 8

/** Calls that the judge serves beyond the limit: those that end while others begin. */
const spareJudges = 8

/** Undefined when it is switched off, or the machine runs no WebAssembly SIMD: the agent's echo is heard then. */
function openCancellers({ config, log }: ServerContext): EchoCancellers | undefined {
  if (config.ECHO === 'off') return undefined
  if (hasSimd()) return new EchoCancellers(preparedCalls(config) + spareJudges)
  log.warn('this machine runs no WebAssembly SIMD: the agent’s echo is not cancelled')
  return undefined
}

export function openCalls(context: ServerContext, needs: CallNeeds): CallParts {
  const { config, clock, log, metrics } = context
  const { vendors, speech, recording, dialplan } = needs
  const judge =
    config.VAD === 'neural'
      ? createVoiceJudge({
          ...{ clock, log, metrics, startsLater: true },
          calls: preparedCalls(config) + spareJudges,
        })
      : undefined
  const ticker = new Ticker(clock, metrics)
  const starts = createCallStarts(context, speech)
  const rings = new RingPool()
  const cancellers = openCancellers(context)
  const prepare = () => {
    rings.prepare(preparedMemories)
    cancellers?.prepare(preparedMemories)
    recording.prepare(preparedMemories)
  }
  prepare()
  const liveCalls = () => registry.liveCalls
  const capacity = new Capacity(context, { liveCalls })
  const overload = watchOverload(context, { ticker, judge, ears: vendors.ears, capacity }, liveCalls)
  const registry: Registry = new Registry({
    clock,
    log,
    metrics,
    ticker,
    start: starts.of(undefined),
    get adapters() {
      return namesOf(context, vendors)
    },
    admission: (live, peer) => overload.admission(live, peer),
    policy: recording.policy,
    report: needs.integrations.report,
    holdsInterim: () => context.relief.holdsSecondChoice,
    people: peopleOf(config),
    nextSteps: dialplan.nextSteps,
    rings,
    days: createDayMetrics(metrics, () => speech.desk.names()),
    createRecorder: recording.createRecorder,
    sharing: dialplan.handover?.sharing((callId) => registry.continuedElsewhere(callId)),
    refusal: (why) => {
      const line = speech.texts().lines[why === 'draining' ? 'closed_for_now' : 'busy']
      return speech.phrases.find(typeof line === 'string' ? line : line[0], config.LANGUAGE)?.samples
    },
    openSession: sessions(context, needs, { ticker, judge, cancellers }),
  })
  registry.subscribe('all', ({ kind }) => {
    if (kind !== 'started') return
    capacity.callBegan()
    setImmediate(prepare)
  })
  context.memories.add((callId) => {
    // A live part of the same call goes on being recorded.
    if (!registry.isBeingWritten(callId)) context.memories.forgotten.add(callId)
    registry.forget(callId)
  })
  const stop = () => {
    overload.stop()
    capacity.stop()
    ticker.stop()
  }
  const drain = new DrainSwitch(clock, registry, announceMs(config))
  const room = () => ({
    draining: drain.draining,
    live: registry.liveCalls,
    places: overload.places,
    most: capacity.limit,
  })
  return { registry, ticker, starts, judge, capacity, drain, room, stop }
}

/** What all calls of a server share. */
type CallTools = {
  ticker: Ticker
  judge: VoiceJudge | undefined
  cancellers: EchoCancellers | undefined
}

function sessions(
  context: ServerContext,
  { vendors, speech, recording, dialplan, integrations }: CallNeeds,
  { ticker, judge, cancellers }: CallTools,
): OpenSession {
  const { config, clock } = context
  const { converter, phrases } = speech
  const agent = {
    ...agentDefaults,
    maxCallMs: config.MAX_CALL_S * 1_000,
    fillAfterMs: config.LLM_FIRST_TOKEN_MS,
  }
  return ({ connection, log, recorder, ring, onEvent, resumed, start, inputs }) => {
    // A call keeps what it began with: phrases, desk, prompt and hours may change meanwhile.
    const schedule = speech.schedule()
    const { stt, tts, model } = servicesOf(context, vendors, speech)
    const offered = speech.languages.map((code) => ({ texts: speech.texts(code), model: model(code) }))
    return new Session(connection, {
      clock,
      log,
      ticker,
      texts: offered.find(({ texts }) => texts.language === start.language)!.texts,
      offered,
      desk: speech.desk.current(start.desk),
      language: start.language,
      callerNumber: start.callerNumber,
      greeting: start.greeting,
      customer: integrations.customerOf(connection.callId, start),
      stt,
      tts,
      model: model(start.language),
      phrases: phrases.forCall(),
      convert: (voice, signal) => converter.convert(voice, signal),
      canTransfer: connection.canTransfer !== false,
      technicians: () => dialplan.technicians.check(schedule),
      openEcho: () => cancellers?.open(),
      waitingLoops: speech.waitingLoops,
      createDetector: () => (judge ? new Detector(judge.open()) : new Vad()),
      recorder,
      ring,
      policy: recording.policy,
      pausesForNumbers: config.RECORDING_PAUSE,
      agent,
      onEvent,
      resumed,
      inputs,
    })
  }
}

/** What a call that begins now hears, thinks and speaks with. */
export function servicesOf(
  { relief }: Pick<ServerContext, 'relief'>,
  { stt, tts, free }: Pick<Vendors, 'stt' | 'tts' | 'free'>,
  { model }: Pick<SpeechParts, 'model'>,
): Pick<SessionDeps, 'stt' | 'tts'> & Pick<SpeechParts, 'model'> {
  return relief.spendsNothing ? { ...free, model: () => undefined } : { stt, tts, model }
}

const namesOf = ({ relief }: ServerContext, { names, free }: Vendors) =>
  relief.spendsNothing ? free.names : names

/** Where humans are: a queue of the dialplan, or one phone. */
const peopleOf = ({ TRANSFER_DIAL, TRANSFER_QUEUE }: Config): NextStep =>
  TRANSFER_DIAL === '' ? { verb: 'queue', target: TRANSFER_QUEUE } : { verb: 'dial', target: TRANSFER_DIAL }
