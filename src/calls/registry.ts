// All live calls: takes or refuses them, acts on them for the operator, and closes them. What happens after a call is
// decided here, because only here the outcome and what is known of the caller meet. Helpers of the registry:
// refusals.ts, recent-calls.ts, subscribers.ts, closing-records.ts, call-ends.ts.

import type { CallRing, RingPool } from '../audio/call-ring.ts'
import type { Log } from '../base/log.ts'
import type { Gauge, Metrics } from '../base/metrics.ts'
import type { Connection } from '../call/connection.ts'
import type { CallEvent } from '../call/events.ts'
import { CallInputs } from '../call/inputs/collector.ts'
import type { Earlier } from '../call/reply/thinker-deps.ts'
import type { Session } from '../call/session.ts'
import type { AudioTap } from '../call/sound/downlink.ts'
import type { Supervisor } from '../call/supervision.ts'
import type { RecordingPolicy } from '../desk/types.ts'
import type { Known } from '../dialogue/types.ts'
import { gaveNumber } from '../understanding/spoken-number.ts'
import { BeginQueue } from './begin-queue.ts'
import { CallEnds, type CallEndsDeps } from './call-ends.ts'
import { CallLog } from './call-log.ts'
import { type CallMetrics, callMetrics } from './call-metrics.ts'
import type { CallStart } from './call-start.ts'
import { type CallRecorder, ClosingRecords } from './closing-records.ts'
import { type NextStep, nextStepOf } from './next-step.ts'
import { type EndedCall, RecentCalls } from './recent-calls.ts'
import type { RefusalReason } from './refusal-reason.ts'
import { type RefusalDeps, Refusals } from './refusals.ts'
import { type CallRow, callRow } from './rows.ts'
import type { CallSharing, EarlierPart } from './sharing.ts'
import { type CallListener, Subscribers } from './subscribers.ts'
import { type CallInfo, callInfo, publicEvents } from './views.ts'

/** Makes a session; server/calls.ts adds the dependencies that are the same for every call. */
export type OpenSession = (given: {
  connection: Connection
  log: Log
  recorder: CallRecorder | undefined
  ring: CallRing
  onEvent: (event: CallEvent) => void
  /** What is known from an earlier part of the call, when it came back from the queue. */
  resumed: Earlier | undefined
  start: CallStart
  /** Collects what comes from outside, where the call is recorded. */
  inputs: CallInputs | undefined
}) => Session

export type RegistryDeps = RefusalDeps &
  CallEndsDeps & {
    metrics: Metrics
    /** Where a call begins that was not announced. */
    start: CallStart
    /** Names of the adapters in use, for the record and the page. */
    adapters: Record<string, string>
    /**
     * Why one more call is refused now; undefined when it may begin.
     *
     * @param live calls in progress @param peer address that it comes from
     */
    admission: (live: number, peer: string | undefined) => Exclude<RefusalReason, 'draining'> | undefined
    /** Whether calls are recorded, and what the caller is asked. */
    policy: RecordingPolicy
    /** Whether an overloaded server shows the page no words before they are final. */
    holdsInterim?: () => boolean
    openSession: OpenSession
    /** The memory that each call's audio is read from. */
    rings: RingPool
    createRecorder: (callId: string, log: Log, ring: CallRing) => CallRecorder | undefined
    /** Where several machines share calls. */
    sharing?: CallSharing | undefined
  }

type Live = {
  session: Session
  log: CallLog
  recorder: CallRecorder | undefined
  inputs: CallInputs | undefined
  ring: CallRing
  start: CallStart
  startedWallMs: number
  /** What people would be told if the call were lost now. */
  told: { known: Known | undefined }
}

export class Registry {
  private refusing = false
  /** The server is about to end: refused callers go on to the queue without a phrase. */
  private closed = false
  private readonly live = new Map<string, Live>()
  private readonly recent = new RecentCalls()
  private readonly subscribers = new Subscribers()
  private readonly closing = new ClosingRecords()
  private readonly refusals: Refusals
  private readonly beginnings: BeginQueue
  private readonly liveGauge: Gauge
  private readonly metrics: CallMetrics
  private whenEmpty: (() => void)[] = []
  private readonly ends: CallEnds

  constructor(private readonly deps: RegistryDeps) {
    this.metrics = callMetrics(deps.metrics)
    this.ends = new CallEnds(deps)
    this.refusals = new Refusals(deps, this.metrics, () => this.checkEmpty())
    this.beginnings = new BeginQueue(deps, () => this.checkEmpty())
    this.liveGauge = deps.metrics.gauge('calls_live', 'Calls in progress')
  }

  // ---- taking calls

  /**
   * Takes a call, or refuses it; sets the connection's listener either way. Of a burst of calls the later ones begin a
   * moment after they were taken.
   *
   * @param start what the dialplan announced, checked
   * @param earlier what another machine knows of the call
   * @throws what openSession throws; the one who offered the connection must then close it
   */
  offer(connection: Connection, start: CallStart = this.deps.start, earlier?: EarlierPart): void {
    const refusal = this.refusalReason(connection.address)
    if (refusal) this.refusals.refuse(connection, refusal, this.closed)
    else this.beginnings.add(connection, () => this.take(connection, start, earlier))
  }

  /** Why the next call is refused; undefined when it is taken. */
  private refusalReason(peer: string | undefined): RefusalReason | undefined {
    if (this.refusing) return 'draining'
    return this.deps.admission(this.liveCalls, peer)
  }

  private take(connection: Connection, announced: CallStart, earlier: EarlierPart | undefined): void {
    const { callId } = connection
    const { adapters, policy } = this.deps
    const log = this.deps.log.with({ callId })
    const resumed: EarlierPart | undefined = earlier ?? this.recent.earlierPartOf(callId)
    // A caller who had changed the language goes on in it.
    const start = { ...announced, ...(resumed && { language: resumed.language }) }
    const ring = this.deps.rings.take()
    const recorder = this.deps.createRecorder(callId, log, ring)
    const callLog = new CallLog(log, this.metrics, { ...start, adapters, policy }, resumed)
    const inputs = recorder && new CallInputs()
    const startedWallMs = this.deps.clock.wallMs()
    const call = { log: callLog, recorder, inputs, ring, start, startedWallMs, told: { known: undefined } }
    this.deps.sharing?.begin(callId, () => this.live.get(callId)?.session.taken())
    // Until the call has an outcome of its own, any failure sends the caller to humans.
    this.deps.nextSteps.set(callId, this.peopleOf(start))
    const early: CallEvent[] = []
    let session: Session | undefined
    const onEvent = (event: CallEvent) => {
      // The session reports events while its constructor still runs; they wait until it can be asked.
      if (session) this.handle(callId, { session, ...call }, event)
      else early.push(event)
    }
    try {
      session = this.deps.openSession({ connection, log, recorder, ring, onEvent, resumed, start, inputs })
    } catch (error) {
      // The recorder's files are open already.
      if (recorder) this.closing.add(callId, recorder, callLog.details)
      void this.deps.sharing?.end(callId)
      ring.release()
      throw error
    }
    const live = { session, ...call }
    this.live.set(callId, live)
    this.liveGauge.value = this.live.size
    this.subscribers.tell({ callId, atMs: 0, kind: 'started' })
    const part = { resumed: resumed !== undefined, choice: resumed?.choice ?? null }
    this.deps.report?.({ kind: 'started', callId, start, ...part })
    for (const event of early) this.handle(callId, live, event)
    recorder?.save(callLog.details)
  }

  // ---- the operator's actions; each answers false when the call is not live

  hangUp(callId: string): boolean {
    return this.act(callId, (session) => session.operator('goodbye'))
  }
  transfer(callId: string): boolean {
    return this.act(callId, (session) => session.operator('transfer'))
  }
  say(callId: string, text: string): boolean {
    return this.act(callId, (session) => session.say(text))
  }
  /** @returns undefined when the call is not live, false when no language model words it */
  hint(callId: string, text: string): boolean | undefined {
    return this.live.get(callId)?.session.hint(text)
  }
  /** A supervisor speaks in the agent's place. @param ended called when it is over @returns undefined when refused */
  takeOver(callId: string, ended: () => void): Supervisor | undefined {
    return this.live.get(callId)?.session.takeOver(ended)
  }
  /** Both sides of a live call, frame by frame. @returns unsubscribe; undefined when the call is not live */
  listen(callId: string, listener: AudioTap): (() => void) | undefined {
    return this.live.get(callId)?.session.listen(listener)
  }

  // ---- looking at calls

  /** Those that are about to begin included. */
  get liveCalls(): number {
    return this.live.size + this.beginnings.size
  }

  /** Live calls first, then recent ones, newest first. */
  list(): readonly CallInfo[] {
    return [...[...this.live].map(([id, call]) => this.info(id, call)), ...this.recent.list()]
  }

  get(callId: string): CallInfo | undefined {
    const call = this.live.get(callId)
    return call ? this.info(callId, call) : this.recent.get(callId)
  }

  /** The rows of the live calls in the operator's table. */
  rows(): CallRow[] {
    return [...this.live].map(([id, call]) => callRow(id, call))
  }

  /** @returns undefined when the call is not live */
  row(callId: string): CallRow | undefined {
    const call = this.live.get(callId)
    return call && callRow(callId, call)
  }

  /** @returns unsubscribe */
  subscribe(callId: string | 'all', listener: CallListener): () => void {
    return this.subscribers.subscribe(callId, listener)
  }

  /** Live calls in which this number was given. @param phone national form, `0612345678` */
  liveOf(phone: string): string[] {
    const gave = ({ session, log: { details } }: Live) =>
      session.dialogue.pendingNumber === phone || gaveNumber(details, phone)
    return [...this.live].filter(([, call]) => gave(call)).map(([id]) => id)
  }

  /** Live and ended calls in which this number was given, as the operator sees them. */
  ofCaller(phone: string): CallInfo[] {
    const live = this.liveOf(phone).flatMap((id) => {
      const call = this.live.get(id)
      return call ? [this.info(id, call)] : []
    })
    return [...live, ...this.recent.ofCaller(phone)]
  }

  /** Whether the call is live, or its record not on disk yet: a record deleted then would come back. */
  isBeingWritten(callId: string): boolean {
    return this.live.has(callId) || this.closing.has(callId)
  }

  /** Forgets the ended calls of a number. @param phone national form @returns their ids */
  forgetCaller(phone: string): string[] {
    return this.recent.forgetCaller(phone)
  }

  /** Another machine goes on with a call that has ended here. */
  continuedElsewhere(callId: string): void {
    this.recent.continued(callId)
  }

  /** Forgets an ended call. */
  forget(callId: string): void {
    this.recent.forget(callId)
  }

  // ---- the end of the server

  get draining(): boolean {
    return this.refusing
  }

  /** Refuses new calls, or takes them again; live calls go on either way. */
  drain(on: boolean): void {
    this.refusing = on || this.closed
  }

  /** Refuses every further call in silence, for good. Phrases that play now are played to their end. */
  close(): void {
    this.refusing = true
    this.closed = true
  }

  /** Resolves when no call is live; refused callers may still hear their phrase. */
  async noneLive(): Promise<void> {
    while (this.liveCalls > 0) await new Promise<void>((done) => this.whenEmpty.push(done))
  }

  /** Resolves when no call is live or being refused, every end is reported and every record is on disk. */
  async empty(): Promise<void> {
    while (this.liveCalls > 0 || this.refusals.speaking > 0)
      await new Promise<void>((done) => this.whenEmpty.push(done))
    await this.ends.allTold()
    await this.closing.allWritten()
  }

  /** Says goodbye in every live call, for a server that must stop now. */
  goodbyeAll(): void {
    this.beginnings.beginAll()
    for (const { session } of this.live.values()) session.operator('goodbye')
  }

  // ---- inside

  private handle(callId: string, call: Live, event: CallEvent): void {
    call.log.take(event)
    const { known, pendingNumber, customer } = call.session.dialogue
    const { callBack } = call.log.details
    const learnt = call.log.learn(known, pendingNumber, customer)
    if (known.callBack && !callBack) this.deps.report?.({ kind: 'callBackPromised', callId, known })
    if (event.kind !== 'interim' || !this.deps.holdsInterim?.())
      for (const each of publicEvents(callId, call.session, call.log, event)) this.subscribers.tell(each)
    if (event.kind === 'state' || event.kind === 'language' || event.kind === 'recording' || learnt)
      call.recorder?.save(call.log.details)
    this.deps.sharing?.progressed(callId, call, event)
    if (event.kind === 'ended') this.ended(callId, call)
    else if (known !== call.told.known) {
      // Should this machine die, another one tells people what was found out until now.
      call.told.known = known
      this.deps.nextSteps.set(callId, this.stepOf(call))
    }
  }

  private stepOf({ session: { dialogue }, log: { details }, start }: Live): NextStep {
    const { known, summary, customer } = dialogue
    return nextStepOf(details, known, summary, this.peopleOf(start), customer)
  }

  private ended(callId: string, call: Live): void {
    const { known, language, recording } = call.session.dialogue
    const { details } = call.log
    const step = this.stepOf(call)
    // After a caller's own hang-up Asterisk does not ask for the next step.
    const isAwaited = details.outcome !== 'hangup'
    this.ends.tell(callId, call, step, this.deps.sharing?.end(callId))
    this.deps.nextSteps.set(callId, step, isAwaited)
    // Another machine has taken the call over: it keeps the record.
    if (!this.deps.sharing?.isTaken(callId)) {
      const { numbers } = details
      const ended: EndedCall = { info: this.info(callId, call), known, numbers, language, recording }
      this.recent.add(ended)
      if (this.recent.earlierPartOf(callId)) this.deps.sharing?.mayReturn(callId, ended)
    }
    this.live.delete(callId)
    this.liveGauge.value = this.live.size
    this.metrics.underruns.add(call.session.underruns)
    call.ring.release()
    if (call.recorder) this.closing.add(callId, call.recorder, details, () => call.inputs?.toText() ?? '')
    this.checkEmpty()
  }

  /** The queue of the dialled number, or where humans are for all other calls. */
  private peopleOf({ queue }: CallStart): NextStep {
    return queue === null ? this.deps.people : { verb: 'queue', target: queue }
  }

  private checkEmpty(): void {
    if (this.liveCalls > 0) return
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
}
