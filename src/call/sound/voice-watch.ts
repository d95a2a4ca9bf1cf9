// The caller's voice as edges: speech begins, speech ends. The detector judges each frame; this file turns its
// judgements into events with the times at which they really happened. It also notices when a phone sends nothing at
// all (silence suppression, hold, lost packets): the uplink gives silence then, so that time goes on for the detector.

import type { Clock } from '../../base/clock.ts'

/** The part of audio/vad.ts and audio/detector.ts that a call uses. */
export type VoiceDetector = {
  /** @param frame 160 samples @param agentSpeaks raises the threshold, because of the agent's own echo */
  push(frame: Int16Array, agentSpeaks: boolean): 'speech' | 'silence'
  /** Length of the present speech, in ms. */
  readonly speechMs: number
  /** Time since the last frame that sounded like speech, in ms. */
  readonly silenceMs: number
  /** The caller's words were understood, so the recent voice was the caller's. */
  understood?(): void
  close?(): void
}

export type VoiceEdge =
  | { kind: 'speech'; atMs: number }
  | { kind: 'silence'; atMs: number }
  /** Speech has lasted long enough to interrupt the agent; repeated every 200 ms while it lasts. */
  | { kind: 'confirmed' }

/** After this long without a frame, counted from the tick that follows it, frames are missing and not just late. */
const missingMs = 80
/** How often `confirmed` is repeated while speech lasts. */
const againMs = 200

export class VoiceWatch {
  private speech = false
  /** The first tick after the last frame. */
  private lastFrameMs: number
  private hasFrame = false
  private confirmedMs = 0

  /** @param confirmMs voice needed for `confirmed`, without the silence that the detector adds at the end of speech */
  constructor(
    private readonly clock: Clock,
    private readonly detector: VoiceDetector,
    private readonly confirmMs: number,
    private readonly edge: (edge: VoiceEdge) => void,
  ) {
    this.lastFrameMs = clock.now()
  }

  frame(frame: Int16Array, agentSpeaking: boolean): void {
    this.hasFrame = true
    this.judge(frame, agentSpeaking)
  }

  /** Once per 20 ms of the call. @returns whether the caller's audio is missing: silence is then to be judged */
  isMissing(nowMs: number): boolean {
    if (this.hasFrame) this.lastFrameMs = nowMs
    this.hasFrame = false
    return nowMs - this.lastFrameMs >= missingMs
  }

  /** @param frame 160 samples, valid until return */
  judge(frame: Int16Array, agentSpeaking: boolean): void {
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

  /** The caller's last words were understood. */
  understood(): void {
    this.detector.understood?.()
  }

  /** Releases what the detector holds. */
  close(): void {
    this.detector.close?.()
  }
}
