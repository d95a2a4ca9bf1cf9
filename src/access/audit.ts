// The audit trail: one line for each action of an operator that reads or changes personal data, or what callers hear.
// A line says who, from where, what and on which id, never the data itself. The lines are appended to
// `DATA_DIR/audit.jsonl`, and go to the log as well. A file that has reached its size becomes `audit.1.jsonl`. Several
// instances and commands may write the same files: lines are appended whole, and one process at a time rotates.

import { appendFile, chmod, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import { lockFile } from '../base/file-lock.ts'
import type { Log } from '../base/log.ts'

export type AuditEntry = {
  /** ISO 8601, UTC. */
  time: string
  /** Name of the token. */
  who: string
  address: string
  /** What was done, such as `recording.delete`. */
  action: string
  /** The call, recording or phrase; missing where the action has none, or where it would be a caller's number. */
  id?: string
}

export type AuditOptions = {
  clock: Clock
  log: Log
  /** DATA_DIR. */
  dir: string
  /** A full file is rotated; with `keepFiles` older ones this bounds the trail's size. */
  maxBytes: number
  keepFiles: number
  /** Called when a line could not be written, and with undefined when writing works again. */
  onFault: (fault: string | undefined) => void
}
/** 10 MB are about 70 000 lines; five files are years of a desk's operators. */
export const auditDefaults = { maxBytes: 10_000_000, keepFiles: 4, onFault: () => {} } as const

/** Lines read before the event loop runs again; about 1 ms. */
const linesAtOnce = 500
/** Lines that may wait for a slow disk; further ones are only in the log. */
const maxWaiting = 1_000
const fileMode = 0o640

export class AuditTrail {
  private readonly options: AuditOptions
  private waiting = 0
  private writing: Promise<void> = Promise.resolve()
  private isChecked = false
  private hasFault = false

  constructor(options: Pick<AuditOptions, 'clock' | 'log' | 'dir'> & Partial<AuditOptions>) {
    this.options = { ...auditDefaults, ...options }
  }

  /** Resolves when the line is in the file, or could not be written; never rejects. */
  record(entry: Omit<AuditEntry, 'time'>): Promise<void> {
    const { clock, log } = this.options
    const line: AuditEntry = { time: new Date(clock.wallMs()).toISOString(), ...entry }
    log.info('operator action', entry)
    if (this.waiting >= maxWaiting) {
      this.fault('the disk is too slow')
      return Promise.resolve()
    }
    this.waiting++
    this.writing = this.writing.then(() => this.write(`${JSON.stringify(line)}\n`))
    return this.writing
  }

  /** @returns the newest lines first, at most `limit` of those that are wanted */
  async newest(limit: number, isWanted: (entry: AuditEntry) => boolean = () => true): Promise<AuditEntry[]> {
    await this.writing
    const found: AuditEntry[] = []
    for (let age = 0; age <= this.options.keepFiles && found.length < limit; age++) {
      const text = await Bun.file(this.path(age))
        .text()
        .catch(() => '')
      const lines = text.split('\n')
      for (let i = lines.length - 1; i >= 0 && found.length < limit; i--) {
        const entry = entryOf(lines[i])
        if (entry && isWanted(entry)) found.push(entry)
        // This is the thread that plays the calls.
        if (i % linesAtOnce === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    return found
  }

  private async write(line: string): Promise<void> {
    const path = this.path(0)
    try {
      if (!this.isChecked) await this.endCutLine()
      this.isChecked = true
      if (await this.isFull(line)) await this.rotate(line)
      const isNew = (await sizeOf(path)) === 0
      // Opened for appending each time: a line that meets another process's rotation is in the older file.
      await appendFile(path, line, { mode: fileMode })
      if (isNew) await chmod(path, fileMode)
      if (this.hasFault) {
        this.hasFault = false
        this.options.onFault(undefined)
      }
    } catch (error) {
      this.isChecked = false
      this.fault(errorText(error))
    } finally {
      this.waiting--
    }
  }

  /** Ends a line that a crash cut off, so that the next one stands alone. */
  private async endCutLine(): Promise<void> {
    const path = this.path(0)
    const size = await sizeOf(path)
    if (size === 0) return
    const last = await Bun.file(path)
      .slice(size - 1)
      .text()
    if (last !== '\n') await appendFile(path, '\n')
  }

  private async isFull(line: string): Promise<boolean> {
    const size = await sizeOf(this.path(0))
    return size > 0 && size + Buffer.byteLength(line) > this.options.maxBytes
  }

  private async rotate(line: string): Promise<void> {
    const unlock = lockFile(join(this.options.dir, '.audit.lock'))
    // Another process rotates just now: a line more in the full file does no harm.
    if (unlock === undefined) return
    try {
      // It may have rotated since the file was found full.
      if (!(await this.isFull(line))) return
      for (let age = this.options.keepFiles - 1; age >= 0; age--)
        await rename(this.path(age), this.path(age + 1)).catch(() => {})
    } finally {
      unlock()
    }
  }

  private fault(reason: string): void {
    if (!this.hasFault) this.options.log.warn('the audit trail cannot be written', { error: reason })
    this.hasFault = true
    this.options.onFault(reason)
  }

  private path(age: number): string {
    return join(this.options.dir, age === 0 ? 'audit.jsonl' : `audit.${age}.jsonl`)
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

function entryOf(line: string): AuditEntry | undefined {
  try {
    return line === '' ? undefined : JSON.parse(line)
  } catch {
    // The last line of a process that was killed while it wrote.
    return undefined
  }
}

/** How long repeated reads of the same thing count as one action. */
const sameReadMs = 10 * 60_000
const maxRemembered = 2_048

/**
 * Recognises repeated reads: a player asks for a recording in ranges, a page asks again after each reconnect. The same
 * token that reads the same thing from the same address within ten minutes performs one action.
 */
export class RepeatedReads {
  private readonly lastMs = new Map<string, number>()

  constructor(private readonly clock: Clock) {}

  /**
   * @param asked the request's path and query, which may name a person; only a hash of it is kept
   * @returns whether this read continues an earlier one
   */
  continues({ who, address, action, id = '' }: Omit<AuditEntry, 'time'>, asked: string): boolean {
    const key = [who, address, action, id, Bun.hash(asked)].join(' ')
    const now = this.clock.now()
    const last = this.lastMs.get(key)
    if (last !== undefined && now - last < sameReadMs) return true
    // Deleted first, so that the map stays in the order of the first reads.
    this.lastMs.delete(key)
    this.lastMs.set(key, now)
    for (const oldest of this.lastMs.keys()) {
      if (this.lastMs.size <= maxRemembered) break
      this.lastMs.delete(oldest)
    }
    return false
  }
}
