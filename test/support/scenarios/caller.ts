// The caller of a scenario: waits for the moment of each step, and speaks, keys, mumbles, hangs up. Notes what was
// done and when, and which steps could not be done.

import type { CallLab, LabConnection } from '../lab/call-lab.ts'
import type { Step } from './scenario-file.ts'

export type CallerAct = { what: string; fromMs: number; toMs: number }
/** One call of the phone, until its end. */
export type Dialled = { connection: LabConnection; fromMs: number; toMs: number | undefined }

/** A caller answers this long after the agent fell silent, unless the scenario says otherwise. */
const reactionMs = 400
/** Nothing said by the agent for so long after the caller's act: it has nothing to say. */
const unansweredMs = 5_000
/** A call whose script is over must come to its end by itself within this time. */
const patienceMs = 300_000

export class ScenarioCaller {
  readonly acts: CallerAct[] = []
  readonly faults: string[] = []
  readonly dialled: Dialled[]
  private actedMs = 0

  constructor(private readonly lab: CallLab) {
    this.dialled = [{ connection: lab.connection, fromMs: lab.nowMs, toMs: undefined }]
  }

  /** Does all steps, and stays on the line until the call ends. @returns when that was, in the lab's time */
  async play(steps: readonly Step[]): Promise<number> {
    const { lab } = this
    let number = 0
    for (const step of steps) {
      number++
      await this.until(step, number)
      if (this.gone && step.does !== 'calls again') {
        this.faults.push(`step ${number} (${nameOf(step)}): the call was over already`)
        break
      }
      await this.act(step)
      if (step.silent === undefined) this.actedMs = lab.nowMs
    }
    await this.untilGone(100)
    if (!this.gone) this.faults.push(`the call did not end within ${patienceMs / 1_000} s of the last step`)
    return this.left()
  }

  /** Notes the end of the present call. */
  private left(): number {
    const last = this.dialled[this.dialled.length - 1]
    last.toMs ??= last.connection.hungUpAtMs ?? this.lab.nowMs
    return last.toMs
  }

  /** The phone's end of the call is over. */
  private get gone(): boolean {
    return this.lab.connection.hungUpAtMs !== undefined || this.lab.connection.listener === undefined
  }

  private async until(step: Step, number: number): Promise<void> {
    const { lab } = this
    if (step.does === 'calls again') {
      await this.untilGone()
      await lab.run((step.wait ?? 20) * 1_000)
      return
    }
    if (step.at !== undefined) {
      const waitMs = step.at * 1_000 - lab.nowMs
      if (waitMs < 0)
        this.faults.push(
          `step ${number} (${nameOf(step)}): ${step.at} s is past, it is ${seconds(lab.nowMs)} s`,
        )
      else await lab.run(waitMs)
      return
    }
    const after = step.after ?? (step.wait === undefined ? 'agent' : undefined)
    if (after === 'agent speaks') await this.untilSpeaks()
    if (after === 'agent') await this.untilAnswered()
    await lab.run(step.wait === undefined ? (after === 'agent' ? reactionMs : 0) : step.wait * 1_000)
  }

  /** The agent has said something since the caller's last act, and is silent; or it has nothing to say. */
  private async untilAnswered(): Promise<void> {
    const { lab } = this
    const giveUpMs = lab.nowMs + unansweredMs
    const answered = () => (lab.connection.audibleAtMs.at(-1) ?? -1) >= this.actedMs
    while (!answered() && !this.gone && lab.nowMs < giveUpMs) await lab.run(20)
    while (lab.info?.phase !== 'listening' && !this.gone && lab.nowMs < this.actedMs + 60_000)
      await lab.run(20)
  }

  private async untilSpeaks(): Promise<void> {
    const before = this.lab.connection.audibleAtMs.length
    const end = this.lab.nowMs + 20_000
    while (this.lab.connection.audibleAtMs.length === before && !this.gone && this.lab.nowMs < end)
      await this.lab.run(20)
  }

  private async untilGone(stepMs = 20): Promise<void> {
    const end = this.lab.nowMs + patienceMs
    while (!this.gone && this.lab.nowMs < end) await this.lab.run(stepMs)
  }

  private async act(step: Step): Promise<void> {
    const { lab } = this
    const fromMs = lab.nowMs
    const noted = (what: string, toMs = lab.nowMs) => this.acts.push({ what, fromMs, toMs })
    if (step.says !== undefined) {
      const ms =
        Math.round((step.for === undefined ? 400 + step.says.length * 60 : step.for * 1_000) / 40) * 40
      noted(step.says, fromMs + ms)
      await lab.says(step.says, ms)
    } else if (step.mumbles !== undefined) {
      noted('(mumbles)', fromMs + step.mumbles * 1_000)
      await lab.mumbles(step.mumbles * 1_000)
    } else if (step.keys !== undefined) {
      noted(`(keys ${step.keys})`, fromMs + Math.max(0, step.keys.length - 1) * step.every * 1_000)
      for (const [i, key] of [...step.keys].entries()) {
        if (i > 0) await lab.run(step.every * 1_000)
        lab.key(key as '0')
      }
    } else if (step.silent !== undefined) await lab.run(step.silent * 1_000)
    else if (step.operator !== undefined) {
      noted('(the operator acts)')
      const id = lab.connection.callId
      if (step.operator === 'transfer') lab.registry.transfer(id)
      else if (step.operator === 'hang up') lab.registry.hangUp(id)
      else lab.registry.say(id, step.operator.says)
    } else if (step.does !== undefined) this.deed(step.does)
  }

  private deed(does: NonNullable<Step['does']>): void {
    const { lab } = this
    this.acts.push({ what: `(${does})`, fromMs: lab.nowMs, toMs: lab.nowMs })
    switch (does) {
      case 'hangs up':
        this.left()
        lab.hangUp()
        lab.connection.listener = undefined
        return
      case 'loses the line':
        this.left()
        lab.connection.destroy('peer stalled')
        lab.connection.listener = undefined
        return
      case 'calls again':
        this.left()
        lab.connection = lab.dial(lab.connection.callId)
        this.dialled.push({ connection: lab.connection, fromMs: lab.nowMs, toMs: undefined })
        return
      case 'server drains':
        lab.registry.drain(true)
        return
      case 'server stops':
        lab.registry.drain(true)
        lab.registry.goodbyeAll()
        return
    }
  }
}

export const seconds = (ms: number): string => (ms / 1_000).toFixed(1)

const nameOf = (step: Step): string =>
  step.says ?? (step.keys === undefined ? (step.does ?? Object.keys(step).join(' ')) : `keys ${step.keys}`)
