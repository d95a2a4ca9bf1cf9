// The caller's frames on their way in: each is copied into the call's ring, which the recogniser reads, and goes to the
// recorder and the voice detector. What recogniser and detector hear comes out as inputs of the agent machine.
// downlink.ts is the other direction.

import type { CallRing } from '../../audio/call-ring.ts'
import type { EchoCanceller } from '../../audio/echo-canceller.ts'
import { silenceFrame } from '../../audio/pcm.ts'
import type { Clock } from '../../base/clock.ts'
import { errorText } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Expect } from '../../dialogue/types.ts'
import type { Stt, SttEvent, SttSession } from '../../providers/stt.ts'
import { type BargeInOptions, confirmMsOf } from '../agent/bargein.ts'
import type { AgentInput } from '../agent/state.ts'
import type { Story } from '../story.ts'
import { type VoiceDetector, type VoiceEdge, VoiceWatch } from './voice-watch.ts'

export type UplinkDeps = {
  clock: Clock
  log: Log
  callId: string
  /** In which the call begins. */
  language: string
  stt: Stt<CallRing>
  createDetector: () => VoiceDetector
  /** Keeps the agent's own voice from the detector; recorder and recogniser get the sound as it came. */
  echo?: EchoCanceller | undefined
  ring: CallRing
  recorder: { caller(frame: Int16Array): void } | undefined
  bargeIn: BargeInOptions
  story: Story
  /**
   * Takes what was heard, at once. It may be called from inside the constructor, by a recogniser that fails at once.
   */
  feed: (input: AgentInput) => void
  /** Takes with each frame how long the caller may have been speaking over the agent, in ms; 0 for not. */
  onOnset: (onsetMs: number) => void
  /** The recogniser of a language that was changed to failed for good, before it gave any words. */
  onUnheard: () => void
}

export class Uplink {
  private readonly voice: VoiceWatch
  private recogniser: SttSession
  /** The language was changed, and its recogniser has given no words yet. */
  private isUnproven = false

  /** Opens the detector, then the recogniser's session. @throws what opening them throws */
  constructor(private readonly deps: UplinkDeps) {
    const { clock, stt, story, echo } = deps
    const confirmMs = confirmMsOf(stt.hearsWords, deps.bargeIn)
    const onEdge = (edge: VoiceEdge) => {
      if (edge.kind !== 'confirmed') story.callerSpeaks(edge.kind === 'speech')
      deps.feed(edge)
    }
    const onEcho = () => story.echoed(echo?.facts)
    this.voice = new VoiceWatch(
      clock,
      deps.createDetector(),
      confirmMs,
      onEdge,
      echo && { canceller: echo, onEcho },
      deps.onOnset,
    )
    this.recogniser = this.open(deps.language, deps.ring.written)
    // A recogniser that fails, or one for another language, goes on from there.
    deps.ring.keep(() => this.coveredTo())
  }

  private coveredTo(): number {
    return this.recogniser.coveredTo?.() ?? this.deps.ring.written
  }

  private open(language: string, from: number): SttSession {
    const { stt, callId, ring } = this.deps
    return stt.open({ language, callId, audio: ring, from, onEvent: (event) => this.recognised(event) })
  }

  /**
   * From now on words are recognised in this language, by a session of its own: recognisers take the language when they
   * are opened. The new one begins with the audio that has no words yet. When it cannot be opened, the old one goes on.
   */
  changeLanguage(language: string): void {
    const before = this.recogniser
    try {
      this.recogniser = this.open(language, this.coveredTo())
    } catch (error) {
      this.deps.log.warn('the recogniser stays in the language before', { language, error: errorText(error) })
      return
    }
    before.close()
    this.isUnproven = true
  }

  /** @param frame 160 samples, valid until return */
  frame(frame: Int16Array): void {
    this.deps.ring.write(frame)
    this.deps.recorder?.caller(frame)
    this.voice.frame(frame, this.deps.story.agentSpeaking)
  }

  /**
   * Once per 20 ms of the call. The recogniser's clock is its audio, which is the ring's: when the phone sends none,
   * silence keeps it going.
   */
  tick(nowMs: number): void {
    if (!this.voice.isMissing(nowMs)) return
    this.deps.ring.write(silenceFrame)
    this.voice.missing(this.deps.story.agentSpeaking, nowMs)
  }

  /** The caller's last words were understood, so the voice was really the caller's; they are answered now. */
  understood(): void {
    this.voice.understood()
    this.recogniser.answered?.()
  }

  /** Tells the recogniser what answer to expect. */
  expect({ keyterms, kind }: Expect): void {
    this.recogniser.hint({ keyterms, expect: kind })
  }

  /** Asks the recogniser for the final text of what it has. */
  finalize(): void {
    this.recogniser.finalize()
  }

  close(): void {
    // The figures of the whole call are better than those of its first second.
    this.deps.story.echoed(this.deps.echo?.facts)
    this.voice.close()
    this.recogniser.close()
  }

  private recognised(event: SttEvent): void {
    const { feed, story, log } = this.deps
    switch (event.kind) {
      case 'transcript':
        if (event.text !== '') this.isUnproven = false
        story.recognised(event.text)
        feed({ kind: 'transcript', text: event.text, isFinal: event.isFinal })
        if (event.text !== '' && event.isFinal) feed({ kind: 'recogniser', late: false })
        return
      case 'endOfTurn':
        feed({ kind: 'verdict' })
        return
      case 'eagerEndOfTurn':
        feed({ kind: 'eager', text: event.text })
        return
      case 'turnResumed':
        feed({ kind: 'turnResumed' })
        return
      case 'link':
        // After `open` the recogniser replays what was said meanwhile: words stay late until a final text arrives.
        if (event.state === 'open') return
        feed({ kind: 'recogniser', late: event.state === 'lost' })
        log.warn('recogniser link changed', { state: event.state, code: event.code })
        if (event.state === 'failed' && this.isUnproven) {
          this.isUnproven = false
          this.deps.onUnheard()
        }
        return
      case 'speechStarted':
        // Ignored: the call's own detector is faster than the vendor's.
        return
    }
  }
}
