// The disk with a thread that writes the tracks of all calls. It follows each recording in shared memory by its own
// clock (write.worker.ts), so that a call costs the call thread two messages: one when its files are there, one at its
// end. Files are created, renamed and closed by node's own threads; that is rare.
//
// A disk that hangs blocks that thread and nothing else: audio that is older than 10 s then becomes a gap. A thread
// that died is replaced, and the new one goes on where the old one was. What ends without a thread is written by
// node. A write may happen twice; its place in the file is absolute, so the second changes nothing.
//
// A thread that hangs for 30 s is left behind: the audio of its calls ends there, and a new thread serves the calls
// that begin from then on. The descriptors of its calls stay open until it is gone, because its write may still come.

import { type Clock, systemClock, type Timer } from '../base/clock.ts'
import { type Log, silentLog } from '../base/log.ts'
import { type Counter, Metrics } from '../base/metrics.ts'
import { workerScript } from '../base/program.ts'
import { SupervisedThread, type ThreadLoss, type ThreadWorker } from '../threads/supervised-thread.ts'
import {
  createNew,
  type Disk,
  nodeDisk,
  type Recording,
  type RecordingFile,
  type TrackWriter,
} from './disk.ts'
import { createTrackWriter } from './track-writer.ts'
import type { FromWriter, ToWriter } from './write-messages.ts'

export type WriterOptions = {
  /** A thread that died is started again after this. */
  restartMs: number
  clock: Clock
  log: Log
  metrics: Metrics
  createWorker: () => ThreadWorker<ToWriter>
  /** The thread starts with `start()` or the first recording: not when the writer is created. */
  startsLater: boolean
}
export const writerDefaults: WriterOptions = {
  restartMs: 1_000,
  clock: systemClock,
  log: silentLog,
  metrics: new Metrics(),
  createWorker: () => new Worker(workerScript('recording/write.worker.ts')),
  startsLater: false,
}

/** Input/output error: what the disk did not name itself. */
const unknownError = -5
const timedOut = -110
/** The thread says every second that it works; without that for so long, it hangs. Disks in a network recover later. */
const hungMs = 30_000

/** What a thread left behind when it hung: `finish` and `stop` of its calls wait until it is gone. */
type LeftBehind = { ids: Set<number>; waiting: (() => void)[] }

export type DiskWriter = Disk & {
  /** Starts the thread, unless it was started already. */
  start(): void
  close(): void
}

/** Starts the thread, unless it starts later; what ends before it is ready is written by node. */
export function createWriter(options: Partial<WriterOptions> = {}): DiskWriter {
  return new Writer({ ...writerDefaults, ...options })
}

class Writer implements DiskWriter {
  readonly replace = nodeDisk.replace
  readonly remove = nodeDisk.remove
  readonly exists = nodeDisk.exists
  readonly makeFolder = nodeDisk.makeFolder
  private readonly followed = new Map<number, Recording>()
  /** Recordings that the thread has been asked to finish. */
  private readonly finishing = new Map<number, { rest: boolean; done: () => void }>()
  private readonly leftBehind = new Set<LeftBehind>()
  private present: ThreadWorker<ToWriter> | undefined
  private deadline: Timer | undefined
  private nextId = 0
  private readonly thread: SupervisedThread<ToWriter, FromWriter>
  private readonly restarts: Counter

  constructor(private readonly options: WriterOptions) {
    const { clock, metrics, restartMs, startsLater } = options
    this.restarts = metrics.counter(
      'recording_writer_restarts_total',
      'Times the thread that writes recordings died or hung and was started again',
    )
    this.thread = new SupervisedThread<ToWriter, FromWriter>({
      createWorker: () => {
        this.present = options.createWorker()
        return this.present
      },
      clock,
      startsLater,
      endMessage: { kind: 'end' },
      restart: { firstMs: restartMs, maxMs: restartMs },
      onReady: () => {
        for (const id of this.followed.keys()) this.tell(id)
      },
      onMessage: (message) => {
        if (message.kind === 'finished') this.onFinished(message.id)
        this.watch()
      },
      onLost: (loss) => this.onLost(loss),
    })
  }

  start(): void {
    this.thread.startFirst()
  }

  async create(path: string): Promise<RecordingFile | undefined> {
    return await createNew(path)
  }

  follow(recording: Recording): TrackWriter | undefined {
    const { caller, agent } = recording.files
    if (caller.fd === undefined || agent.fd === undefined) return undefined
    this.start()
    const id = this.nextId++
    this.followed.set(id, recording)
    if (this.thread.isReady) this.tell(id)
    this.watch()
    return {
      poke() {},
      finish: () => this.finish(id, true),
      stop: () => this.finish(id, false),
    }
  }

  /** Lets the thread end after its present write; node writes what ends from here on. */
  close(): void {
    this.thread.close()
    this.finishByNode()
  }

  private tell(id: number): void {
    const recording = this.followed.get(id)
    if (recording === undefined) return
    const { files, memory, ring, owner } = recording
    this.thread.post({
      ...{ kind: 'follow', id, memory: memory.shared, ring: ring.shared, owner },
      ...{ caller: files.caller.fd!, agent: files.agent.fd! },
    })
  }

  /** The thread must say something soon while it has tracks to write. */
  private watch(): void {
    this.deadline?.cancel()
    this.deadline = undefined
    if (this.followed.size > 0 && this.thread.isReady) this.deadline = this.thread.deadline(hungMs)
  }

  private finish(id: number, rest: boolean): Promise<void> {
    for (const { ids, waiting } of this.leftBehind)
      if (ids.has(id)) return new Promise((done) => waiting.push(done))
    if (!this.followed.has(id)) return Promise.resolve()
    return new Promise((done) => {
      this.finishing.set(id, { rest, done })
      if (this.thread.isReady) this.thread.post({ kind: 'finish', id, rest })
      else this.finishByNode()
    })
  }

  private onFinished(id: number): void {
    this.thread.succeeded()
    this.followed.delete(id)
    this.finishing.get(id)?.done()
    this.finishing.delete(id)
  }

  private onLost({ cause, againInMs }: ThreadLoss): void {
    this.restarts.add()
    this.options.log.warn('the thread that writes recordings was lost', { cause, againInMs })
    if (cause === 'hung') this.leaveBehind()
    else this.finishByNode()
  }

  /** The audio of all calls of the present thread ends. */
  private leaveBehind(): void {
    const left: LeftBehind = { ids: new Set(this.followed.keys()), waiting: [] }
    for (const { memory, owner } of this.followed.values())
      if (memory.call === owner.memory) memory.caller.set('error', timedOut)
    for (const { done } of this.finishing.values()) left.waiting.push(done)
    this.followed.clear()
    this.finishing.clear()
    this.leftBehind.add(left)
    this.present?.addEventListener('close', () => {
      this.leftBehind.delete(left)
      for (const done of left.waiting) done()
    })
  }

  /** Node writes the rest of what the thread was asked to finish. */
  private finishByNode(): void {
    for (const [id, { rest, done }] of this.finishing) {
      const recording = this.followed.get(id)
      this.finishing.delete(id)
      this.followed.delete(id)
      if (recording === undefined || !rest) done()
      else {
        const writer = createTrackWriter(recording, () => {
          if (recording.memory.call === recording.owner.memory)
            recording.memory.caller.set('error', unknownError)
        })
        void writer.finish().then(done)
      }
    }
  }
}
