// The neural voice judge as the call thread sees it. Each call has a `SpeechJudge`; every 10 ms the windows of all
// calls go to one thread as one batch, and the answers come back a little later. The thread is never terminated from
// here, because terminating it in the middle of an inference is what crashes runtimes: it ends itself on request.
//
// The queue is one batch of 1 024 windows: room for 100 calls whose first words come in the same 10 ms. When it is
// full, the newest window is dropped and counted, and its call has no judge until a later window of it was judged.
// When the thread is dead, or answers later than after 100 ms, no call has a judge. A thread that hangs is waited for.
//
// Why a thread: a window takes 42 µs to judge and 2 µs to hand over. With 100 calls that talk at once on two cores,
// answers come within 20 ms of a window's end. Beside two busy programs of nice 10 they are never later than 100 ms
// at nice 0 and 5, and sometimes at nice 10.

import { type Clock, systemClock, type Timer } from '../base/clock.ts'
import { type Log, silentLog } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import { programFile, workerScript } from '../base/program.ts'
import { SupervisedThread, type ThreadLoss, type ThreadWorker } from '../threads/supervised-thread.ts'
import { CallJudge, type JudgeHost, NoJudge } from './call-judge.ts'
import type { SpeechJudge } from './detector.ts'
import { JudgeBatches } from './judge-batches.ts'
import type { FromJudge, ToJudge } from './vad-areas.ts'

export type VoiceJudgeOptions = {
  /** File of the model's weights. */
  weights: string
  /** Calls at once; further calls have no judge. */
  calls: number
  /** A window waits this long for those of other calls. */
  batchMs: number
  /** Windows of one batch. */
  windows: number
  /** The thread counts as absent while an answer is later than this. */
  lateMs: number
  /** Priority of the thread on Linux, 0 to 19: behind the ticker's, before the audio workers'. */
  nice: number
  clock: Clock
  log: Log
  metrics: Metrics
  createWorker: () => ThreadWorker<ToJudge>
  /** The thread starts with `start()` or the first call: not when the judge is created. */
  startsLater: boolean
}

export const voiceJudgeDefaults: VoiceJudgeOptions = {
  weights: programFile('assets/models/silero-vad-8k.bin'),
  calls: 256,
  batchMs: 10,
  windows: 1_024,
  lateMs: 100,
  nice: 5,
  clock: systemClock,
  log: silentLog,
  metrics: new Metrics(),
  createWorker: () => new Worker(workerScript('audio/vad.worker.ts')),
  startsLater: false,
}

/** Without an answer for so long, the thread hangs: to refuse calls would not make it answer. */
const hungMs = 5_000

export type VoiceJudge = {
  /** Whether the thread has started and not died. */
  readonly isUp: boolean
  /** Whether three or more threads died without an answer between them, or it hangs; calls go on by energy alone. */
  readonly isDown: boolean
  /** How long the oldest window has waited for its answer, in ms; 0 when none waits, or the thread is down. */
  readonly waitingMs: number
  /** Whether every second call goes without the judge, until it is said otherwise: relief of an overloaded server. */
  sparesHalf: boolean
  /** Starts the thread, unless it was started already. */
  start(): void
  /** A call's own judge, to be closed with the call. Beyond `calls` it is always absent. Never throws. */
  open(): SpeechJudge
  /** Lets the thread end after its present batch; every judge is absent from here on. */
  close(): void
}

/** Starts the thread, unless it starts later; until it is ready, about 50 ms, every judge is absent. */
export function createVoiceJudge(options: Partial<VoiceJudgeOptions> = {}): VoiceJudge {
  return new ThreadedJudge({ ...voiceJudgeDefaults, ...options })
}

class ThreadedJudge implements VoiceJudge, JudgeHost {
  private readonly batches: JudgeBatches
  private readonly thread: SupervisedThread<ToJudge, FromJudge>
  private readonly freePlaces: number[]
  private readonly counters: ReturnType<typeof judgeCounters>
  private flushTimer: Timer | undefined
  private isClosed = false
  sparesHalf = false

  constructor(private readonly options: VoiceJudgeOptions) {
    const { windows, calls, weights, nice, clock, log, metrics, createWorker, startsLater } = options
    this.batches = new JudgeBatches(windows)
    this.freePlaces = Array.from({ length: calls }, (_, i) => calls - 1 - i)
    this.counters = judgeCounters(metrics)
    this.thread = new SupervisedThread<ToJudge, FromJudge>({
      createWorker: () => {
        log.debug('voice judge starts', { restarts: this.counters.restarts.value })
        return createWorker()
      },
      clock,
      startsLater,
      firstMessage: { kind: 'start', shared: this.batches.shared, windows, calls, weights, nice },
      endMessage: { kind: 'end' },
      onMessage: () => this.onJudged(),
      onLost: (loss) => this.onLost(loss),
    })
  }

  get isUp(): boolean {
    return this.thread.isReady
  }

  get isDown(): boolean {
    return this.thread.isDown || this.isHung
  }

  get isAbsent(): boolean {
    return !this.isUp || this.unansweredMs > this.options.lateMs
  }

  get waitingMs(): number {
    return this.isUp && !this.isHung ? this.unansweredMs : 0
  }

  private get unansweredMs(): number {
    const sinceMs = this.batches.judgingSinceMs
    return sinceMs === undefined ? 0 : this.options.clock.now() - sinceMs
  }

  private get isHung(): boolean {
    return this.unansweredMs > hungMs
  }

  isSpared(place: number): boolean {
    return this.sparesHalf && place % 2 === 1
  }

  start(): void {
    this.thread.startFirst()
  }

  open(): SpeechJudge {
    this.start()
    const place = this.isClosed ? undefined : this.freePlaces.pop()
    if (place === undefined) {
      this.counters.refused.add()
      return new NoJudge(this)
    }
    return new CallJudge(this, place)
  }

  close(): void {
    this.isClosed = true
    this.flushTimer?.cancel()
    this.thread.close()
  }

  countAlone(): void {
    this.counters.alone.add()
  }

  giveBack(place: number): void {
    this.freePlaces.push(place)
  }

  ask(owner: CallJudge, asking: number, samples: Int16Array, at: number, first: boolean): boolean {
    if (!this.isUp) return false
    const { clock, batchMs } = this.options
    const nowMs = clock.now()
    if (!this.batches.add(owner, asking, samples, at, first, nowMs)) {
      this.counters.dropped.add()
      return false
    }
    if (this.batches.judgingSinceMs === undefined)
      this.flushTimer ??= clock.at(nowMs + batchMs, () => this.flush())
    return true
  }

  private flush(): void {
    this.flushTimer = undefined
    if (!this.isUp) return
    const batch = this.batches.handOver()
    if (batch !== undefined) this.thread.post({ kind: 'judge', ...batch })
  }

  private onJudged(): void {
    const { clock, lateMs } = this.options
    const { count, sinceMs } = this.batches.answer()
    const tookMs = clock.now() - sinceMs
    this.thread.succeeded()
    this.counters.answerMs.observe(tookMs)
    const counter = tookMs > lateMs ? this.counters.late : this.counters.judged
    counter.add(count)
    // The windows that came meanwhile have waited long enough.
    if (this.batches.waiting > 0) this.flush()
  }

  /** The thread died, and what it remembered of every call is gone. */
  private onLost({ againInMs }: ThreadLoss): void {
    this.batches.loseAll()
    this.counters.restarts.add()
    this.options.log.warn('voice judge died', { againInMs })
  }
}

const answerBoundsMs = [5, 10, 15, 20, 30, 50, 100, 200, 500, 1_000]

export function judgeCounters(metrics: Metrics) {
  return {
    judged: metrics.counter('voice_judge_windows_total', 'Windows of 32 ms that the neural judge answered'),
    dropped: metrics.counter('voice_judge_dropped_total', 'Windows dropped because the batch was full'),
    late: metrics.counter('voice_judge_late_total', 'Windows answered too late to be used'),
    restarts: metrics.counter('voice_judge_restarts_total', 'Times the thread died and was started again'),
    refused: metrics.counter(
      'voice_judge_refused_total',
      'Calls that the neural judge had no free place for',
    ),
    alone: metrics.counter(
      'voice_judge_alone_frames_total',
      'Frames with energy that were decided without the judge',
    ),
    answerMs: metrics.histogram(
      'voice_judge_answer_ms',
      'From the first window of a batch to its answer',
      answerBoundsMs,
    ),
  }
}
