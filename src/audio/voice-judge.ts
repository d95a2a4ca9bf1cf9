// The neural voice detector as the call thread sees it: each call has a `SpeechJudge`, whose windows of all calls
// go together to one thread every 10 ms, and whose answers come back a little later. The thread is never ended
// from here, because that in the middle of an inference is what crashes runtimes: it ends itself when told to.
//
// The queue is one area of 1 024 windows, the next batch: 100 calls whose first words come in the same 10 ms. When
// it is full the asker yields: his window is dropped and counted, and he is without a judge until his next window
// was judged. When the thread is dead, or answers later than 100 ms, all are without one.
//
// A thread rather than inline: a window takes 42 µs to judge and 2 µs to hand over. With 100 calls that talk at
// once on two cores, answers come within 20 ms of a window's end; beside two busy programs of nice 10, at nice 0
// and 5 never later than 100 ms, at nice 10 sometimes.

import { join } from 'node:path'
import { type Clock, systemClock, type Timer } from '../base/clock.ts'
import { type Log, silentLog } from '../base/log.ts'
import { type Counter, type Histogram, Metrics } from '../base/metrics.ts'
import { CallJudge, type JudgeHost, NoJudge } from './call-judge.ts'
import type { SpeechJudge } from './detector.ts'
import { windowSamples } from './silero.ts'
import { type Area, areaOf, firstFlag, sharedBytes, type ToJudge } from './vad-areas.ts'

/** The part of a Worker that is used here. */
export type JudgeThread = Pick<Worker, 'onmessage' | 'onerror' | 'addEventListener' | 'unref'> & {
  postMessage(message: ToJudge): void
}

export type VoiceJudgeOptions = {
  /** File of the model's weights. */
  weights: string
  /** Calls at once; more have no judge. */
  calls: number
  /** Windows wait this long for those of other calls. */
  batchMs: number
  /** Windows of one batch. */
  windows: number
  /** An answer later than this is none. */
  lateMs: number
  /** Priority of the thread on Linux, 0 to 19: behind the ticker's, before the audio workers'. */
  nice: number
  clock: Clock
  log: Log
  metrics: Metrics
  createWorker: () => JudgeThread
}

export const voiceJudgeDefaults: VoiceJudgeOptions = {
  weights: join(import.meta.dir, '../../assets/models/silero-vad-8k.bin'),
  calls: 256,
  batchMs: 10,
  windows: 1_024,
  lateMs: 100,
  nice: 5,
  clock: systemClock,
  log: silentLog,
  metrics: new Metrics(),
  createWorker: () => new Worker(new URL('./vad.worker.ts', import.meta.url).href),
}

export type VoiceJudge = {
  /** Whether the thread has started and not died. */
  readonly isUp: boolean
  /** Whether one thread after the other died, without an answer between them; calls go on by energy alone. */
  readonly isDown: boolean
  /** A call's own judge, to be closed with the call. Beyond `calls` it is always absent. Never throws. */
  open(): SpeechJudge
  /** Lets the thread end after the batch it is at; every judge is absent from here on. */
  close(): void
}

/** Starts the thread; until it is ready, about 50 ms, every judge is absent. */
export function createVoiceJudge(options: Partial<VoiceJudgeOptions> = {}): VoiceJudge {
  return new Host({ ...voiceJudgeDefaults, ...options })
}

const firstBackoffMs = 50
const maxBackoffMs = 5_000
const failuresWhenDown = 3
const answerBoundsMs = [5, 10, 15, 20, 30, 50, 100, 200, 500, 1_000]

type Batch = {
  area: Area
  owners: (CallJudge | undefined)[]
  askings: number[]
  count: number
  sinceMs: number
}

class Host implements VoiceJudge, JudgeHost {
  isUp = false
  private readonly shared: SharedArrayBuffer
  private readonly batches: readonly [Batch, Batch]
  private readonly free: number[]
  private filling = 0
  private inFlight = false
  private flushTimer: Timer | undefined
  private restartTimer: Timer | undefined
  private thread: JudgeThread | undefined
  /** Threads that died in a row, without an answer between them. */
  private failures = 0
  /** One of them had been ready: being ready again is no proof then. */
  private diedReady = false
  private closed = false
  private readonly judged: Counter
  private readonly dropped: Counter
  private readonly late: Counter
  private readonly restarts: Counter
  private readonly refused: Counter
  private readonly alone: Counter
  private readonly answerMs: Histogram

  constructor(readonly options: VoiceJudgeOptions) {
    const { windows, calls, metrics } = options
    this.shared = new SharedArrayBuffer(sharedBytes(windows))
    const batch = (index: number): Batch => ({
      area: areaOf(this.shared, windows, index),
      owners: new Array<CallJudge | undefined>(windows).fill(undefined),
      askings: new Array<number>(windows).fill(0),
      count: 0,
      sinceMs: 0,
    })
    this.batches = [batch(0), batch(1)]
    this.free = Array.from({ length: calls }, (_, i) => calls - 1 - i)
    this.judged = metrics.counter(
      'voice_judge_windows_total',
      'Windows of 32 ms that the neural judge answered',
    )
    this.dropped = metrics.counter('voice_judge_dropped_total', 'Windows dropped because the batch was full')
    this.late = metrics.counter('voice_judge_late_total', 'Windows answered too late to be used')
    this.restarts = metrics.counter(
      'voice_judge_restarts_total',
      'Times the thread died and was started again',
    )
    this.refused = metrics.counter('voice_judge_refused_total', 'Calls that found no free place')
    this.alone = metrics.counter(
      'voice_judge_alone_frames_total',
      'Frames with energy that were decided without the judge',
    )
    this.answerMs = metrics.histogram(
      'voice_judge_answer_ms',
      'From the first window of a batch to its answer',
      answerBoundsMs,
    )
    this.start()
  }

  get isDown(): boolean {
    return this.failures >= failuresWhenDown
  }

  get isAbsent(): boolean {
    if (!this.isUp) return true
    const { clock, lateMs } = this.options
    return this.inFlight && clock.now() - this.batches[1 - this.filling]!.sinceMs > lateMs
  }

  open(): SpeechJudge {
    const place = this.closed ? undefined : this.free.pop()
    if (place === undefined) {
      this.refused.add()
      return new NoJudge(this)
    }
    return new CallJudge(this, place)
  }

  close(): void {
    this.closed = true
    this.isUp = false
    this.restartTimer?.cancel()
    this.flushTimer?.cancel()
    this.thread?.postMessage({ kind: 'end' })
    this.thread = undefined
  }

  countAlone(): void {
    this.alone.add()
  }

  giveBack(place: number): void {
    this.free.push(place)
  }

  ask(owner: CallJudge, asking: number, samples: Int16Array, at: number, first: boolean): boolean {
    const { windows, clock, batchMs } = this.options
    const batch = this.batches[this.filling]!
    if (!this.isUp) return false
    if (batch.count === windows) {
      this.dropped.add()
      return false
    }
    const i = batch.count++
    const window = batch.area.windows[i]!
    for (let k = 0; k < windowSamples; k++) window[k] = samples[at + k]!
    batch.area.calls[i] = owner.place | (first ? firstFlag : 0)
    batch.owners[i] = owner
    batch.askings[i] = asking
    if (i === 0) batch.sinceMs = clock.now()
    if (!this.inFlight) this.flushTimer ??= clock.at(clock.now() + batchMs, this.flush)
    return true
  }

  private readonly flush = (): void => {
    this.flushTimer = undefined
    const { count } = this.batches[this.filling]!
    if (count === 0 || this.inFlight || !this.isUp) return
    this.inFlight = true
    this.thread?.postMessage({ kind: 'judge', area: this.filling, count })
    this.filling = 1 - this.filling
  }

  private answered(): void {
    const batch = this.batches[1 - this.filling]!
    const { clock, lateMs } = this.options
    const tookMs = clock.now() - batch.sinceMs
    const late = tookMs > lateMs
    this.failures = 0
    this.diedReady = false
    this.answerMs.observe(tookMs)
    const counter = late ? this.late : this.judged
    counter.add(batch.count)
    for (let i = 0; i < batch.count; i++) {
      batch.owners[i]?.take(batch.askings[i]!, batch.area.probabilities[i]!)
      batch.owners[i] = undefined
    }
    batch.count = 0
    this.inFlight = false
    // What came meanwhile has waited long enough.
    if (this.batches[this.filling]!.count > 0) this.flush()
  }

  private start(): void {
    const { weights, windows, calls, nice, createWorker, log } = this.options
    this.restartTimer = undefined
    const thread = createWorker()
    this.thread = thread
    thread.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.thread !== thread) return
      if (data === 'done') this.answered()
      else {
        this.isUp = true
        if (!this.diedReady) this.failures = 0
      }
    }
    thread.onerror = (event) => {
      event.preventDefault()
      if (this.thread === thread) this.lost()
    }
    thread.addEventListener('close', () => {
      if (this.thread === thread) this.lost()
    })
    thread.unref()
    thread.postMessage({ kind: 'start', shared: this.shared, windows, calls, weights, nice })
    log.debug('voice judge starts', { restarts: this.restarts.value })
  }

  /** The thread died and took what it knew of every call along. */
  private lost(): void {
    const { clock, log } = this.options
    this.thread = undefined
    this.diedReady ||= this.isUp
    this.isUp = false
    this.inFlight = false
    for (const batch of this.batches) {
      for (let i = 0; i < batch.count; i++) {
        batch.owners[i]?.miss()
        batch.owners[i] = undefined
      }
      batch.count = 0
    }
    const delayMs = Math.min(maxBackoffMs, firstBackoffMs * 2 ** this.failures++)
    this.restarts.add()
    log.warn('voice judge died', { againInMs: delayMs })
    this.restartTimer = clock.at(clock.now() + delayMs, () => this.start())
  }
}
