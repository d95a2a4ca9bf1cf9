// Records that the disk refused, usually because it is full. They are kept in memory and tried again until they are
// written, so that a call does not stay without an end, and can be found and erased.

import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock, Timer } from '../base/clock.ts'
import { gaveNumber } from '../understanding/spoken-number.ts'
import type { Disk } from './disk.ts'
import type { CallRecord } from './files.ts'
import { type ForgottenCalls, writeRecord } from './forgotten.ts'

/** Records kept at once: a day of a busy desk. Beyond this the oldest is dropped, and counted. */
const capacity = 2_000
const againMs = 30_000

export type UnwrittenOptions = {
  disk: Pick<Disk, 'replace' | 'remove'>
  clock: Clock
  /** Erased calls: a record that is just being written must not stay. */
  forgotten: ForgottenCalls
  /** Called when the number of waiting records changes. @param dropped records lost so far */
  onChange: (waiting: number, dropped: number) => void
}

export class UnwrittenRecords {
  /** By path. */
  private readonly records = new Map<string, CallRecord>()
  private dropped = 0
  private timer: Timer | undefined
  private closed = false
  private retrying: Promise<void> | undefined

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
  retry(): Promise<void> {
    // A disk that hangs must not get the same records a second time.
    this.retrying ??= this.writeAll().finally(() => {
      this.retrying = undefined
      this.changed()
    })
    return this.retrying
  }

  private async writeAll(): Promise<void> {
    const { disk, forgotten } = this.options
    for (const [path, record] of [...this.records]) {
      if (this.records.get(path) !== record) continue
      const isForgotten = forgotten.watch()
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o750 })
        await writeRecord(disk, path, record, isForgotten)
      } catch {
        // The next try is in half a minute. The fault may be this record's alone, so the others have their turn.
        continue
      }
      if (this.records.get(path) === record) this.records.delete(path)
    }
  }

  close(): void {
    this.closed = true
    this.timer?.cancel()
  }

  private changed(): void {
    const { clock, onChange } = this.options
    this.timer?.cancel()
    this.timer = undefined
    if (this.records.size > 0 && !this.closed && this.retrying === undefined)
      this.timer = clock.at(clock.now() + againMs, () => void this.retry())
    onChange(this.records.size, this.dropped)
  }
}
