// A supervisor has a call, and gives it back: by a request, by a connection that was lost, or because the call goes to
// its end. What the caller hears is in sound/supervisor-voice.ts, what the agent does in agent/taken-over.ts.

import type { AgentInput, AgentPhase } from './agent/state.ts'
import type { CallInputs } from './inputs/collector.ts'
import type { SupervisorVoice } from './sound/supervisor-voice.ts'
import type { Story } from './story.ts'

/** What the supervisor's connection has of the call. */
export type Supervisor = {
  /** @param frame 160 samples of 8 kHz, copied @returns false when the frame was dropped */
  audio(frame: Int16Array): boolean
  /** Gives the call back. @param lost whether the connection broke: the caller then hears an apology */
  handBack(lost: boolean): void
}

type SupervisionDeps = {
  feed: (input: AgentInput) => void
  phase: () => AgentPhase
  voice: SupervisorVoice
  inputs: Pick<CallInputs, 'note'> | undefined
  story: Pick<Story, 'supervised' | 'agentSpeaks'>
}

export class Supervision {
  private onEnd: (() => void) | undefined

  constructor(private readonly deps: SupervisionDeps) {}

  /** @param ended called once, when the supervisor no longer has the call @returns undefined when refused */
  begin(ended: () => void): Supervisor | undefined {
    const { feed, phase, voice, story, inputs } = this.deps
    if (this.onEnd !== undefined) return undefined
    inputs?.note({ kind: 'takeOver' })
    feed({ kind: 'takeOver' })
    if (phase() !== 'supervised') return undefined
    this.onEnd = ended
    voice.switch(true)
    story.supervised(true)
    return {
      audio: (frame) => this.onEnd === ended && voice.push(frame),
      handBack: (lost) => {
        if (this.onEnd !== ended) return
        inputs?.note({ kind: 'handBack', lost })
        this.end()
        feed({ kind: 'handBack', lost })
      },
    }
  }

  /** The call goes to its end: the supervisor no longer has it. */
  end(): void {
    const { voice, story } = this.deps
    const ended = this.onEnd
    if (ended === undefined) return
    this.onEnd = undefined
    voice.switch(false)
    story.agentSpeaks(false)
    story.supervised(false)
    ended()
  }
}
