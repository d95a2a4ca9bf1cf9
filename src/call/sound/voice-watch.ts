// The caller's voice as edges: speech begins, speech ends. The detector judges each frame; this file turns its
// judgements into events with the times at which they really happened. It also notices when a phone sends nothing at
// all (silence suppression, hold, lost packets): the uplink gives silence then, so that time goes on for the detector.
// Where the telephone sends the agent's voice back, the detector gets the sound without it (audio/echo.ts).

import type { EchoCanceller, EchoState } from '../../audio/echo-canceller.ts'
import { silenceFrame } from '../../audio/pcm.ts'
import type { Clock } from '../../base/clock.ts'

/** The part of audio/vad.ts and audio/detector.ts that a call uses. */
export type VoiceDetector = {
  /** @param frame 160 samples @param agentSpeaks raises the threshold, because of the agent's own echo */
  push(frame: Int16Array, agentSpeaks: boolean): 'speech' | 'silence'
  /** Length of the present speech, in ms. */
  readonly speechMs: number
  /** Time since the last frame that sounded like speech, in ms. */
  readonly silenceMs: number
  /** Length of what may be the caller's voice while the agent speaks, in ms; `speechMs` where it is missing. */
  readonly onsetMs?: number
  /** The caller's words were understood, so the recent voice was the caller's. */
  understood?(): void
  /** From now on frames are without the agent's echo: what was heard so far may have been it. */
  echoCancelled?(): void
  close?(): void
}

export type VoiceEdge =
  | { kind: 'speech'; atMs: number }
  | { kind: 'silence'; atMs: number }
  /** Speech has lasted long enough to interrupt the agent; repeated every 200 ms while it lasts. */
  | { kind: 'confirmed' }

/** @property onEcho called whenever the agent's echo was found and lowered */
export type Echo = { canceller: EchoCanceller; onEcho: () => void }

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
  private echoState: EchoState = 'unknown'

  /**
   * @param confirmMs voice needed for `confirmed`, without the silence that the detector adds at the end of speech
   * @param onset takes with each frame how long the caller may have been speaking over the agent, in ms; 0 for not
   */
  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly detector: VoiceDetector,
    private readonly confirmMs: number,
    private readonly edge: (edge: VoiceEdge) => void,
    private readonly echo?: Echo,
    private readonly onset: (onsetMs: number) => void = () => {},
  ) {
    this.lastFrameMs = clock.now()
  }

  /** @param frame 160 samples, valid until return @returns what the detector got, valid until the next frame */
  frame(frame: Int16Array, agentSpeaking: boolean): Int16Array {
    this.hasFrame = true
    const heard = this.echo?.canceller.heard(frame, this.clock.now()) ?? frame
    this.judge(heard, agentSpeaking)
    return heard
  }

  /** Once per 20 ms of the call. @returns whether the caller's audio is missing: silence is then to be judged */
  isMissing(nowMs: number): boolean {
    if (this.hasFrame) this.lastFrameMs = nowMs
    this.hasFrame = false
    return nowMs - this.lastFrameMs >= missingMs
  }

  /** Judges silence where a frame is missing. */
  missing(agentSpeaking: boolean, nowMs: number): void {
    this.echo?.canceller.missed(nowMs)
    this.judge(silenceFrame, agentSpeaking)
  }

  private judge(frame: Int16Array, agentSpeaking: boolean): void {
    const { detector } = this
    this.followEcho()
    const speech = detector.push(frame, agentSpeaking) === 'speech'
    // While an echo is possible the voice may be the agent's own.
    const mayBeCaller = agentSpeaking && this.echo?.canceller.holdsBack !== true
    this.onset(mayBeCaller ? (detector.onsetMs ?? detector.speechMs) : 0)
    if (speech !== this.speech) {
      this.speech = speech
      this.confirmedMs = 0
      const atMs = this.clock.now() - (speech ? detector.speechMs : detector.silenceMs)
      this.edge({ kind: speech ? 'speech' : 'silence', atMs })
    }
    if (!speech || detector.silenceMs > 0) return
    const { speechMs } = detector
    if (speechMs < (this.confirmedMs === 0 ? this.confirmMs : this.confirmedMs + againMs)) return
    // This voice may be the agent's own. Words and keys interrupt all the same.
    if (this.echo?.canceller.holdsBack) return
    this.confirmedMs = speechMs
    this.edge({ kind: 'confirmed' })
  }

  private followEcho(): void {
    const { echo } = this
    const state = echo?.canceller.state ?? 'none'
    if (state === this.echoState) return
    this.echoState = state
    if (state !== 'cancelled') return
    this.detector.echoCancelled?.()
    echo?.onEcho()
  }

  /** The caller's last words were understood. */
  understood(): void {
    this.detector.understood?.()
  }

  /** Releases what the detector holds. */
  close(): void {
    this.detector.close?.()
    this.echo?.canceller.close()
  }
}
