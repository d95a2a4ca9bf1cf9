// The embedded voice as the main thread sees it: one thread for all calls, which speaks text after text in order of
// arrival from a bounded queue. A thread that dies or hangs costs the text it was speaking; the next text starts a new
// one. engine.ts synthesises, voice.worker.ts is the thread.
//
// Samples are transferred rather than put in shared memory: a chunk is made once and read once, and moving its buffer
// copies nothing.

import { joinSamples } from '../../audio/pcm.ts'
import { type Clock, systemClock, type Timer } from '../../base/clock.ts'
import { ProviderError } from '../../base/errors.ts'
import { programFile, workerScript } from '../../base/program.ts'
import { BoundedQueue } from '../../base/queue.ts'
import { SupervisedThread, type ThreadLoss } from '../../threads/supervised-thread.ts'
import { voiceRateHz } from './engine.ts'
import { pronounceable } from './text.ts'
import type { VoiceAnswer, VoiceJob } from './voice.worker.ts'

export type VoiceOptions = {
  /** Folder of the voices' `.bin` files. */
  folder: string
  /** Texts that may wait while another is spoken; more are refused. */
  waiting: number
  /** The thread hangs when it is silent for so long while it has a text to speak. */
  silentMs: number
  /** The same for a thread that starts with the text: it loads its program and the voice first. */
  startMs: number
  clock: Clock
  /** The thread; a test passes one that misbehaves. */
  createWorker: () => Worker
  /** The thread died or hung; the next text starts a new one. */
  onLost: () => void
}

export const voiceDefaults: VoiceOptions = {
  folder: programFile('assets/voices'),
  waiting: 32,
  // Measured: 50 ms of speech take 1 ms, and the first of a text less than 100 ms on two busy cores. The rest is for an
  // overloaded machine, on which this thread has the lowest share.
  silentMs: 5_000,
  startMs: 15_000,
  clock: systemClock,
  createWorker: () => new Worker(workerScript('providers/embedded/voice.worker.ts')),
  onLost() {},
}

/** How often a voice that is down tries to speak one word, so that it is up again before a call needs it. */
const probeMs = 5_000

export type VoiceListener = {
  /** mono s16 at 16 kHz, 50 ms or, at the end, less; the receiver may keep it */
  onSamples(samples: Int16Array): void
  /** The last call for a text; no error when it was spoken to its end. */
  onEnd(error: ProviderError | undefined): void
}

type SpeechTask = { job: VoiceJob; listener: VoiceListener }

export class VoiceHost {
  private readonly options: VoiceOptions
  private readonly queue: BoundedQueue<SpeechTask>
  private readonly thread: SupervisedThread<VoiceJob, VoiceAnswer>
  private current: SpeechTask | undefined
  private deadline: Timer | undefined
  private nextId = 1
  private closed = false
  private probe: Timer | undefined

  constructor(options: Partial<VoiceOptions> = {}) {
    this.options = { ...voiceDefaults, ...options }
    const { waiting, createWorker, clock } = this.options
    this.queue = new BoundedQueue(waiting, 'dropNewest')
    this.thread = new SupervisedThread<VoiceJob, VoiceAnswer>({
      createWorker,
      clock,
      restart: 'onDemand',
      onMessage: (answer) => this.onAnswer(answer),
      onLost: (loss) => this.onLost(loss),
    })
  }

  /** Threads that died or hung and were replaced. */
  get restarts(): number {
    return this.thread.restarts
  }

  /** Whether three or more threads were lost in a row, until a text is spoken again. */
  get isDown(): boolean {
    return this.thread.isDown
  }

  /** Texts refused because the queue was full. */
  get refused(): number {
    return this.queue.dropped
  }

  /** Texts waiting, not counting the one being spoken. */
  get waiting(): number {
    return this.queue.length
  }

  /**
   * Speaks `text` after the texts that wait already. The listener is never called before this returns.
   *
   * @returns cancels the text: its listener is not called again
   * @throws {ProviderError} `limited` when too many texts wait, `unavailable` after `close`
   */
  speak(text: string, language: string, listener: VoiceListener): () => void {
    if (this.closed) throw new ProviderError('unavailable', 'the embedded voice is closed')
    const cancelled = new Int32Array(new SharedArrayBuffer(4))
    const pieces = pronounceable(text, language)
    const job: VoiceJob = { id: this.nextId++, folder: this.options.folder, language, pieces, cancelled }
    const task: SpeechTask = { job, listener }
    if (this.current && !this.queue.push(task)) {
      throw new ProviderError('limited', `${this.options.waiting} texts wait for the embedded voice`, {
        retryable: true,
      })
    }
    if (!this.current) this.begin(task)
    return () => {
      Atomics.store(cancelled, 0, 1)
      task.listener = noListener
    }
  }

  close(): void {
    this.closed = true
    this.probe?.cancel()
    const waiting: SpeechTask[] = []
    for (let task = this.queue.shift(); task; task = this.queue.shift()) waiting.push(task)
    const error = new ProviderError('aborted', 'the embedded voice was closed')
    this.thread.close()
    this.settle(error)
    for (const task of waiting) task.listener.onEnd(error)
  }

  private begin(task: SpeechTask): void {
    const { silentMs, startMs } = this.options
    const limitMs = this.thread.isStarted ? silentMs : startMs
    this.current = task
    this.thread.start()
    this.thread.keepAlive(true)
    this.deadline = this.thread.deadline(limitMs)
    this.thread.post(task.job)
  }

  private onAnswer(answer: VoiceAnswer): void {
    const task = this.current
    if (!task || answer.id !== task.job.id) return
    if (answer.kind === 'samples') {
      this.deadline?.cancel()
      this.deadline = this.thread.deadline(this.options.silentMs)
      task.listener.onSamples(answer.samples)
      return
    }
    this.thread.succeeded()
    this.settle(answer.kind === 'end' ? undefined : new ProviderError(answer.code, answer.message))
  }

  private onLost({ cause }: ThreadLoss): void {
    this.options.onLost()
    if (this.isDown && this.current) this.probeLater(this.current.job.language)
    const error =
      cause === 'hung'
        ? new ProviderError('timeout', 'the embedded voice did not finish in time', { retryable: true })
        : new ProviderError('unavailable', 'the thread of the embedded voice died', { retryable: true })
    this.settle(error)
  }

  private probeLater(language: string): void {
    const { clock } = this.options
    this.probe?.cancel()
    this.probe = clock.at(clock.now() + probeMs, () => {
      if (this.isDown && this.current === undefined) this.speak('Internet.', language, noListener)
    })
  }

  /** Ends the current text and begins the next. */
  private settle(error: ProviderError | undefined): void {
    const task = this.current
    this.deadline?.cancel()
    this.current = undefined
    const next = this.queue.shift()
    if (next) this.begin(next)
    // An idle voice must not keep a command or a test from ending.
    else this.thread.keepAlive(false)
    task?.listener.onEnd(error)
  }
}

const noListener: VoiceListener = { onSamples() {}, onEnd() {} }

export type Voice = {
  rateHz: number
  /** The whole text at `rateHz`, mono s16; empty when nothing in it can be pronounced. */
  speak(text: string): Promise<Int16Array>
  close(): void
}

/**
 * A voice with a thread of its own, for commands and tests.
 *
 * @throws {ProviderError} `badVoice` when the language has no voice or its files cannot be read
 */
export async function createVoice(options: { language: string } & Partial<VoiceOptions>): Promise<Voice> {
  const host = new VoiceHost(options)
  const speak = (text: string) =>
    new Promise<Int16Array>((resolve, reject) => {
      const parts: Int16Array[] = []
      host.speak(text, options.language, {
        onSamples: (samples) => parts.push(samples),
        onEnd: (error) => (error ? reject(error) : resolve(joinSamples(parts))),
      })
    })
  await speak('').catch((error: unknown) => {
    host.close()
    throw error
  })
  return { rateHz: voiceRateHz, speak, close: () => host.close() }
}
