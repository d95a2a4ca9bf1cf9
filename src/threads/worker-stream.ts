// A stream as the call thread sees it: one question at a time to one worker. It remembers its input, so that another
// worker can take over when the first is lost.

import { type Lane, LostError } from './lane.ts'
import { WorkerError } from './protocol.ts'

export type PoolStream<In, Out> = {
  /** Answers one piece of input. Push the next piece after this one is answered. @throws {WorkerError} */
  push(data: In): Promise<Out>
  /** Ends the input. @returns the last answer @throws {WorkerError} */
  end(): Promise<Out>
  /** Drops the stream here and in its worker; at any time, any number of times. */
  close(): void
}

export type StreamOptions = {
  /** How long one answer may take, not counting a job that the worker is running. */
  deadlineMs: number
  /** Open streams of the whole pool. */
  maxStreams: number
  /** How much input is remembered for another worker; a stream with more input cannot move. */
  memoryBytes: number
  signal?: AbortSignal
}
export const streamDefaults = {
  deadlineMs: 2_000,
  maxStreams: 200,
  memoryBytes: 4_000_000,
} as const satisfies StreamOptions

type StreamHost = {
  lane(): Lane | undefined
  nextId(): number
  now(): number
  onClose(): void
}

export class WorkerStream<In, Out> implements PoolStream<In, Out> {
  private lane: Lane | undefined
  private generation = 0
  private id = 0
  private past: In[] | undefined = []
  private pastBytes = 0
  private isAsking = false
  isClosed = false
  private readonly onAbort: () => void
  private readonly closing = Promise.withResolvers<never>()

  constructor(
    private readonly job: string,
    private readonly input: unknown,
    private readonly options: StreamOptions,
    private readonly host: StreamHost,
  ) {
    this.onAbort = () => this.close()
    this.closing.promise.catch(() => {}) // a stream may close while no answer is awaited
    if (options.signal?.aborted) this.isClosed = true
    else options.signal?.addEventListener('abort', this.onAbort, { once: true })
  }

  push(data: In): Promise<Out> {
    return this.step(data, false)
  }

  async end(): Promise<Out> {
    try {
      return await this.step(undefined, true)
    } finally {
      this.close()
    }
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.options.signal?.removeEventListener('abort', this.onAbort)
    if (this.isAttached()) {
      this.lane?.post({ kind: 'closeStream', stream: this.id })
      this.lane!.streams--
    }
    this.past = undefined
    this.closing.reject(new WorkerError('aborted', `${this.job} was closed`))
    this.host.onClose()
  }

  private async step(data: In | undefined, last: boolean): Promise<Out> {
    if (this.isClosed) throw new WorkerError('aborted', `${this.job} is closed`)
    if (this.isAsking) throw new RangeError(`${this.job}: one piece at a time`)
    this.isAsking = true
    try {
      for (let tries = 1; ; tries++) {
        try {
          const answer = await Promise.race([this.tryStep(data, last), this.closing.promise])
          if (!last) this.remember(data as In)
          return answer
        } catch (error) {
          if (!(error instanceof LostError)) throw error
          if (tries === 2 || this.past === undefined || this.isClosed) {
            const why = `${this.job} failed: its worker was lost because ${error.message}`
            throw new WorkerError('crashed', why, { cause: error })
          }
        }
      }
    } finally {
      this.isAsking = false
    }
  }

  private async tryStep(data: In | undefined, last: boolean): Promise<Out> {
    if (!this.isAttached()) await this.attach()
    return (await this.ask(data, last)) as Out
  }

  private async attach(): Promise<void> {
    const lane = this.host.lane()
    const { past } = this
    if (lane === undefined || past === undefined) throw new LostError('no worker is up')
    this.lane = lane
    // A first worker has the stream only if it is counted before the stream notes whose it is.
    lane.startFirst()
    this.generation = lane.generation
    this.id = this.host.nextId()
    lane.streams++
    const { job, input, id: stream } = this
    await lane.ask({ kind: 'open', id: this.host.nextId(), stream, job, input }, this.deadline(lane))
    for (const data of past) await this.ask(data, false)
  }

  private ask(data: In | undefined, last: boolean): Promise<unknown> {
    const lane = this.lane!
    if (this.isClosed) return Promise.reject(new WorkerError('aborted', `${this.job} was closed`))
    if (!this.isAttached()) return Promise.reject(new LostError('the worker was replaced'))
    const question = { kind: 'step', id: this.host.nextId(), stream: this.id, data, last } as const
    return lane.ask(question, this.deadline(lane))
  }

  private deadline(lane: Lane): number {
    return this.options.deadlineMs + Math.max(0, lane.jobUntilMs - this.host.now())
  }

  private isAttached(): boolean {
    return this.lane !== undefined && this.lane.generation === this.generation && this.lane.isUp
  }

  private remember(data: In): void {
    if (this.past === undefined) return
    this.past.push(data)
    this.pastBytes += ArrayBuffer.isView(data) ? data.byteLength : 64
    if (this.pastBytes > this.options.memoryBytes) this.past = undefined
  }
}
