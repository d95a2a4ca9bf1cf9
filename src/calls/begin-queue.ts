// Begins calls one after another. What a call does before its first words takes a millisecond or two of the thread that
// all calls share. When hundreds come at once, beginning them takes half of its time at most, and the others wait. A
// caller who waits hears silence, a frame each 20 ms from the first moment on, as in a call that has begun.

import type { Clock, Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Key } from '../base/keys.ts'
import type { Log } from '../base/log.ts'
import type { Counter, Metrics } from '../base/metrics.ts'
import type { Connection } from '../call/connection.ts'
import type { Ticked, Ticker } from '../call/sound/ticker.ts'

export type BeginQueueDeps = { clock: Clock; ticker: Ticker; log: Log; metrics: Metrics }

/** A begin that took longer was held up by something else, such as a collection of garbage. */
const longestRestMs = 20

/** Keys of a caller who waits; a telephone number and a few more. */
const mostKeys = 32

type Waiting = { connection: Connection; begin: () => void; frames: Ticked; keys: Key[] }

export class BeginQueue {
  private readonly waiting = new Set<Waiting>()
  private readonly waited: Counter
  /** The next call may begin then. */
  private nextMs = 0
  private timer: Timer | undefined

  /** @param onLeft called when a caller has hung up before the call began */
  constructor(
    private readonly deps: BeginQueueDeps,
    private readonly onLeft: () => void,
  ) {
    this.waited = deps.metrics.counter(
      'calls_begun_later_total',
      'Calls of a burst that began after a wait in silence, so that calls in progress kept their frames',
    )
  }

  /** Calls that wait. */
  get size(): number {
    return this.waiting.size
  }

  /**
   * Begins a call, now or when it is its turn. Until then what the caller says is not heard; keys are
   * kept for the call.
   *
   * @param begin sets the connection's listener
   * @throws what `begin` throws, when it is called now; later the connection is destroyed
   */
  add(connection: Connection, begin: () => void): void {
    if (this.waiting.size === 0 && this.deps.clock.now() >= this.nextMs) this.begin(begin)
    else this.wait(connection, begin)
  }

  /** Begins all that wait, at once. */
  beginAll(): void {
    for (const one of this.waiting) this.leave(one)
  }

  private wait(connection: Connection, begin: () => void): void {
    const { ticker, log } = this.deps
    const one: Waiting = {
      connection,
      begin,
      keys: [],
      frames: {
        tick: () => connection.sendSilence(),
        tickFailed: () => connection.destroy('internal error'),
      },
    }
    connection.listener = {
      audio() {},
      key(key) {
        if (one.keys.length < mostKeys) one.keys.push(key)
      },
      closed: () => {
        this.drop(one)
        log.info('a caller left before the call began', { callId: connection.callId })
        this.onLeft()
      },
    }
    this.waiting.add(one)
    this.waited.add()
    ticker.add(one.frames)
    this.arm()
  }

  private begin(begin: () => void): void {
    const { clock } = this.deps
    const fromMs = clock.now()
    try {
      begin()
    } finally {
      const nowMs = clock.now()
      this.nextMs = nowMs + Math.min(longestRestMs, nowMs - fromMs)
    }
  }

  private readonly next = (): void => {
    this.timer = undefined
    const [one] = this.waiting
    if (one !== undefined) this.leave(one)
    this.arm()
  }

  /** A call's turn has come. */
  private leave(one: Waiting): void {
    const { connection, begin, keys } = one
    this.drop(one)
    try {
      this.begin(begin)
      for (const key of keys) connection.listener?.key(key)
    } catch (error) {
      this.deps.log.error('a call could not begin', { callId: connection.callId, error: errorText(error) })
      connection.destroy('internal error')
    }
  }

  private drop(one: Waiting): void {
    this.waiting.delete(one)
    this.deps.ticker.remove(one.frames)
  }

  private arm(): void {
    if (this.waiting.size === 0) {
      this.timer?.cancel()
      this.timer = undefined
    } else this.timer ??= this.deps.clock.at(this.nextMs, this.next)
  }
}
