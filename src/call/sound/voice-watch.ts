// The caller's voice as edges: speech begins, speech ends. The detector judges each frame; this file turns its
// judgements into two events with the times at which they really happened, and keeps the caller's clock going when
// a phone sends nothing at all (silence suppression, hold, lost packets).

import { silenceFrame } from '../../audio/pcm.ts'
import type { Clock } from '../../base/clock.ts'

/** As audio/vad.ts has it. */
export type VoiceDetector = {
  /** @param frame 160 samples; @param agentSpeaks the threshold is higher over the agent's own echo */
  push(frame: Int16Array, agentSpeaks: boolean): 'speech' | 'silence'
  /** How long the present speech has lasted. */
  readonly speechMs: number
  /** Since the last frame like speech. */
  readonly silenceMs: number
  /** The caller was understood: the voices of late were his. */
  understood?(): void
  close?(): void
}

export type VoiceEdge =
  | { kind: 'speech'; atMs: number }
  | { kind: 'silence'; atMs: number }
  /** Speech has lasted long enough to be meant, however long its beginning was ago; told again while it lasts. */
  | { kind: 'confirmed' }

/** Frames are missing, rather than late, after this long. */
const missingMs = 80
/** How often speech that goes on is told to be meant. */
const againMs = 200

export class VoiceWatch {
  private speech = false
  private lastFrameMs: number
  private confirmedMs = 0

  /** @param confirmMs of voice, not counting how long the detector waits before it holds speech to be over */
  constructor(
    private readonly clock: Clock,
    private readonly detector: VoiceDetector,
    private readonly confirmMs: number,
    private readonly edge: (edge: VoiceEdge) => void,
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
    this.judge(silenceFrame, agentSpeaking)
    return true
  }

  /** Words of the caller's were understood. */
  understood(): void {
    this.detector.understood?.()
  }

  /** Gives back what the detector holds. */
  close(): void {
    this.detector.close?.()
  }

  private judge(frame: Int16Array, agentSpeaking: boolean): void {
    const { detector } = this
    const speech = detector.push(frame, agentSpeaking) === 'speech'
    if (speech !== this.speech) {
      this.speech = speech
      this.confirmedMs = 0
      const atMs = this.clock.now() - (speech ? detector.speechMs : detector.silenceMs)
      this.edge({ kind: speech ? 'speech' : 'silence', atMs })
    }
    if (!speech || detector.silenceMs > 0) return
    const { speechMs } = detector
    if (speechMs < (this.confirmedMs === 0 ? this.confirmMs : this.confirmedMs + againMs)) return
    this.confirmedMs = speechMs
    this.edge({ kind: 'confirmed' })
  }
}
