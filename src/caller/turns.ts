// Does the acts of a script in turn with the agent. The owner reports when the agent's speech begins and ends; clock
// and telephone are arguments.

import type { Clock, Timer } from '../base/clock.ts'
import type { Key } from '../base/keys.ts'

/** An act of script.ts whose speech is synthesised: 8 kHz mono. */
export type ReadyAct =
  | { kind: 'says' | 'saysOver'; text: string; samples: Int16Array }
  | { kind: 'keys'; keys: readonly Key[] }
  | { kind: 'waits'; ms: number }
  | { kind: 'hangsUp' }

export type CallerActions = {
  speak(samples: Int16Array, text: string): void
  press(key: Key): void
  hangUp(): void
}

/** The agent's turn is over after this much silence; pauses between its sentences are shorter. */
const settleMs = 400
/** `over` lets the agent speak this long before the caller interrupts. */
const overMs = 1_000
const samplesPerMs = 8

export class Turns {
  private at = 0
  private timer: Timer | undefined
  /** Until then the agent's silence starts no act: the caller still speaks, and may have interrupted the agent. */
  private busyUntilMs = 0

  constructor(
    private readonly acts: readonly ReadyAct[],
    private readonly clock: Clock,
    private readonly actions: CallerActions,
  ) {}

  agentBegan(): void {
    this.timer?.cancel()
    this.timer = undefined
    if (this.acts[this.at]?.kind === 'saysOver') this.later(overMs)
  }

  agentEnded(): void {
    this.timer?.cancel()
    this.timer = undefined
    const next = this.acts[this.at]
    if (this.clock.now() < this.busyUntilMs || !next || next.kind === 'saysOver') return
    this.later(settleMs)
  }

  /** The call is over. */
  end(): void {
    this.timer?.cancel()
    this.at = this.acts.length
  }

  private later(ms: number): void {
    this.timer = this.clock.at(this.clock.now() + ms, () => this.act())
  }

  private act(): void {
    this.timer = undefined
    const act = this.acts[this.at++]
    switch (act?.kind) {
      case 'says':
      case 'saysOver':
        this.busyUntilMs = this.clock.now() + act.samples.length / samplesPerMs + settleMs
        this.actions.speak(act.samples, act.text)
        return
      case 'keys':
        for (const key of act.keys) this.actions.press(key)
        return
      case 'waits':
        this.later(act.ms)
        return
      case 'hangsUp':
        this.actions.hangUp()
        return
    }
  }
}
