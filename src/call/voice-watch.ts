// The caller's voice as edges: speech begins, speech ends. The detector judges each frame; this file turns its
// judgements into two events with the times at which they really happened, and keeps the caller's clock going when
// a phone sends nothing at all (silence suppression, hold, lost packets).

import type { Clock } from '../base/clock.ts'

/** As audio/vad.ts has it. */
export type VoiceDetector = {
  /** @param frame 160 samples; @param agentSpeaks the threshold is higher over the agent's own echo */
  push(frame: Int16Array, agentSpeaks: boolean): 'speech' | 'silence'
  /** How long the present speech has lasted. */
  readonly speechMs: number
  /** Since the last frame like speech. */
  readonly silenceMs: number
}

/** Frames are missing, rather than late, after this long. */
const missingMs = 80
const silence = new Int16Array(160)

export class VoiceWatch {
  private speech = false
  private lastFrameMs: number

  constructor(
    private readonly clock: Clock,
    private readonly detector: VoiceDetector,
    private readonly edge: (input: { kind: 'speech' | 'silence'; atMs: number }) => void,
  ) {
    this.lastFrameMs = clock.now()
  }

  frame(frame: Int16Array, agentSpeaking: boolean): void {
    this.lastFrameMs = this.clock.now()
    this.judge(frame, agentSpeaking)
  }

  /** Once per 20 ms of the call. @returns whether the caller's audio is missing now, and was taken as silence */
  tick(agentSpeaking: boolean): boolean {
    if (this.clock.now() - this.lastFrameMs < missingMs) return false
    this.judge(silence, agentSpeaking)
    return true
  }

  private judge(frame: Int16Array, agentSpeaking: boolean): void {
    const speech = this.detector.push(frame, agentSpeaking) === 'speech'
    if (speech === this.speech) return
    this.speech = speech
    const atMs = this.clock.now() - (speech ? this.detector.speechMs : this.detector.silenceMs)
    this.edge({ kind: speech ? 'speech' : 'silence', atMs })
  }
}
