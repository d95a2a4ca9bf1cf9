// A clock that moves only when told to. Tasks run in order of their time; promises settle between them.

import type { Clock, Timer } from '../../../src/base/clock.ts'

type Task = { atMs: number; order: number; run: () => void }

export class FakeClock implements Clock {
  private nowMs = 1_000
  private order = 0
  private tasks: Task[] = []
  /** Wall time at `now() === 0`; set it to make the wall clock jump. */
  wallOffsetMs = Date.UTC(2026, 10, 23, 9, 0, 0)

  now = (): number => this.nowMs
  wallMs = (): number => this.nowMs + this.wallOffsetMs

  at(atMs: number, run: () => void): Timer {
    const task: Task = { atMs: Math.max(atMs, this.nowMs), order: this.order++, run }
    this.tasks.push(task)
    return {
      cancel: () => {
        this.tasks = this.tasks.filter((other) => other !== task)
      },
    }
  }

  get pending(): number {
    return this.tasks.length
  }

  /** Moves on by `ms` without letting promises settle: for code that never waits. */
  advance(ms: number): void {
    const end = this.nowMs + ms
    for (let task = this.take(end); task; task = this.take(end)) task.run()
    this.nowMs = end
  }

  /** Moves on by `ms`, and lets everything that was awaited settle after each task. */
  async run(ms: number): Promise<void> {
    const end = this.nowMs + ms
    await settle()
    for (let task = this.take(end); task; task = this.take(end)) {
      task.run()
      await settle()
    }
    this.nowMs = end
    await settle()
  }

  /** Jumps by `ms` as a blocked event loop does: tasks that fell due all run late, at the end. */
  async block(ms: number): Promise<void> {
    this.jump(ms)
    await this.run(0)
  }

  /** Moves on by `ms` while somebody works: what fell due waits. */
  jump(ms: number): void {
    this.nowMs += ms
  }

  private take(endMs: number): Task | undefined {
    let next: Task | undefined
    for (const task of this.tasks) {
      if (
        task.atMs <= endMs &&
        (!next || task.atMs < next.atMs || (task.atMs === next.atMs && task.order < next.order))
      )
        next = task
    }
    if (!next) return undefined
    this.tasks = this.tasks.filter((task) => task !== next)
    this.nowMs = Math.max(this.nowMs, next.atMs)
    return next
  }
}

/** Lets promises that are already resolved run their continuations, a few levels deep. */
export async function settle(levels = 12): Promise<void> {
  for (let i = 0; i < levels; i++) await Promise.resolve()
}
