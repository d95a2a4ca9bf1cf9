// The operator's table of live calls as a stream of changes. However many look at it, a changed row is made once and
// its text is encoded once, at most once a second: the work does not grow with calls × viewers. While nobody looks,
// nothing is done.

import type { Clock, Timer } from '../base/clock.ts'
import type { CallRow, RowBatch } from '../calls/rows.ts'
import type { PublicCallEvent } from '../calls/views.ts'

/** Between two batches. */
export const batchEveryMs = 1_000
/** After a quiet time a change waits only this long, for others that come with it. */
const gatherMs = 50

export type BoardDeps = {
  clock: Clock
  calls: {
    rows(): readonly CallRow[]
    row(callId: string): CallRow | undefined
    subscribe(callId: 'all', listener: (event: PublicCallEvent) => void): () => void
  }
  /** Follows the batches of the other machines; `gone` is called when a machine's stream has ended. */
  others?: (listener: (machine: string, batch: RowBatch | undefined) => void) => () => void
}

type Viewer = (batch: Uint8Array) => void

export class Board {
  private readonly viewers = new Set<Viewer>()
  /** Calls that have changed since the last batch; with an outcome, they have ended. */
  private readonly changed = new Map<string, string | undefined>()
  /** The rows of each other machine. */
  private readonly theirs = new Map<string, Map<string, CallRow>>()
  private timer: Timer | undefined
  private sentMs = Number.NEGATIVE_INFINITY
  private stop = () => {}

  constructor(private readonly deps: BoardDeps) {}

  /** @param viewer takes encoded server-sent events, the whole table first @returns stops viewing */
  view(viewer: Viewer): () => void {
    if (this.viewers.size === 0) this.start()
    this.viewers.add(viewer)
    const theirs = [...this.theirs.values()].flatMap((rows) => [...rows.values()])
    viewer(this.encoded({ rows: [...this.deps.calls.rows(), ...theirs], ended: [], isWhole: true }))
    return () => {
      if (this.viewers.delete(viewer) && this.viewers.size === 0) this.end()
    }
  }

  private start(): void {
    const stopOwn = this.deps.calls.subscribe('all', (event) => {
      // Words that are still being said change no row.
      if (event.kind !== 'transcript' || event.isFinal)
        this.note(event.callId, event.kind === 'ended' ? event.outcome : undefined)
    })
    const stopOthers = this.deps.others?.((machine, batch) => this.fromMachine(machine, batch))
    this.stop = () => {
      stopOwn()
      stopOthers?.()
    }
  }

  private end(): void {
    this.stop()
    this.timer?.cancel()
    this.timer = undefined
    this.changed.clear()
    this.theirs.clear()
  }

  private note(callId: string, outcome: string | undefined): void {
    this.changed.set(callId, outcome)
    if (this.timer !== undefined) return
    const nowMs = this.deps.clock.now()
    this.timer = this.deps.clock.at(Math.max(nowMs + gatherMs, this.sentMs + batchEveryMs), () => this.send())
  }

  private send(): void {
    this.timer = undefined
    this.sentMs = this.deps.clock.now()
    const rows: CallRow[] = []
    const ended: { id: string; outcome: string }[] = []
    for (const [id, outcome] of this.changed) {
      const row = this.deps.calls.row(id) ?? this.rowOfOthers(id)
      if (row) rows.push(row)
      else ended.push({ id, outcome: outcome ?? 'lost' })
    }
    this.changed.clear()
    const batch = this.encoded({ rows, ended, isWhole: false })
    for (const viewer of this.viewers) viewer(batch)
  }

  /** @param batch undefined when the machine is gone, and its calls with it */
  private fromMachine(machine: string, batch: RowBatch | undefined): void {
    const before = this.theirs.get(machine) ?? new Map<string, CallRow>()
    const rows = batch === undefined || batch.isWhole ? new Map<string, CallRow>() : before
    for (const id of before.keys()) if (!rows.has(id)) this.note(id, undefined)
    for (const row of batch?.rows ?? []) {
      rows.set(row.id, row)
      this.note(row.id, undefined)
    }
    for (const { id, outcome } of batch?.ended ?? []) {
      rows.delete(id)
      this.note(id, outcome)
    }
    if (batch === undefined) this.theirs.delete(machine)
    else this.theirs.set(machine, rows)
  }

  private rowOfOthers(id: string): CallRow | undefined {
    for (const rows of this.theirs.values()) {
      const row = rows.get(id)
      if (row) return row
    }
    return undefined
  }

  private encoded(batch: Omit<RowBatch, 'atWallMs'>): Uint8Array {
    const text = JSON.stringify({ atWallMs: this.deps.clock.wallMs(), ...batch })
    return new TextEncoder().encode(`event: rows\ndata: ${text}\n\n`)
  }
}
