// The disk with a thread that writes for all calls: what they write within 10 ms goes to it as one batch, copied into
// shared memory. Files are created, renamed and closed by node's own threads; that is rare.
//
// Why: one positioned write through node costs the call thread two wake-ups of other threads and a promise's way back
// through the event loop. With 200 recorded calls that was 0.15 of the 0.92 core of the whole process.
//
// A disk that hangs blocks this thread and nothing else: the tracks fill their 10 s, then have gaps. A thread that died
// is replaced, and node writes what it had not written. A write may happen twice; its place in the file is absolute, so
// the second changes nothing.

import type { FileHandle } from 'node:fs/promises'
import { type Clock, systemClock, type Timer } from '../base/clock.ts'
import { type Log, silentLog } from '../base/log.ts'
import { type Counter, Metrics } from '../base/metrics.ts'
import { workerScript } from '../base/program.ts'
import { SupervisedThread, type ThreadLoss, type ThreadWorker } from '../threads/supervised-thread.ts'
import { createNew, type Disk, nodeDisk, type RecordingFile } from './disk.ts'
import {
  type Area,
  areaBytes,
  areaOf,
  areaParts,
  type FromWriter,
  sharedBytes,
  type ToWriter,
} from './write-areas.ts'

export type WriterOptions = {
  /** Writes wait this long for those of other calls. */
  batchMs: number
  /** A thread that died is started again after this. */
  restartMs: number
  clock: Clock
  log: Log
  metrics: Metrics
  createWorker: () => ThreadWorker<ToWriter>
}
export const writerDefaults: WriterOptions = {
  batchMs: 10,
  restartMs: 1_000,
  clock: systemClock,
  log: silentLog,
  metrics: new Metrics(),
  createWorker: () => new Worker(workerScript('recording/write.worker.ts')),
}

type Write = {
  handle: FileHandle
  bytes: Uint8Array
  offset: number
  length: number
  position: number
  resolve: (result: { bytesWritten: number }) => void
  reject: (error: unknown) => void
}

/** The disk refused a write; `code` is the system's, as in node's own errors: `ENOSPC`. */
class WriteError extends Error {
  constructor(readonly code: string) {
    super(`the disk refused a write: ${code}`)
  }
}

/** Starts the thread; until it is ready, node writes. */
export function createWriter(options: Partial<WriterOptions> = {}): Disk & { close(): void } {
  return new Writer({ ...writerDefaults, ...options })
}

class Writer implements Disk {
  readonly replace = nodeDisk.replace
  readonly remove = nodeDisk.remove
  readonly exists = nodeDisk.exists
  readonly makeFolder = nodeDisk.makeFolder
  private readonly shared = new SharedArrayBuffer(sharedBytes)
  private readonly areas: readonly [Area, Area] = [areaOf(this.shared, 0), areaOf(this.shared, 1)]
  /** Writes that are in no area yet: at most one of each track. */
  private waiting: Write[] = []
  /** Writes in the area that the thread has. */
  private batch: Write[] = []
  private area: 0 | 1 = 0
  private flushTimer: Timer | undefined
  private readonly thread: SupervisedThread<ToWriter, FromWriter>
  private readonly restarts: Counter

  constructor(private readonly options: WriterOptions) {
    const { clock, metrics, createWorker, restartMs } = options
    this.restarts = metrics.counter(
      'recording_writer_restarts_total',
      'Times the thread that writes recordings died and was started again',
    )
    this.thread = new SupervisedThread<ToWriter, FromWriter>({
      createWorker,
      clock,
      firstMessage: { kind: 'start', shared: this.shared },
      endMessage: { kind: 'end' },
      restart: { firstMs: restartMs, maxMs: restartMs },
      onMessage: ({ failed }) => this.onWritten(failed),
      onLost: (loss) => this.onLost(loss),
    })
  }

  async create(path: string): Promise<RecordingFile | undefined> {
    const handle = await createNew(path)
    if (handle === undefined) return undefined
    return {
      write: (bytes, offset, length, position) => this.write(handle, bytes, offset, length, position),
      truncate: (bytes) => handle.truncate(bytes),
      close: () => handle.close(),
    }
  }

  /** Lets the thread end after its present batch; node writes from here on. */
  close(): void {
    this.thread.close()
    this.writeByNode()
  }

  private write(
    handle: FileHandle,
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }> {
    if (!this.thread.isReady) return handle.write(bytes, offset, length, position)
    return new Promise((resolve, reject) => {
      this.waiting.push({ handle, bytes, offset, length, position, resolve, reject })
      const { clock, batchMs } = this.options
      if (this.batch.length === 0) this.flushTimer ??= clock.at(clock.now() + batchMs, this.flush)
    })
  }

  private readonly flush = (): void => {
    this.flushTimer = undefined
    if (this.waiting.length === 0 || this.batch.length > 0 || !this.thread.isReady) return
    const { parts, bytes } = this.areas[this.area]
    let count = 0
    let at = 0
    for (const write of this.waiting) {
      const length = Math.min(write.length, areaBytes)
      if (count === areaParts || at + length > areaBytes) break
      bytes.set(write.bytes.subarray(write.offset, write.offset + length), at)
      parts.set([write.handle.fd, at, length, write.position], 4 * count++)
      at += length
    }
    this.batch = this.waiting.splice(0, count)
    this.thread.post({ kind: 'write', area: this.area, count })
  }

  private onWritten(failed: readonly { index: number; code: string }[]): void {
    const { batch } = this
    const { taken } = this.areas[this.area]
    this.batch = []
    this.area = this.area === 0 ? 1 : 0
    this.thread.succeeded()
    const codes = new Map(failed.map(({ index, code }) => [index, code]))
    for (const [i, write] of batch.entries()) {
      const code = codes.get(i)
      if (code === undefined) write.resolve({ bytesWritten: taken[i]! })
      else write.reject(new WriteError(code))
    }
    // The writes that came meanwhile have waited long enough.
    this.flush()
  }

  private onLost({ againInMs }: ThreadLoss): void {
    this.restarts.add()
    this.options.log.warn('the thread that writes recordings died', { againInMs })
    this.writeByNode()
  }

  /** Node writes what the thread had not written, and what it may have written. */
  private writeByNode(): void {
    this.flushTimer?.cancel()
    this.flushTimer = undefined
    const all = [...this.batch, ...this.waiting]
    this.batch = []
    this.waiting = []
    for (const { handle, bytes, offset, length, position, resolve, reject } of all)
      handle.write(bytes, offset, length, position).then(resolve, reject)
  }
}
