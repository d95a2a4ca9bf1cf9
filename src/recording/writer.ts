// The disk with a thread that writes for all calls: what they write within 10 ms goes over as one batch, copied into
// shared memory. Files are made, named and closed by node's own threads; those are rare.
//
// Why: asking node for one positioned write costs the call thread two wake-ups of other threads and a promise's way
// back through the loop. With 200 recorded calls that was 0.15 of the 0.92 core of the whole process.
//
// A disk that hangs holds this thread and nobody else: the tracks fill their 10 s, then have gaps. A thread that died
// is replaced, and what it had not written is written by node: places in the file are absolute, so twice is once.

import type { FileHandle } from 'node:fs/promises'
import { type Clock, systemClock, type Timer } from '../base/clock.ts'
import { type Log, silentLog } from '../base/log.ts'
import { type Counter, Metrics } from '../base/metrics.ts'
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

/** The part of a Worker that is used here. */
export type WriterThread = Pick<Worker, 'onmessage' | 'onerror' | 'addEventListener' | 'unref'> & {
  postMessage(message: ToWriter): void
}

export type WriterOptions = {
  /** Writes wait this long for those of other calls. */
  batchMs: number
  /** A thread that died is started again after this. */
  restartMs: number
  clock: Clock
  log: Log
  metrics: Metrics
  createWorker: () => WriterThread
}
export const writerDefaults: WriterOptions = {
  batchMs: 10,
  restartMs: 1_000,
  clock: systemClock,
  log: silentLog,
  metrics: new Metrics(),
  createWorker: () => new Worker(new URL('./write.worker.ts', import.meta.url).href),
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

/** A refused write, as node's own has it: with the system's code. */
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
  private readonly shared = new SharedArrayBuffer(sharedBytes)
  private readonly areas: readonly [Area, Area] = [areaOf(this.shared, 0), areaOf(this.shared, 1)]
  /** What was asked and is in no area yet: at most one write of each track. */
  private waiting: Write[] = []
  private written: Write[] = []
  private area: 0 | 1 = 0
  private thread: WriterThread | undefined
  private isUp = false
  private timer: Timer | undefined
  private restart: Timer | undefined
  private readonly deaths: Counter

  constructor(private readonly options: WriterOptions) {
    this.deaths = options.metrics.counter(
      'recording_writer_restarts_total',
      'Times the thread that writes recordings died and was started again',
    )
    this.start()
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

  /** Lets the thread end after the batch it is at; node writes from here on. */
  close(): void {
    this.restart?.cancel()
    this.thread?.postMessage({ kind: 'end' })
    this.lose()
  }

  private write(
    handle: FileHandle,
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }> {
    if (!this.isUp) return handle.write(bytes, offset, length, position)
    return new Promise((resolve, reject) => {
      this.waiting.push({ handle, bytes, offset, length, position, resolve, reject })
      const { clock, batchMs } = this.options
      if (this.written.length === 0) this.timer ??= clock.at(clock.now() + batchMs, this.flush)
    })
  }

  private readonly flush = (): void => {
    this.timer = undefined
    if (this.waiting.length === 0 || this.written.length > 0 || !this.isUp) return
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
    this.written = this.waiting.splice(0, count)
    this.thread?.postMessage({ kind: 'write', area: this.area, count })
  }

  private answered(failed: readonly { index: number; code: string }[]): void {
    const { written } = this
    const { taken } = this.areas[this.area]
    this.written = []
    this.area = this.area === 0 ? 1 : 0
    const refused = new Map(failed.map(({ index, code }) => [index, code]))
    for (let i = 0; i < written.length; i++) {
      const code = refused.get(i)
      if (code === undefined) written[i]!.resolve({ bytesWritten: taken[i]! })
      else written[i]!.reject(new WriteError(code))
    }
    // What came meanwhile has waited long enough.
    this.flush()
  }

  private start(): void {
    const thread = this.options.createWorker()
    this.thread = thread
    thread.onmessage = ({ data }: MessageEvent<FromWriter>) => {
      if (this.thread !== thread) return
      if (data.kind === 'written') this.answered(data.failed)
      else this.isUp = true
    }
    thread.onerror = (event) => {
      event.preventDefault()
      if (this.thread === thread) this.died()
    }
    thread.addEventListener('close', () => {
      if (this.thread === thread) this.died()
    })
    thread.unref()
    thread.postMessage({ kind: 'start', shared: this.shared })
  }

  private died(): void {
    const { clock, log, restartMs } = this.options
    this.deaths.add()
    log.warn('the thread that writes recordings died', { againInMs: restartMs })
    this.lose()
    this.restart = clock.at(clock.now() + restartMs, () => this.start())
  }

  /** Without the thread: node writes what it has not, and what it may have. */
  private lose(): void {
    this.thread = undefined
    this.isUp = false
    this.timer?.cancel()
    this.timer = undefined
    const all = [...this.written, ...this.waiting]
    this.written = []
    this.waiting = []
    for (const { handle, bytes, offset, length, position, resolve, reject } of all)
      handle.write(bytes, offset, length, position).then(resolve, reject)
  }
}
