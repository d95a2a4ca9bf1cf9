// Records that the disk refused, usually because it is full. They are kept in memory and tried again until they are
// written, so that a call does not stay without an end, and can be found and erased.

import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock, Timer } from '../base/clock.ts'
import { gaveNumber } from '../understanding/spoken-number.ts'
import type { Disk } from './disk.ts'
import type { CallRecord } from './files.ts'

/** Records kept at once: a day of a busy desk. Beyond this the oldest is dropped, and counted. */
const capacity = 2_000
const againMs = 30_000

export type UnwrittenOptions = {
  disk: Pick<Disk, 'replace'>
  clock: Clock
  /** Called when the number of waiting records changes. @param dropped records lost so far */
  onChange: (waiting: number, dropped: number) => void
}

export class UnwrittenRecords {
  /** By path. */
  private readonly records = new Map<string, CallRecord>()
  private dropped = 0
  private timer: Timer | undefined
  private closed = false

  constructor(private readonly options: UnwrittenOptions) {}

  get size(): number {
    return this.records.size
  }

  /** Keeps a record whose call has ended, and tries again soon. */
  keep(path: string, record: CallRecord): void {
    this.records.delete(path)
    this.records.set(path, record)
    for (const oldest of this.records.keys()) {
      if (this.records.size <= capacity) break
      this.records.delete(oldest)
      this.dropped++
    }
    this.changed()
  }

  /** Waiting records of calls in which the number was given. @param phone national form */
  recordsOf(phone: string): CallRecord[] {
    return [...this.records.values()].filter((record) => gaveNumber(record, phone))
  }

  forget(callId: string): void {
    for (const [path, record] of this.records) if (record.callId === callId) this.records.delete(path)
    this.changed()
  }

  /** Writes what waits, as far as the disk takes it. */
  async retry(): Promise<void> {
    for (const [path, record] of this.records) {
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o750 })
        await this.options.disk.replace(path, `${JSON.stringify(record, null, 1)}\n`)
      } catch {
        // Still full: the next try is in half a minute.
        break
      }
      if (this.records.get(path) === record) this.records.delete(path)
    }
    this.changed()
  }

  close(): void {
    this.closed = true
    this.timer?.cancel()
  }

  private changed(): void {
    const { clock, onChange } = this.options
    this.timer?.cancel()
    this.timer = undefined
    if (this.records.size > 0 && !this.closed)
      this.timer = clock.at(clock.now() + againMs, () => void this.retry())
    onChange(this.records.size, this.dropped)
  }
}
