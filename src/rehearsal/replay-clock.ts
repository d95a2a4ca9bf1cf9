// The clock of a call that is played again. Time moves from one recorded input to the next. The recording says when
// each timer ran, so it runs here at the same place among the inputs, however late it was; a timer that the recording
// does not have, because the call goes another way now, runs at its time.

import type { Clock, Timer } from '../base/clock.ts'

type Task = { dueMs: number; run: () => void }

/** Times of the same timer differ by what the server needed between two looks at its clock. */
const toleranceMs = 50
/** An input may have cancelled a timer that was late: for so long it is not known whether it would have run. */
const latestMs = 250

export class ReplayClock implements Clock {
  private nowMs = 0
  private tasks: Task[] = []

  /** @param ran when the timers of the recording were due, as far as they have not run yet */
  constructor(
    private readonly startedWallMs: number,
    private readonly ran: number[],
  ) {}

  now = (): number => this.nowMs
  wallMs = (): number => this.startedWallMs + this.nowMs

  at(dueMs: number, run: () => void): Timer {
    const task: Task = { dueMs, run }
    this.tasks.push(task)
    return {
      cancel: () => {
        const at = this.tasks.indexOf(task)
        if (at >= 0) this.tasks.splice(at, 1)
      },
    }
  }

  moveTo(atMs: number): void {
    this.nowMs = Math.max(this.nowMs, atMs)
  }

  /** A timer of the recording runs, if this call has it. */
  runRecorded(dueMs: number): void {
    const known = this.ran.indexOf(dueMs)
    if (known >= 0) this.ran.splice(known, 1)
    let nearest: Task | undefined
    for (const task of this.tasks)
      if (
        distance(task, dueMs) <= toleranceMs &&
        (!nearest || distance(task, dueMs) < distance(nearest, dueMs))
      )
        nearest = task
    if (nearest) this.run(nearest)
  }

  /** Runs the next timer that the recording does not have. @returns whether there was one before that time */
  runOther(beforeMs: number): boolean {
    let first: Task | undefined
    for (const task of this.tasks)
      if (task.dueMs <= beforeMs - latestMs && (!first || task.dueMs < first.dueMs) && !this.isRecorded(task))
        first = task
    if (first) this.run(first)
    return first !== undefined
  }

  private isRecorded(task: Task): boolean {
    return this.ran.some((dueMs) => distance(task, dueMs) <= toleranceMs)
  }

  private run(task: Task): void {
    this.tasks.splice(this.tasks.indexOf(task), 1)
    this.moveTo(task.dueMs)
    task.run()
  }
}

const distance = (task: Task, dueMs: number): number => Math.abs(task.dueMs - dueMs)
