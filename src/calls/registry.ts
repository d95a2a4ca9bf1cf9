// All calls: takes them, refuses them, remembers them for a while, and acts on them for the operator. What happens
// after a call is decided here, because only here the outcome and what is known meet.

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Gauge, Metrics } from '../base/metrics.ts'
import type { Connection } from '../call/connection.ts'
import type { CallEvent } from '../call/events.ts'
import type { Session } from '../call/session.ts'
import { announce } from '../call/sound/announce.ts'
import type { Ticker } from '../call/sound/ticker.ts'
import type { Known } from '../dialogue/types.ts'
import { CallLog, type CallMetrics, callMetrics } from './call-log.ts'
import { type CallRecorder, ClosingRecords } from './closing-records.ts'
import {
  type CallInfo,
  callInfo,
  type NextStep,
  nextStepOf,
  type PublicCallEvent,
  publicEvents,
} from './views.ts'

/** What a new session is made from; the rest of its dependencies are main.ts's. */
export type OpenSession = (given: {
  connection: Connection
  log: Log
  recorder: CallRecorder | undefined
  onEvent: (event: CallEvent) => void
  /** Of the earlier part of a call that came back from the queue. */
  resumed: Known | undefined
}) => Session

export type RegistryDeps = {
  clock: Clock
  log: Log
  metrics: Metrics
  ticker: Ticker
  language: string
  adapters: Record<string, string>
  maxCalls: number
  /** Where humans are: a queue of the dialplan, or a phone. */
  people: NextStep
  openSession: OpenSession
  createRecorder: (callId: string, log: Log) => CallRecorder | undefined
  /** As asterisk/next-steps.ts has it. */
  nextSteps: { set(callId: string, step: NextStep, isAwaited?: boolean): void }
  /** What a caller hears who is not taken, ready to be played. */
  refusal: (why: 'busy' | 'draining') => Int16Array | undefined
}

type Live = { session: Session; log: CallLog; recorder: CallRecorder | undefined; startedWallMs: number }
type Listener = (event: PublicCallEvent) => void

/** Outcomes after which the dialplan asked people: a call that comes back from them was not taken. */
const sentToPeople: ReadonlySet<string> = new Set(['transfer', 'error', 'lost'])
/** Ended calls that the operator still sees. */
const recentCapacity = 200

export class Registry {
  private refusing = false
  /** Refused callers go on to the queue without a word: the server is about to end. */
  private isCurt = false
  private readonly live = new Map<string, Live>()
  private readonly recent = new Map<string, CallInfo & { known: Known; numbers: readonly string[] }>()
  private readonly listeners = new Map<string, Set<Listener>>()
  private readonly closing = new ClosingRecords()
  private announcing = 0
  private readonly liveGauge: Gauge
  private readonly metrics: CallMetrics
  private whenEmpty: (() => void)[] = []

  constructor(private readonly deps: RegistryDeps) {
    this.metrics = callMetrics(deps.metrics)
    this.liveGauge = deps.metrics.gauge('calls_live', 'Calls in progress')
    deps.metrics.gauge('calls_max', 'Calls that may be in progress at once').value = deps.maxCalls
  }

  get draining(): boolean {
    return this.refusing
  }

  /** Turns new calls to the queue, or takes them again; live calls go on either way. */
  drain(on: boolean): void {
    this.refusing = on || this.isCurt
  }

  /** From here on nobody is taken, and nobody is told why: who hears a phrase now hears it out. */
  close(): void {
    this.refusing = true
    this.isCurt = true
  }

  get liveCalls(): number {
    return this.live.size
  }

  /**
   * Takes a call, or tells the caller that it can't be taken; sets the connection's listener either way.
   *
   * @throws what openSession throws; the connection is then to be closed by who offered it
   */
  offer(connection: Connection): void {
    const { callId } = connection
    const { language, adapters } = this.deps
    if (this.refusing || this.live.size >= this.deps.maxCalls) {
      this.refuse(connection)
      return
    }
    const log = this.deps.log.with({ callId })
    const earlier = this.recent.get(callId)
    const recorder = this.deps.createRecorder(callId, log)
    const callLog = new CallLog(log, this.metrics, { language, adapters })
    const call = { log: callLog, recorder, startedWallMs: this.deps.clock.wallMs() }
    // Until the call has an outcome of its own, whatever breaks sends the caller to humans.
    this.deps.nextSteps.set(callId, this.deps.people)
    const events: CallEvent[] = []
    let session: Session | undefined
    const onEvent = (event: CallEvent) => {
      // The session speaks while it is being made; what it says then is told when it is there.
      if (session) this.take(callId, { session, ...call }, event)
      else events.push(event)
    }
    const resumed = earlier && sentToPeople.has(earlier.outcome ?? '') ? earlier.known : undefined
    try {
      session = this.deps.openSession({ connection, log, recorder, onEvent, resumed })
    } catch (error) {
      // The files are open already.
      if (recorder) this.closing.add(callId, recorder, callLog.details)
      throw error
    }
    const live = { session, ...call }
    this.live.set(callId, live)
    this.liveGauge.value = this.live.size
    this.tell(callId, { callId, atMs: 0, kind: 'started' })
    for (const event of events) this.take(callId, live, event)
    recorder?.save(callLog.details)
  }

  // ---- the operator's hands; each answers false when the call is not live

  hangUp(callId: string): boolean {
    return this.act(callId, (session) => session.operator('goodbye'))
  }
  transfer(callId: string): boolean {
    return this.act(callId, (session) => session.operator('transfer'))
  }
  say(callId: string, text: string): boolean {
    return this.act(callId, (session) => session.say(text))
  }
  /** Both sides of a live call, frame by frame. @returns what ends the listening */
  listen(
    callId: string,
    listener: (caller: Int16Array | null, agent: Int16Array | null) => void,
  ): (() => void) | undefined {
    return this.live.get(callId)?.session.listen(listener)
  }

  list(): readonly CallInfo[] {
    const live = [...this.live].map(([id, call]) => this.info(id, call))
    return [...live, ...[...this.recent.values()].reverse()]
  }

  get(callId: string): CallInfo | undefined {
    const call = this.live.get(callId)
    return call ? this.info(callId, call) : this.recent.get(callId)
  }

  /**
   * Forgets what was said in the ended calls of a number.
   *
   * @param phone national form, `0612345678`
   * @returns their ids
   */
  forgetCaller(phone: string): string[] {
    const ids = [...this.recent].filter(([, { numbers }]) => numbers.includes(phone)).map(([id]) => id)
    for (const id of ids) this.recent.delete(id)
    return ids
  }

  /** Forgets what was said in an ended call. */
  forget(callId: string): void {
    this.recent.delete(callId)
  }

  /** Calls in progress whose caller gave this number. @param phone national form */
  liveOf(phone: string): string[] {
    const gave = ({ session, log }: Live) =>
      session.pendingNumber === phone || log.details.numbers.includes(phone)
    return [...this.live].filter(([, call]) => gave(call)).map(([id]) => id)
  }

  /** Whether the call is in progress, or its record not on disk yet: what is deleted then would come back. */
  isBeingWritten(callId: string): boolean {
    return this.live.has(callId) || this.closing.has(callId)
  }

  /** @returns what ends the subscription */
  subscribe(callId: string | 'all', listener: Listener): () => void {
    const set = this.listeners.get(callId) ?? new Set()
    this.listeners.set(callId, set)
    set.add(listener)
    return () => {
      set.delete(listener)
      if (set.size === 0) this.listeners.delete(callId)
    }
  }

  /** Resolves when no call is live; some may still be told that they can't be taken. */
  async noneLive(): Promise<void> {
    while (this.live.size > 0) await new Promise<void>((done) => this.whenEmpty.push(done))
  }

  /** Resolves when no call is live or being refused, and every record is on disk. */
  async empty(): Promise<void> {
    while (this.live.size > 0 || this.announcing > 0)
      await new Promise<void>((done) => this.whenEmpty.push(done))
    await this.closing.allWritten()
  }

  /** Says goodbye in every live call, for a server that must stop now. */
  goodbyeAll(): void {
    for (const { session } of this.live.values()) session.operator('goodbye')
  }

  // ---- inside

  private refuse(connection: Connection): void {
    const { clock, ticker, log, nextSteps, people } = this.deps
    nextSteps.set(connection.callId, people)
    this.metrics.ended('busy').add()
    log.info('call refused', {
      callId: connection.callId,
      reason: this.refusing ? 'draining' : 'too many calls',
    })
    const counts = this.isCurt ? 0 : 1
    this.announcing += counts
    const samples = this.isCurt ? undefined : this.deps.refusal(this.refusing ? 'draining' : 'busy')
    announce(samples, {
      connection,
      ticker,
      clock,
      onEnded: () => {
        this.announcing -= counts
        nextSteps.set(connection.callId, people, true)
        this.checkEmpty()
      },
    })
  }

  private take(callId: string, call: Live, event: CallEvent): void {
    call.log.take(event)
    const { known, pendingNumber } = call.session
    const learnt = call.log.learn(known, pendingNumber)
    for (const told of publicEvents(callId, call.session, call.log, event)) this.tell(callId, told)
    if (event.kind === 'state' || learnt) call.recorder?.save(call.log.details)
    if (event.kind === 'ended') this.ended(callId, call)
  }

  private ended(callId: string, call: Live): void {
    const known = call.session.known
    const { details } = call.log
    // Asterisk does not ask after a caller who hung up.
    this.deps.nextSteps.set(
      callId,
      nextStepOf(details, known, this.deps.people),
      details.outcome !== 'hangup',
    )
    this.recent.delete(callId)
    this.recent.set(callId, { ...this.info(callId, call), known, numbers: call.log.details.numbers })
    for (const id of this.recent.keys()) {
      if (this.recent.size <= recentCapacity) break
      this.recent.delete(id)
    }
    this.live.delete(callId)
    this.liveGauge.value = this.live.size
    this.metrics.underruns.add(call.session.underruns)
    if (call.recorder) this.closing.add(callId, call.recorder, details)
    this.checkEmpty()
  }

  private checkEmpty(): void {
    if (this.live.size > 0) return
    const waiting = this.whenEmpty
    this.whenEmpty = []
    for (const done of waiting) done()
  }

  private info(callId: string, call: Live): CallInfo {
    return callInfo(callId, call.startedWallMs, this.deps.clock.now(), call.session, call.log)
  }

  private act(callId: string, action: (session: Session) => void): boolean {
    const call = this.live.get(callId)
    if (call) action(call.session)
    return call !== undefined
  }

  private tell(callId: string, event: PublicCallEvent): void {
    for (const key of [callId, 'all']) for (const listener of this.listeners.get(key) ?? []) listener(event)
  }
}
