// A whole call on a faked clock: the real registry, session, machine, dialogue, playout and ticker. Connection,
// recogniser, voice and phrases are simulated; the test says what the caller does and when.

import { RingPool } from '../../../src/audio/call-ring.ts'
import type { Key } from '../../../src/base/keys.ts'
import { type Log, silentLog } from '../../../src/base/log.ts'
import { Metrics } from '../../../src/base/metrics.ts'
import { type AgentOptions, agentDefaults } from '../../../src/call/agent/state.ts'
import type { Connection, ConnectionListener } from '../../../src/call/connection.ts'
import type { CallEvent } from '../../../src/call/events.ts'
import type { CallLanguage } from '../../../src/call/reply/thinker-deps.ts'
import { Session } from '../../../src/call/session.ts'
import type { SessionDeps } from '../../../src/call/session-deps.ts'
import { Ticker } from '../../../src/call/sound/ticker.ts'
import type { VoiceDetector } from '../../../src/call/sound/voice-watch.ts'
import type { CallDetails } from '../../../src/calls/call-log.ts'
import { type CallStart, unannounced } from '../../../src/calls/call-start.ts'
import type { CallRecorder } from '../../../src/calls/closing-records.ts'
import { Registry, type RegistryDeps } from '../../../src/calls/registry.ts'
import type { Texts } from '../../../src/desk/texts.ts'
import type { RecordingPolicy } from '../../../src/desk/types.ts'
import type { Opening } from '../../../src/dialogue/types.ts'
import type { CallPhrases } from '../../../src/phrases/types.ts'
import type { TtsChain } from '../../../src/providers/fallback-tts.ts'
import type { Stt, SttEvent } from '../../../src/providers/stt.ts'
import { desk, texts as shippedTexts } from '../shipped-desk.ts'
import { FakeClock } from './fake-clock.ts'

export const frenchTexts: Texts = shippedTexts.fr

/** Loud enough for the lab's detector, which looks at the first sample. */
const speechFrame = new Int16Array(160).fill(8_000)
const silenceFrame = new Int16Array(160)

/** The phone's end: counts what it hears, tells the hang-up, hangs up. */
export class LabConnection implements Connection {
  listener: ConnectionListener | undefined
  frames = 0
  silent = 0
  hungUpAtMs: number | undefined
  /** When each audible frame left, in lab milliseconds, and its last sample, or the first where it fades out. */
  readonly audibleAtMs: number[] = []
  readonly audibleSamples: number[] = []

  constructor(
    readonly callId: string,
    private readonly clock: FakeClock,
    private readonly startMs: number,
    readonly address = '',
  ) {}

  sendFrame(frame: Int16Array): void {
    if (frame.length !== 160) throw new Error(`a frame of ${frame.length} samples`)
    this.frames++
    this.audibleAtMs.push(this.clock.now() - this.startMs)
    this.audibleSamples.push(frame[159] === 0 ? frame[0] : frame[159])
  }
  sendSilence(): void {
    this.frames++
    this.silent++
  }
  hangUp(): void {
    this.hungUpAtMs ??= this.clock.now() - this.startMs
    const { listener } = this
    this.listener = undefined
    listener?.closed('agent hung up')
  }
  destroy(reason: string): void {
    this.listener?.closed(reason)
  }
}

class LabDetector implements VoiceDetector {
  private run = 0
  private missed = 0
  private speaking = false
  get speechMs(): number {
    return this.run * 20
  }
  get silenceMs(): number {
    return this.missed * 20
  }
  push(frame: Int16Array): 'speech' | 'silence' {
    if (Math.abs(frame[0]) > 1_000) {
      this.missed = 0
      this.run++
      if (this.run >= 3) this.speaking = true
    } else {
      this.missed++
      if (this.missed > 12 || !this.speaking) {
        this.speaking = false
        this.run = 0
      }
    }
    return this.speaking ? 'speech' : 'silence'
  }
}

export type LabOptions = {
  hearsWords: boolean
  texts: Texts
  /** The languages that calls can be in, that of the desk first. */
  offered: readonly Texts[]
  /** Languages whose recogniser fails for good, a moment after it was opened. */
  deaf: readonly string[]
  /** What the dialplan announced. */
  start: CallStart
  technician: { available: boolean; opens?: Opening }
  maxCalls: number
  /** In place of `maxCalls`. */
  admission: RegistryDeps['admission']
  agent: Partial<AgentOptions>
  tts: Pick<TtsChain, 'parts' | 'voice'>
  model: (language: string) => CallLanguage['model']
  phrases: CallPhrases
  log: Log
  recorder: (callId: string, log: Log, clock: FakeClock) => ReturnType<RegistryDeps['createRecorder']>
  policy: RecordingPolicy
  days: RegistryDeps['days']
  report: RegistryDeps['report']
  holdsInterim: RegistryDeps['holdsInterim']
  sharing: RegistryDeps['sharing']
  pausesForNumbers: boolean
  session: Partial<SessionDeps>
  /** Sees every event of every call, with the lab's time. */
  tap: (event: CallEvent, atMs: number) => void
}

/** Samples that a text lasts: fourteen letters a second, as French is spoken. */
export const spokenSamples = (text: string): number => Math.ceil(text.length / 14 / 0.02) * 160

const allPhrases: CallPhrases = {
  find: (text) => ({ samples: new Int16Array(spokenSamples(text)).fill(1_000), generation: 1 }),
  keep() {},
  changeVoice() {},
  isRepeated: () => false,
}

const noVoice: Pick<TtsChain, 'parts' | 'voice'> = {
  voice: 'none',
  // biome-ignore lint/correctness/useYield: a voice that fails before its first part
  async *parts() {
    throw new Error('the lab has no voice')
  },
}

export type KeptCall = { details: CallDetails; inputs: string; startedWallMs: number }

const noRecorder: CallRecorder = {
  caller() {},
  agent() {},
  allow() {},
  forbid() {},
  pause() {},
  save() {},
  async close() {},
}

export class CallLab {
  readonly clock = new FakeClock()
  readonly metrics = new Metrics()
  readonly ticker: Ticker
  readonly registry: Registry
  readonly rings = new RingPool()
  readonly nextSteps = new Map<string, { verb: string; target: string; variables?: Record<string, string> }>()
  readonly sessions: Session[] = []
  /** What is kept of each ended call: its details, and its inputs as the lines of a file. */
  readonly kept: KeptCall[] = []
  connection: LabConnection
  /** The language of each session of the recogniser, in order. */
  readonly heardIn: string[] = []
  private sttEvent: ((event: SttEvent) => void) | undefined
  private speechUntilMs = 0
  private readonly startMs: number

  constructor(options: Partial<LabOptions> = {}, callId = '6f1f7a5e-2f54-4c0e-9d0b-0a4f5b8c1d22') {
    const {
      hearsWords = true,
      texts = frenchTexts,
      technician = { available: true },
      log = silentLog,
    } = options
    this.startMs = this.clock.now()
    this.ticker = new Ticker(this.clock, this.metrics)
    const stt: Stt = {
      name: 'lab',
      hearsWords,
      open: ({ onEvent, language }) => {
        this.heardIn.push(language)
        this.sttEvent = onEvent
        if (options.deaf?.includes(language))
          this.clock.at(this.clock.now() + 200, () =>
            onEvent({ kind: 'link', state: 'failed', code: 'unavailable' }),
          )
        const close = () => {
          if (this.sttEvent === onEvent) this.sttEvent = undefined
        }
        return { hint() {}, finalize() {}, close }
      },
      close() {},
    }
    this.registry = new Registry({
      clock: this.clock,
      log,
      metrics: this.metrics,
      ticker: this.ticker,
      start: options.start ?? unannounced(texts.language, 'desk'),
      adapters: { stt: 'lab', llm: 'scripted', tts: 'lab' },
      admission: options.admission ?? ((live) => (live >= (options.maxCalls ?? 10) ? 'busy' : undefined)),
      policy: options.policy ?? 'off',
      people: { verb: 'queue', target: 'support' },
      ...(options.days && { days: options.days }),
      ...(options.report && { report: options.report }),
      ...(options.holdsInterim && { holdsInterim: options.holdsInterim }),
      sharing: options.sharing,
      rings: this.rings,
      createRecorder: (id, callLog) => this.keeping(options.recorder?.(id, callLog, this.clock)),
      nextSteps: { set: (id, step) => void this.nextSteps.set(id, step) },
      refusal: () => new Int16Array(16_000).fill(1_000),
      openSession: ({ connection, log: callLog, recorder, ring, onEvent, resumed, start, inputs }) => {
        const offered = (options.offered ?? [texts]).map((one) => ({
          texts: one,
          model: options.model?.(one.language),
        }))
        const begins = offered.find((one) => one.texts.language === start.language) ?? offered[0]
        const session = new Session(connection, {
          clock: this.clock,
          log: callLog,
          ticker: this.ticker,
          ...begins,
          desk,
          language: begins.texts.language,
          ...(options.offered && { offered }),
          tts: options.tts ?? noVoice,
          phrases: options.phrases ?? allPhrases,
          convert: async function* () {},
          stt,
          technicians: () => Promise.resolve(technician),
          callerNumber: start.callerNumber,
          greeting: start.greeting,
          createDetector: () => new LabDetector(),
          recorder,
          ring,
          policy: options.policy ?? 'off',
          pausesForNumbers: options.pausesForNumbers ?? false,
          agent: { ...agentDefaults, ...options.agent },
          onEvent: (event) => {
            options.tap?.(event, this.nowMs)
            onEvent(event)
          },
          resumed,
          inputs,
          ...options.session,
        })
        this.sessions.push(session)
        return session
      },
    })
    this.connection = this.dial(callId)
  }

  private keeping(recorder: CallRecorder = noRecorder): CallRecorder {
    const startedWallMs = this.clock.wallMs()
    return {
      caller: (frame) => recorder.caller(frame),
      agent: (frame, nowMs) => recorder.agent(frame, nowMs),
      allow: () => recorder.allow(),
      forbid: () => recorder.forbid(),
      pause: (on) => recorder.pause(on),
      save: (details) => recorder.save(details),
      close: (details, inputs) => {
        this.kept.push({ details, inputs: inputs?.() ?? '', startedWallMs })
        return recorder.close(details, inputs)
      },
    }
  }

  get nowMs(): number {
    return this.clock.now() - this.startMs
  }

  /** Another caller; the first one is dialled by the constructor. */
  dial(callId: string, address?: string): LabConnection {
    const connection = new LabConnection(callId, this.clock, this.startMs, address)
    this.registry.offer(connection)
    return connection
  }

  /** Time passes; the caller's phone sends a frame every 20 ms. */
  async run(ms: number): Promise<void> {
    const end = this.clock.now() + ms
    while (this.clock.now() < end) {
      const speaking = this.clock.now() < this.speechUntilMs
      this.connection.listener?.audio(speaking ? speechFrame : silenceFrame)
      await this.clock.run(Math.min(20, end - this.clock.now()))
    }
  }

  /** Time passes until the agent has nothing more to say, or the call has ended. */
  async untilQuiet(limitMs = 60_000): Promise<void> {
    const end = this.nowMs + limitMs
    await this.run(100)
    while (this.info?.phase !== 'listening' && !this.over && this.nowMs < end) await this.run(20)
  }

  get over(): boolean {
    return this.connection.hungUpAtMs !== undefined || this.info?.outcome != null
  }

  /** The caller speaks; the recogniser's final text comes 150 ms after the last word. */
  async says(text: string, durationMs = 400 + text.length * 60): Promise<void> {
    this.speechUntilMs = this.clock.now() + durationMs
    const half = text
      .split(' ')
      .slice(0, Math.ceil(text.split(' ').length / 2))
      .join(' ')
    await this.run(durationMs / 2)
    this.sttEvent?.({ kind: 'transcript', text: half, isFinal: false })
    await this.run(durationMs / 2 + 150)
    this.sttEvent?.({ kind: 'transcript', text, isFinal: true })
  }

  /** Noise or speech that the recogniser makes nothing of. */
  async mumbles(durationMs: number): Promise<void> {
    this.speechUntilMs = this.clock.now() + durationMs
    await this.run(durationMs)
  }

  key(key: Key): void {
    this.connection.listener?.key(key)
  }

  hangUp(): void {
    this.connection.destroy('peer closed')
  }

  get info() {
    return this.registry.get(this.connection.callId)
  }

  /** `agent: …` and `caller: …`, a cut line ends with `…`. */
  get transcript(): string[] {
    return (this.info?.transcript ?? []).map(({ who, text, cut }) => `${who}: ${text}${cut ? '…' : ''}`)
  }
}
