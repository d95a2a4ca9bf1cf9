// Runs the agent machine of one call: feeds it, wakes it at its deadlines, and passes its effects on in their order.

import type { Clock, Timer } from '../base/clock.ts'
import { step } from './agent/agent-machine.ts'
import { type AgentEffect, type AgentInput, type AgentState, wakeAtMs } from './agent/state.ts'

export type AgentListener = {
  perform(effect: AgentEffect): void
  /** A defect: the machine or an effect threw. */
  failed(error: unknown): void
}

export class AgentRunner {
  private timer: Timer | undefined
  private stopped = false

  constructor(
    private readonly clock: Clock,
    private current: AgentState,
    private readonly listener: AgentListener,
  ) {}

  get state(): AgentState {
    return this.current
  }

  /** One step. An effect may feed the next input itself, or stop the rest. */
  feed(input: AgentInput): void {
    if (this.stopped) return
    try {
      const [state, effects] = step(this.current, input, this.clock.now())
      this.current = state
      for (const effect of effects) {
        // An earlier effect of the same step may have ended the call.
        if (this.stopped) return
        this.listener.perform(effect)
      }
      this.arm()
    } catch (error) {
      // Inputs come from timers and sockets, where no caller of `feed` could end the call; without `arm` it would hang.
      this.listener.failed(error)
    }
  }

  /** The call is over: further inputs and effects are ignored. */
  stop(): void {
    this.stopped = true
    this.timer?.cancel()
  }

  private arm(): void {
    this.timer?.cancel()
    this.timer = undefined
    const at = this.stopped ? undefined : wakeAtMs(this.current)
    if (at !== undefined) this.timer = this.clock.at(at, () => this.feed({ kind: 'wake' }))
  }
}
