// The recognisers as the call thread has them: all of them live on one thread, the ears, which reads the calls' audio
// in their rings. Here a call's session is a number and a few short messages.
//
// A thread that died or hangs is replaced, and each call goes on in the new one from the sample up to which final
// transcripts cover its audio: no word is lost or comes twice. A call that begins before the thread is ready waits in
// the same way; its ring keeps what is said.

import type { Clock, Timer } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Counter, Metrics } from '../../base/metrics.ts'
import { addChanges } from '../../base/metrics-report.ts'
import { workerScript } from '../../base/program.ts'
import { SupervisedThread, type ThreadLoss, type ThreadWorker } from '../../threads/supervised-thread.ts'
import type { Stt, SttOpen, SttSession } from '../stt.ts'
import type { EarsRequest, FromEars, ToEars } from './messages.ts'
import { EarsSession, type HeldRing } from './session.ts'

export type EarsOptions = {
  clock: Clock
  log: Log
  metrics: Metrics
  /** The values of the providers' settings, keys included. */
  values: Readonly<Record<string, unknown>>
  language: string
  voicesDir: string
  onTrouble?: (label: string, reason: string | undefined) => void
  createWorker: () => ThreadWorker<ToEars>
}

export const earsWorker = (): Worker => new Worker(workerScript('providers/ears/ears.worker.ts'))

/** The thread tells its state four times a second while there are calls; without it for so long, it hangs. */
const hungMs = 5_000
/** A thread that has worked for so long is no part of a row of losses any more. */
const provenAfterMs = 30_000

export class Ears implements Stt<HeldRing> {
  readonly name = 'ears'
  readonly hearsWords = true
  private readonly sessions = new Map<number, EarsSession>()
  /** Rings of sessions that the thread has not said to be closed. */
  private readonly closing = new Map<number, HeldRing>()
  private readonly troubled = new Set<string>()
  private readonly restarts: Counter
  private thread: SupervisedThread<ToEars, FromEars> | undefined
  private requests: EarsRequest[] = []
  private nextSession = 1
  private chunkMs = 0
  private deadline: Timer | undefined
  private isClosed = false

  constructor(private readonly options: EarsOptions) {
    this.restarts = options.metrics.counter(
      'stt_thread_restarts_total',
      'Times the thread of the recognisers died or hung and was started again',
    )
  }

  /** Whether three or more threads were lost in a row: calls hear no words now and again. */
  get isDown(): boolean {
    return this.thread?.isDown === true
  }

  /** Starts the thread, unless a call has done so. */
  start(): void {
    if (this.thread !== undefined || this.isClosed) return
    const { clock, createWorker } = this.options
    const startMessage = () => this.startMessage()
    this.thread = new SupervisedThread<ToEars, FromEars>({
      createWorker,
      clock,
      get firstMessage() {
        return startMessage()
      },
      endMessage: { kind: 'end' },
      restart: { firstMs: 50, maxMs: 5_000, isImmediateWhenReady: true },
      provenAfterMs,
      onMessage: (message) => this.take(message),
      onReady: () => this.onReady(),
      onLost: (loss) => this.onLost(loss),
    })
  }

  open(asked: SttOpen<HeldRing>): SttSession {
    this.start()
    asked.audio.retain()
    const session = new EarsSession(this.nextSession++, asked, this)
    this.sessions.set(session.id, session)
    this.ask(session.opening())
    this.watch()
    return session
  }

  /** Asks for longer messages to live recognisers while the server is overloaded. @param ms of audio; 0 as usual */
  chunks(ms: number): void {
    this.chunkMs = ms
    this.thread?.post({ kind: 'chunk', ms })
  }

  close(): void {
    this.isClosed = true
    for (const session of this.sessions.values()) session.close()
    this.flush()
    this.deadline?.cancel()
    this.thread?.close()
    this.releaseClosed()
  }

  /** Used by the sessions: all requests of one turn of the event loop are one message. */
  ask(request: EarsRequest): void {
    // A thread that is not ready yet learns all about a session when it is.
    if (!this.thread?.isReady) return
    if (this.requests.push(request) === 1) queueMicrotask(this.flush)
  }

  /** Used by the sessions. */
  forget({ id, asked }: EarsSession): void {
    this.sessions.delete(id)
    if (this.thread?.isReady) this.closing.set(id, asked.audio)
    else asked.audio.release()
    this.ask({ ask: 'close', session: id })
    if (this.sessions.size === 0 && this.closing.size === 0) this.watch()
  }

  private readonly flush = (): void => {
    if (this.requests.length === 0) return
    this.thread?.post({ kind: 'requests', requests: this.requests })
    this.requests = []
  }

  private startMessage(): ToEars {
    const { values, language, voicesDir } = this.options
    return { kind: 'start', values, language, voicesDir, chunkMs: this.chunkMs, troubled: [...this.troubled] }
  }

  private onReady(): void {
    for (const session of this.sessions.values()) this.ask(session.opening())
    this.watch()
  }

  private take(message: Exclude<FromEars, { kind: 'ready' }>): void {
    switch (message.kind) {
      case 'heard':
        for (const heard of message.heard) this.sessions.get(heard.session)?.hear(heard)
        return
      case 'state':
        addChanges(this.options.metrics, message.changes)
        if (this.thread?.isReady) for (const session of this.sessions.values()) session.threadWorked()
        for (let i = 0; i < message.covered.length; i += 2)
          this.sessions.get(message.covered[i]!)?.covered(message.covered[i + 1]!)
        this.watch()
        return
      case 'closed':
        for (const id of message.sessions) {
          this.closing.get(id)?.release()
          this.closing.delete(id)
        }
        if (this.sessions.size === 0) this.watch()
        return
      case 'trouble':
        if (message.reason === undefined) this.troubled.delete(message.label)
        else this.troubled.add(message.label)
        this.options.onTrouble?.(message.label, message.reason)
    }
  }

  /** The thread must say something soon while there are sessions, or rings of calls that are over and that it holds. */
  private watch(): void {
    this.deadline?.cancel()
    this.deadline = undefined
    if (this.sessions.size + this.closing.size > 0 && this.thread?.isReady)
      this.deadline = this.thread.deadline(hungMs)
  }

  private onLost({ cause, reason, againInMs }: ThreadLoss): void {
    this.restarts.add()
    this.options.log.warn('the thread of the recognisers was lost', { cause, reason, againInMs })
    this.requests = []
    this.releaseClosed()
    for (const session of [...this.sessions.values()]) session.lost(this.isDown)
  }

  private releaseClosed(): void {
    for (const ring of this.closing.values()) ring.release()
    this.closing.clear()
  }
}
