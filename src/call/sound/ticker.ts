// One clock for all calls. Deadlines are absolute (start + k × 20 ms), so nothing drifts. Members are spread over slots
// of 2 ms, so that no tick has to serve all of them. A late tick catches up by at most three frames; the rest is
// skipped and counted, because a gap is better for the caller than a burst.
//
// All frames of a slot are made, then all are sent, then the rest of the work is done: no frame waits for the recording
// of another call, and a machine that receives many of them is woken once.
//
// Why one re-armed timer: setInterval(20) was 61 to 143 ms late after 10 s, and one timer per call costs twice as much.

import type { Clock, Timer } from '../../base/clock.ts'
import type { Counter, Histogram, Metrics } from '../../base/metrics.ts'

/**
 * What the ticker calls for each frame. Must not throw, must not wait. All calls of a slot get one reading of the
 * clock: a reading each cost 3 % of the call thread.
 */
export type Ticked = {
  /** Makes the frame. */
  beforeTick?(nowMs: number): void
  /** Sends exactly one frame. */
  tick(nowMs: number): void
  /** Does the work that must not delay a frame. */
  afterTick?(nowMs: number): void
  /** The member threw and is no longer ticked. */
  tickFailed(error: unknown): void
}
const steps = ['beforeTick', 'tick', 'afterTick'] as const satisfies (keyof Ticked)[]
type Step = (typeof steps)[number]

export type TickerOptions = { periodMs: number; slots: number; catchUpFrames: number }
export const tickerDefaults = { periodMs: 20, slots: 10, catchUpFrames: 3 } as const satisfies TickerOptions

/** Histogram bounds for the lateness of a tick, in ms. */
const latenessBoundsMs = [0.5, 1, 2, 3, 5, 10, 20, 50, 100, 500]
/** Timers fire up to 1 ms early; a deadline this near counts as reached. */
const earlyMs = 1

/** How many members outweigh a difference of one slot (2 ms) when `add` chooses a slot. */
const unevenMembers = 0.5

type Slot = { members: Set<Ticked>; nextMs: number }

export class Ticker {
  readonly lateness: Histogram
  readonly skipped: Counter
  private readonly options: TickerOptions
  private readonly slots: Slot[]
  private readonly startMs: number
  private timer: Timer | undefined
  private armedForMs = Number.POSITIVE_INFINITY

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
    options: Partial<TickerOptions> = {},
  ) {
    this.options = { ...tickerDefaults, ...options }
    this.startMs = clock.now()
    this.slots = Array.from({ length: this.options.slots }, () => ({ members: new Set<Ticked>(), nextMs: 0 }))
    this.lateness = metrics.histogram('tick_lateness_ms', 'Delay of a tick in milliseconds', latenessBoundsMs)
    this.skipped = metrics.counter('frames_skipped_total', 'Frames skipped because a tick ran far too late')
  }

  get members(): number {
    let count = 0
    for (const slot of this.slots) count += slot.members.size
    return count
  }

  /**
   * Runs the first tick at once, because it is the call's first sound, and joins the slot that is due about one period
   * later. When many calls arrive at one moment they are spread: a slot with fewer members wins although it is due
   * earlier, one slot earlier for each `unevenMembers` that it has fewer.
   */
  add(member: Ticked): void {
    const now = this.clock.now()
    const { periodMs, slots } = this.options
    let best = this.slots[0]
    let bestScore = Number.POSITIVE_INFINITY
    let bestDueMs = now
    for (let i = 0; i < this.slots.length; i++) {
      const slot = this.slots[i]
      const dueMs = slot.members.size > 0 ? slot.nextMs : this.deadlineAfter(i, now)
      const slotsEarly = ((now + periodMs - dueMs) * slots) / periodMs
      const score = slot.members.size + Math.max(0, slotsEarly) * unevenMembers
      if (score >= bestScore) continue
      best = slot
      bestScore = score
      bestDueMs = dueMs
    }
    if (best.members.size === 0) best.nextMs = bestDueMs
    best.members.add(member)
    for (const step of steps) this.run(member, step, best, now)
    this.arm()
  }

  remove(member: Ticked): void {
    for (const slot of this.slots) slot.members.delete(member)
  }

  /**
   * Runs what is due. Called before other long work: the event loop handles hundreds of readable sockets before it
   * looks at a timer again, and with 200 calls that delayed 5 % of the ticks by more than 5 ms.
   *
   * @returns the clock's reading before
   */
  catchUp(): number {
    const nowMs = this.clock.now()
    if (nowMs < this.armedForMs) return nowMs
    this.timer?.cancel()
    this.fire()
    return nowMs
  }

  stop(): void {
    for (const slot of this.slots) slot.members.clear()
    this.timer?.cancel()
    this.timer = undefined
    this.armedForMs = Number.POSITIVE_INFINITY
  }

  private deadlineAfter(slotIndex: number, nowMs: number): number {
    const { periodMs, slots } = this.options
    const offsetMs = this.startMs + (slotIndex * periodMs) / slots
    return offsetMs + (Math.floor((nowMs - offsetMs) / periodMs) + 1) * periodMs
  }

  private arm(): void {
    let soonestMs = Number.POSITIVE_INFINITY
    for (const slot of this.slots)
      if (slot.members.size > 0 && slot.nextMs < soonestMs) soonestMs = slot.nextMs
    if (soonestMs === this.armedForMs && this.timer) return
    this.timer?.cancel()
    this.timer = undefined
    this.armedForMs = soonestMs
    if (soonestMs !== Number.POSITIVE_INFINITY) this.timer = this.clock.at(soonestMs, this.fire)
  }

  private readonly fire = (): void => {
    this.timer = undefined
    this.armedForMs = Number.POSITIVE_INFINITY
    for (const slot of this.slots) {
      const now = this.clock.now()
      if (slot.members.size > 0 && slot.nextMs <= now + earlyMs) this.runSlot(slot, now)
    }
    this.arm()
  }

  private runSlot(slot: Slot, nowMs: number): void {
    const { periodMs, catchUpFrames } = this.options
    const lateMs = Math.max(0, nowMs - slot.nextMs)
    this.lateness.observe(lateMs)
    const due = 1 + Math.floor(lateMs / periodMs)
    const frames = Math.min(due, catchUpFrames)
    if (due > frames) this.skipped.add((due - frames) * slot.members.size)
    slot.nextMs += due * periodMs
    for (let i = 0; i < frames; i++)
      for (const step of steps) for (const member of slot.members) this.run(member, step, slot, nowMs)
  }

  /** A defect of one call ends that call only. */
  private run(member: Ticked, step: Step, slot: Slot, nowMs: number): void {
    try {
      member[step]?.(nowMs)
    } catch (error) {
      slot.members.delete(member)
      this.fail(member, error)
    }
  }

  /** If `tickFailed` itself throws, rethrows from a timer, so that the other calls keep ticking. */
  private fail(member: Ticked, error: unknown): void {
    try {
      member.tickFailed(error)
    } catch (again) {
      this.clock.at(this.clock.now(), () => {
        throw again
      })
    }
  }
}
