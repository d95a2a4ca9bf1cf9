// The embedded voice as the main thread sees it: one worker for all calls, a bounded queue in order of arrival,
// and a new worker when the old one dies or spins. The synthesis is in engine.ts, the thread in voice.worker.ts.
//
// Samples come over by transfer rather than through shared memory: a chunk is made once, read once, and moving
// its buffer copies nothing.

import { join } from 'node:path'
import { type Clock, systemClock, type Timer } from '../../base/clock.ts'
import { ProviderError } from '../../base/errors.ts'
import { BoundedQueue } from '../../base/queue.ts'
import { voiceRateHz } from './engine.ts'
import { speakable } from './text.ts'
import type { VoiceJob, VoiceNews } from './voice.worker.ts'

export type VoiceOptions = {
  /** Folder of the voices' `.bin` files. */
  folder: string
  /** Texts that may wait while another is spoken; more are refused. */
  waiting: number
  /** A text that takes longer than this plus `deadlinePerCharacterMs` each means that the worker hangs. */
  deadlineMs: number
  deadlinePerCharacterMs: number
  clock: Clock
  /** The thread; a test hands in one that misbehaves. */
  createWorker: () => Worker
  /** The thread died or hung, and a new one takes its place when it is needed. */
  onLost: () => void
}

export const voiceDefaults: VoiceOptions = {
  folder: join(import.meta.dir, '../../../assets/voices'),
  waiting: 32,
  deadlineMs: 5_000,
  // 1.2 ms a character were measured on two busy cores; the rest is for a machine in trouble.
  deadlinePerCharacterMs: 50,
  clock: systemClock,
  createWorker: () => new Worker(new URL('./voice.worker.ts', import.meta.url).href),
  onLost() {},
}

/** So many threads lost in a row are no accident of one text. */
const lossesWhenDown = 3
/** How often a voice that is down is asked for a word, so that it is up again before a call needs it. */
const probeMs = 5_000

export type VoiceListener = {
  /** mono s16 at 16 kHz, 50 ms or, at the end, less; the receiver's to keep */
  onSamples(samples: Int16Array): void
  /** The last thing heard of a text: undefined when it was spoken to its end. */
  onEnd(error: ProviderError | undefined): void
}

type Task = { job: VoiceJob; characters: number; listener: VoiceListener }

export class VoiceHost {
  /** Workers that died or hung and were replaced. */
  restarts = 0
  private readonly options: VoiceOptions
  private readonly queue: BoundedQueue<Task>
  private worker: Worker | undefined
  private current: Task | undefined
  private deadline: Timer | undefined
  private nextId = 1
  private closed = false
  /** Threads lost in a row, without a text spoken between them. */
  private losses = 0
  private probe: Timer | undefined

  constructor(options: Partial<VoiceOptions> = {}) {
    this.options = { ...voiceDefaults, ...options }
    this.queue = new BoundedQueue(this.options.waiting, 'dropNewest')
  }

  /** Whether one thread after the other is lost, until a text is spoken again. */
  get isDown(): boolean {
    return this.losses >= lossesWhenDown
  }

  /** Texts refused because the queue was full. */
  get refused(): number {
    return this.queue.dropped
  }

  /** Texts waiting, the one being spoken not counted. */
  get waiting(): number {
    return this.queue.length
  }

  /**
   * Speaks `text` after those before it. The listener is never called before this returns.
   *
   * @returns a function that gives the text up: nothing more is heard of it
   * @throws {ProviderError} `limited` when too many texts wait, `unavailable` after `close`
   */
  speak(text: string, language: string, listener: VoiceListener): () => void {
    if (this.closed) throw new ProviderError('unavailable', 'the embedded voice is closed')
    const cancelled = new Int32Array(new SharedArrayBuffer(4))
    const pieces = speakable(text, language)
    const job: VoiceJob = { id: this.nextId++, folder: this.options.folder, language, pieces, cancelled }
    const task: Task = { job, characters: text.length, listener }
    if (this.current && !this.queue.push(task)) {
      throw new ProviderError('limited', `${this.options.waiting} texts wait for the embedded voice`, {
        retryable: true,
      })
    }
    if (!this.current) this.begin(task)
    return () => {
      Atomics.store(cancelled, 0, 1)
      task.listener = deaf
    }
  }

  close(): void {
    this.closed = true
    this.probe?.cancel()
    const waiting: Task[] = []
    for (let task = this.queue.shift(); task; task = this.queue.shift()) waiting.push(task)
    const error = new ProviderError('aborted', 'the embedded voice was closed')
    this.drop(error)
    for (const task of waiting) task.listener.onEnd(error)
  }

  private begin(task: Task): void {
    const { clock, deadlineMs, deadlinePerCharacterMs } = this.options
    this.current = task
    this.deadline = clock.at(clock.now() + deadlineMs + deadlinePerCharacterMs * task.characters, () => {
      this.fail('timeout', 'the embedded voice did not finish in time')
    })
    this.worker ??= this.start()
    this.worker.ref()
    this.worker.postMessage(task.job)
  }

  private start(): Worker {
    const worker = this.options.createWorker()
    worker.onmessage = (event: MessageEvent<VoiceNews>) => this.onNews(event.data)
    worker.onerror = (event) => {
      event.preventDefault()
    }
    // Every end that was not asked for is a crash, whatever the exit code: a rejected promise closes with 0.
    worker.addEventListener('close', () => {
      if (this.worker === worker) this.fail('unavailable', 'the thread of the embedded voice died')
    })
    return worker
  }

  private onNews(news: VoiceNews): void {
    const task = this.current
    if (!task || news.id !== task.job.id) return
    if (news.kind === 'samples') {
      task.listener.onSamples(news.samples)
      return
    }
    this.losses = 0
    this.settle(news.kind === 'end' ? undefined : new ProviderError(news.code, news.message))
  }

  private fail(code: string, message: string): void {
    this.restarts++
    this.losses++
    this.options.onLost()
    if (this.isDown && this.current) this.probeLater(this.current.job.language)
    this.drop(new ProviderError(code, message, { retryable: true }))
  }

  private probeLater(language: string): void {
    const { clock } = this.options
    this.probe?.cancel()
    this.probe = clock.at(clock.now() + probeMs, () => {
      if (this.isDown && this.current === undefined) this.speak('Internet.', language, deaf)
    })
  }

  private drop(error: ProviderError): void {
    const worker = this.worker
    this.worker = undefined
    worker?.terminate()
    this.settle(error)
  }

  private settle(error: ProviderError | undefined): void {
    const task = this.current
    this.deadline?.cancel()
    this.current = undefined
    const next = this.queue.shift()
    if (next) this.begin(next)
    // An idle voice does not keep a command or a test from ending.
    else this.worker?.unref()
    task?.listener.onEnd(error)
  }
}

const deaf: VoiceListener = { onSamples() {}, onEnd() {} }

export type Voice = {
  rateHz: number
  /** The whole text at `rateHz`, mono s16; empty when nothing in it can be pronounced. */
  speak(text: string): Promise<Int16Array>
  close(): void
}

/**
 * A voice of one's own for commands and tests, in its own thread.
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
        onEnd: (error) => (error ? reject(error) : resolve(join16(parts))),
      })
    })
  await speak('').catch((error: unknown) => {
    host.close()
    throw error
  })
  return { rateHz: voiceRateHz, speak, close: () => host.close() }
}

function join16(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
