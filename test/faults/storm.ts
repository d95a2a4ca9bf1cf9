// A storm over the clouds: many calls at once while recogniser, language model, voice and technicians fail at random,
// each behind the program's own fallback chain. Seeded, on a faked clock: hours of calls in seconds.

import { join } from 'node:path'
import type { Log } from '../../src/base/log.ts'
import type { SessionDeps } from '../../src/call/session-deps.ts'
import { parseTemplates } from '../../src/dialogue/model/prompt.ts'
import { type ProviderCode, ProviderFailure } from '../../src/providers/errors.ts'
import { createLlmChain } from '../../src/providers/fallback-llm.ts'
import { createSttChain } from '../../src/providers/fallback-stt.ts'
import { createTtsChain } from '../../src/providers/fallback-tts.ts'
import type { Llm } from '../../src/providers/llm.ts'
import type { Stt, SttEvent, SttOpen } from '../../src/providers/stt.ts'
import type { Tts } from '../../src/providers/tts.ts'
import { CallLab, type LabConnection, spokenSamples } from '../support/lab/call-lab.ts'
import type { FakeClock } from '../support/lab/fake-clock.ts'
import { createRandom, type Random } from '../support/lab/random.ts'

export type StormOptions = {
  seed: number
  calls: number
  /** How probable each fault of the dozen is at each request; several may meet. */
  faultPercent: number
}

export type StormReport = {
  outcomes: Record<string, number>
  /** Calls that had no end after their longest time. */
  endless: number
  /** Frames that the callers' phones lacked or had too many of, in all calls together. */
  wrongFrames: number
  nextSteps: number
  /** Lines of the log that say error. */
  errors: string[]
  /** Of all calls together, in their own time. */
  minutes: number
  /** What is still in the ticker and among the live calls when all is over. */
  left: number
  faults: Record<string, number>
}

const template = await Bun.file(join(import.meta.dir, '../../assets/prompts/fr.md')).text()
const maxCallMs = 150_000
const said = [
  'ma box ne marche plus',
  'oui',
  'non merci',
  'je m’appelle Durand',
  'zéro six douze trente-quatre cinquante-six soixante-dix-huit',
  'je voudrais parler à un conseiller',
  'euh je ne sais pas',
  'c’est réparé merci au revoir',
]
const replies = [
  '{"intent":"problem"}\nJe comprends. Nous allons regarder cela ensemble.',
  'Je comprends, votre box ne fonctionne plus. Quel est votre nom ?',
  '{"intent":',
  '',
  '<html>504</html>',
]
const codes: ProviderCode[] = ['refused', 'auth', 'limited', 'timeout', 'cut', 'malformed', 'unavailable']

export async function storm(options: StormOptions): Promise<StormReport> {
  const random = createRandom(options.seed)
  const faults: Record<string, number> = {}
  /** Whether something goes wrong now, counted by name. */
  const strikes = (name: string): boolean => {
    if (random.below(100) >= options.faultPercent) return false
    faults[name] = (faults[name] ?? 0) + 1
    return true
  }
  const errors: string[] = []
  const log: Log = {
    ...{ debug() {}, info() {}, warn() {} },
    error: (text, fields) => void errors.push(`${text} ${JSON.stringify(fields)}`),
    with: () => log,
  }
  const session: Partial<SessionDeps> = {}
  const lab = new CallLab({ session, log, maxCalls: options.calls, agent: { maxCallMs } })
  lab.hangUp()
  const { clock } = lab
  const weather: Weather = { clock, random, strikes }
  const chain = { clock, metrics: lab.metrics, random: () => random.below(1_000) / 1_000 }
  const recognisers = new Map<string, (text: string) => void>()
  Object.assign(session, {
    stt: createSttChain(
      [stormyRecogniser('first', weather, recognisers), stormyRecogniser('second', weather, recognisers)],
      chain,
    ),
    tts: createTtsChain([stormyVoice('first', weather), stormyVoice('second', weather)], chain),
    model: {
      llm: createLlmChain([stormyModel('first', weather), stormyModel('second', weather)], chain),
      templates: parseTemplates(template),
    },
    // Half of the sentences are ready-made, so that the voice has work in every call.
    phrases: {
      find: (text: string) =>
        text.length % 2 === 0 ? { samples: new Int16Array(spokenSamples(text)), generation: 1 } : undefined,
      keep() {},
      changeVoice() {},
      isRepeated: () => false,
    },
    convert: async function* ({ chunks }) {
      for await (const bytes of chunks) yield new Int16Array(bytes.length >> 1)
    },
    technicians: async () => {
      if (strikes('technicians late')) await pause(clock, 8_000)
      return { available: random.below(2) === 0 }
    },
  } satisfies Partial<SessionDeps>)

  const callers = Array.from({ length: options.calls }, (_, n) => new Caller(lab, random, n, recognisers))
  let minutes = 0
  for (let ms = 0; ms < maxCallMs + 60_000 && callers.some(({ over }) => !over); ms += 20) {
    for (const caller of callers) caller.live()
    await clock.run(20)
    // Promises of the chains settle a good many levels deep.
    if (ms % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const outcomes: Record<string, number> = {}
  let wrongFrames = 0
  for (const { outcome, connection, durationMs } of callers) {
    const name = outcome ?? 'none'
    outcomes[name] = (outcomes[name] ?? 0) + 1
    minutes += durationMs / 60_000
    wrongFrames += Math.max(0, Math.abs(connection.frames - Math.floor(durationMs / 20)) - 1)
  }
  return {
    ...{ outcomes, wrongFrames, errors, faults },
    endless: callers.filter(({ over }) => !over).length,
    nextSteps: callers.filter(({ connection }) => lab.nextSteps.has(connection.callId)).length,
    minutes: Math.round(minutes),
    left: lab.ticker.members + lab.registry.liveCalls,
  }
}

type Weather = { clock: FakeClock; random: Random; strikes: (name: string) => boolean }

const pause = (clock: FakeClock, ms: number) =>
  new Promise<void>((resolve) => void clock.at(clock.now() + ms, resolve))

/** Never answers; rejects when the caller aborts. */
async function hang(signal: AbortSignal): Promise<never> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  throw new ProviderFailure('aborted', 'given up')
}

function failure({ random }: Weather): ProviderFailure {
  const code = codes[random.below(codes.length)]
  return new ProviderFailure(code, 'as the storm has it', {
    retryable: random.below(2) === 0,
    retryAfterMs: random.below(3_000),
  })
}

/** A recogniser that goes mute, is lost, is late, or repeats itself. */
function stormyRecogniser(
  name: string,
  weather: Weather,
  recognisers: Map<string, (text: string) => void>,
): Stt {
  const { clock, random, strikes } = weather
  return {
    name,
    hearsWords: true,
    open({ callId, onEvent }: SttOpen) {
      let closed = false
      const tell = (event: SttEvent) => {
        if (!closed) onEvent(event)
      }
      const later = (ms: number, event: SttEvent) => void clock.at(clock.now() + ms, () => tell(event))
      if (strikes('recogniser fails'))
        later(random.below(5_000), { kind: 'link', state: 'failed', code: 'unavailable' })
      if (strikes('recogniser lost')) {
        later(1_000, { kind: 'link', state: 'lost' })
        later(3_000, { kind: 'link', state: 'open' })
      }
      const hear = (text: string) => {
        if (strikes('recogniser is mute')) return
        const lateMs = strikes('recogniser late') ? 4_000 : 150
        later(50, { kind: 'transcript', text: text.slice(0, text.length >> 1), isFinal: false })
        later(lateMs, { kind: 'transcript', text, isFinal: true })
        if (strikes('recogniser repeats')) later(lateMs, { kind: 'transcript', text, isFinal: true })
        later(lateMs, { kind: 'endOfTurn' })
      }
      recognisers.set(callId, hear)
      return {
        hint() {},
        finalize() {},
        close() {
          closed = true
          if (recognisers.get(callId) === hear) recognisers.delete(callId)
        },
      }
    },
    close() {},
  }
}

/** A language model that is slow, hangs, refuses, breaks off, or writes nonsense. */
function stormyModel(name: string, weather: Weather): Llm {
  const { clock, random, strikes } = weather
  return {
    name,
    model: 'm',
    async *reply({ signal }) {
      await pause(clock, strikes('model slow') ? 2_500 : 200)
      if (strikes('model hangs')) await hang(signal)
      if (strikes('model fails')) throw failure(weather)
      const text = replies[strikes('model writes nonsense') ? 2 + random.below(3) : random.below(2)]
      for (const word of text.split(/(?<= )/)) {
        if (signal.aborted) return
        if (word !== '') yield word
        await pause(clock, 20)
        if (random.below(20) === 0 && strikes('model breaks off')) throw failure(weather)
        if (random.below(20) === 0 && strikes('model stops')) await hang(signal)
      }
    },
    close() {},
  }
}

/** A voice that is slow, hangs, refuses, breaks off, or says nothing. */
function stormyVoice(name: string, weather: Weather): Tts {
  const { clock, strikes } = weather
  return {
    name,
    voice: `${name}/voice`,
    voiceKey: `${name}/voice`,
    async speak({ text, signal }) {
      await pause(clock, strikes('voice slow') ? 1_800 : 150)
      if (strikes('voice hangs')) await hang(signal)
      if (strikes('voice fails')) throw failure(weather)
      const pieces = strikes('voice says nothing') ? 0 : Math.ceil(text.length / 8)
      return {
        format: { encoding: 's16le', rateHz: 8_000 },
        chunks: (async function* () {
          for (let i = 0; i < pieces && !signal.aborted; i++) {
            yield new Uint8Array(8_000)
            await pause(clock, 30)
            if (i === 2 && strikes('voice breaks off')) throw failure(weather)
            if (i === 3 && strikes('voice stops')) await hang(signal)
          }
        })(),
      }
    },
    close() {},
  }
}

const speech = new Int16Array(160).fill(8_000)
const silence = new Int16Array(160)

/** Speaks, keys, is silent or leaves as chance has it. */
class Caller {
  connection: LabConnection
  private readonly callId = crypto.randomUUID()
  private readonly patienceMs: number
  private readonly startMs: number
  private speaksUntilMs = 0
  private nextMs: number
  private utterance: string | undefined
  private endedMs: number | undefined

  constructor(
    private readonly lab: CallLab,
    private readonly random: Random,
    n: number,
    private readonly recognisers: Map<string, (text: string) => void>,
  ) {
    this.startMs = lab.clock.now()
    // One in five leaves in the middle, one in ten never says a word.
    this.patienceMs = n % 5 === 0 ? 3_000 + random.below(60_000) : Number.POSITIVE_INFINITY
    this.nextMs = n % 10 === 1 ? Number.POSITIVE_INFINITY : 2_000 + random.below(8_000)
    this.connection = lab.dial(this.callId)
  }

  get over(): boolean {
    return this.endedMs !== undefined
  }
  get durationMs(): number {
    return (this.endedMs ?? this.lab.clock.now()) - this.startMs
  }
  get outcome() {
    return this.lab.registry.get(this.callId)?.outcome
  }

  /** The next 20 ms. */
  live(): void {
    if (this.over) return
    const now = this.lab.clock.now()
    if (this.outcome) {
      this.endedMs = now
      return
    }
    if (now - this.startMs > this.patienceMs) {
      this.connection.destroy('peer closed')
      return
    }
    if (now >= this.nextMs) this.act(now)
    const speaks = now < this.speaksUntilMs
    if (!speaks && this.utterance !== undefined) {
      this.recognisers.get(this.callId)?.(this.utterance)
      this.utterance = undefined
    }
    this.connection.listener?.audio(speaks ? speech : silence)
  }

  private act(now: number): void {
    this.nextMs = now + 3_000 + this.random.below(9_000)
    if (this.random.below(4) === 0) {
      this.connection.listener?.key('0123456789*#'[this.random.below(12)] as '0')
      return
    }
    this.utterance = said[this.random.below(said.length)]
    this.speaksUntilMs = now + 400 + this.utterance.length * 60
  }
}
