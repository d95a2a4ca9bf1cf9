// Plays a recorded call again on a faked clock, with the code of this build and the desk that is given: the real
// session, both machines and the real account of the call. Only its sound, the language model and the search for a
// technician are those of the recording.

import { RingPool } from '../audio/call-ring.ts'
import { silentLog } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import { agentDefaults } from '../call/agent/state.ts'
import type { Connection } from '../call/connection.ts'
import type { CallEvent } from '../call/events.ts'
import { withMessage } from '../call/inputs/settings.ts'
import type { CallInput, CallSettings } from '../call/inputs/types.ts'
import type { CallCustomer, CallLanguage, Earlier } from '../call/reply/thinker-deps.ts'
import { Session } from '../call/session.ts'
import type { SessionDeps } from '../call/session-deps.ts'
import type { Supervisor } from '../call/supervision.ts'
import { type CallDetails, CallLog } from '../calls/call-log.ts'
import { callMetrics } from '../calls/call-metrics.ts'
import { unannounced } from '../calls/call-start.ts'
import type { Desk } from '../desk/desk.ts'
import type { Texts } from '../desk/texts.ts'
import type { PromptTemplates } from '../dialogue/model/prompt.ts'
import { isOfModel, isOfTechnician, RecordedModel, RecordedTechnicians } from './recorded-answers.ts'
import { isOfLine, RecordedSound } from './recorded-sound.ts'
import { ReplayClock } from './replay-clock.ts'

/** A call as it was kept. */
export type KeptInputs = { settings: CallSettings; inputs: readonly CallInput[] }

/** What a call is played with. */
export type Stage = {
  desk: Desk
  /** The phrases of a language, as a call that began then has them; undefined when it is not offered. */
  texts: (language: string, wallMs: number) => Texts | undefined
  templates: (language: string) => PromptTemplates | undefined
}

/** The call as it goes now. `until`: nothing is known of what came after; undefined when all of it was played. */
export type Replayed = { details: CallDetails; until: number | undefined }

/** How long a call that goes on after its recording may go on, in its own time. */
const afterMs = 30_000

const metrics = callMetrics(new Metrics())
const ring = new RingPool().take()

/** @returns undefined when the call cannot be played: a language of it has no phrases now */
export async function replay(
  { settings, inputs }: KeptInputs,
  stage: Stage,
  startedWallMs: number,
): Promise<Replayed | undefined> {
  const offered = languagesOf(settings, stage, startedWallMs)
  const begins = offered?.find(({ texts }) => texts.language === settings.language)
  if (offered === undefined || begins === undefined) return undefined
  return await new Player(settings, inputs, startedWallMs).play(stage.desk, offered, begins, stage)
}

type PlannedLanguage = { texts: Texts; hasModel: boolean }

function languagesOf(settings: CallSettings, stage: Stage, wallMs: number): PlannedLanguage[] | undefined {
  const found: PlannedLanguage[] = []
  for (const { language, hasModel, message } of settings.offered) {
    const texts = stage.texts(language, wallMs)
    if (texts === undefined) return undefined
    found.push({ texts: withMessage(texts, message), hasModel })
  }
  return found
}

class Player {
  private readonly clock: ReplayClock
  private readonly model: RecordedModel
  private readonly technicians: RecordedTechnicians
  private sound: RecordedSound | undefined
  private supervisor: Supervisor | undefined
  private session: Session | undefined
  private readonly connection: Connection
  /** Resolves when the recorded call learnt it. */
  private readonly customer = Promise.withResolvers<CallCustomer | undefined>()

  constructor(
    private readonly settings: CallSettings,
    private readonly inputs: readonly CallInput[],
    startedWallMs: number,
  ) {
    const timers = inputs.flatMap((input) => (input.kind === 'timer' ? [input.due] : []))
    this.clock = new ReplayClock(startedWallMs, timers)
    this.model = new RecordedModel(this.clock, inputs)
    this.technicians = new RecordedTechnicians(inputs)
    this.connection = {
      ...{ callId: 'rehearsal', listener: undefined },
      sendFrame() {},
      sendSilence() {},
      hangUp() {},
      destroy() {},
    }
  }

  async play(
    desk: Desk,
    offered: PlannedLanguage[],
    begins: PlannedLanguage,
    stage: Stage,
  ): Promise<Replayed> {
    const { settings, clock } = this
    const resumed = settings.resumed as Earlier | undefined
    const about = { ...unannounced(settings.language, ''), adapters: {}, policy: settings.policy }
    const log = new CallLog(silentLog, metrics, about, resumed)
    const early: CallEvent[] = []
    const take = (event: CallEvent) => {
      if (this.session === undefined) {
        early.push(event)
        return
      }
      log.take(event)
      const { known, pendingNumber } = this.session.dialogue
      log.learn(known, pendingNumber)
    }
    const modelOf = ({ texts, hasModel }: PlannedLanguage): CallLanguage['model'] => {
      const templates = hasModel ? stage.templates(texts.language) : undefined
      return templates && { llm: this.model, templates }
    }
    this.session = new Session(this.connection, {
      ...stubs,
      ...{ clock, desk, texts: begins.texts, model: modelOf(begins), language: settings.language },
      offered: offered.map((one) => ({ texts: one.texts, model: modelOf(one) })),
      stt: { ...stubs.stt, hearsWords: settings.hearsWords },
      technicians: this.technicians.find,
      callerNumber: settings.callerNumber,
      greeting: settings.greeting,
      customer: this.customer.promise,
      policy: settings.policy,
      pausesForNumbers: settings.pausesForNumbers,
      agent: { ...agentDefaults, maxCallMs: settings.maxCallMs, fillAfterMs: settings.fillAfterMs },
      onEvent: take,
      resumed,
      openSound: (deps) => {
        this.sound = new RecordedSound(deps, clock, this.inputs)
        return this.sound
      },
    })
    for (const event of early) take(event)
    return { details: log.details, until: await this.run(this.session) }
  }

  /** @returns when the recording stops telling what was said; undefined when it tells all */
  private async run(session: Session): Promise<number | undefined> {
    const { clock } = this
    await settled()
    for (const input of this.inputs) {
      while (clock.runOther(input.at)) await settled()
      clock.moveTo(input.at)
      if (input.kind === 'rest') return input.at
      this.take(session, input)
      await settled()
      if (session.outcome !== undefined) return undefined
    }
    const end = clock.now() + afterMs
    while (session.outcome === undefined && clock.runOther(end)) await settled()
    return undefined
  }

  private take(session: Session, input: CallInput): void {
    if (isOfLine(input)) this.sound?.take(input)
    else if (isOfModel(input)) this.model.take(input)
    else if (isOfTechnician(input)) this.technicians.take(input)
    else if (!('n' in input)) this.act(session, input)
  }

  /** What the caller, the operator, or the connection does. */
  private act(session: Session, input: Exclude<CallInput, { n: number } | { turn: number }>): void {
    switch (input.kind) {
      case 'timer':
        this.clock.runRecorded(input.due)
        return
      case 'key':
        session.key(input.key)
        return
      case 'typed':
        session.typed(input.text)
        return
      case 'operator':
        session.operator(input.wants)
        return
      case 'says':
        session.say(input.text)
        return
      case 'hint':
        session.hint(input.text)
        return
      case 'customer': {
        const { at: _, kind: __, ...customer } = input
        this.customer.resolve(customer)
        return
      }
      case 'takeOver':
        this.supervisor = session.takeOver(() => {})
        return
      case 'handBack':
        this.supervisor?.handBack(input.lost)
        return
      case 'closed':
        session.closed(input.reason)
        return
      case 'taken':
        session.taken()
        return
      case 'defect':
        session.tickFailed(new Error('the recorded call was ended by a defect'))
        return
      case 'rest':
        return
      default:
        this.sound?.hear(input)
    }
  }
}

/** Everything that was awaited has gone on as far as it can. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What a session needs and a call without sound does not use. */
const stubs = {
  log: silentLog,
  ticker: { add() {}, remove() {} },
  stt: {
    name: 'recorded',
    open: () => ({ hint() {}, finalize() {}, close() {} }),
    close() {},
  },
  tts: { parts: () => (async function* () {})() },
  phrases: { find: () => undefined, keep() {}, changeVoice() {}, isRepeated: () => false },
  convert: async function* () {},
  createDetector: () => ({ push: () => 'silence' as const, speechMs: 0, silenceMs: 0 }),
  recorder: undefined,
  ring,
} satisfies Partial<Omit<SessionDeps, 'stt'>> & { stt: object }
