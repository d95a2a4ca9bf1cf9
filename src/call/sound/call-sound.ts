// Both directions of a call's sound. Each tick: the agent's frame leaves, then the caller's silence is filled in, then
// the call hears of what was played, so that no reaction of the call delays a frame.

import type { EchoCanceller } from '../../audio/echo-canceller.ts'
import type { Connection } from '../connection.ts'
import { type AudioTap, Downlink, type DownlinkDeps } from './downlink.ts'
import { Speaker, type SpeakerDeps, type SpeakerListener } from './speaker.ts'
import { SupervisorVoice } from './supervisor-voice.ts'
import { Uplink, type UplinkDeps } from './uplink.ts'
import { type WaitingKind, type WaitingLoops, WaitingSound } from './waiting.ts'
import { Yielding } from './yielding.ts'

export type CallSoundDeps = SpeakerDeps &
  Omit<UplinkDeps, 'callId' | 'echo' | 'recorder' | 'onOnset'> & {
    connection: Pick<Connection, 'callId' | 'sendFrame' | 'sendSilence'>
    recorder: (DownlinkDeps['recorder'] & UplinkDeps['recorder']) | undefined
    /** Undefined where the agent's echo is not cancelled. */
    openEcho?: () => EchoCanceller | undefined
    /** Whether the agent speaks, and may be interrupted. */
    mayYield: () => boolean
    /** What is played while nobody speaks; undefined for silence. */
    waitingLoops?: WaitingLoops | undefined
    /** Whether the caller waits for a person to be found. */
    isSearching: () => boolean
    spoken: Omit<SpeakerListener, 'ready'>
  }

export class CallSound {
  readonly speaker: Speaker
  readonly uplink: Uplink
  readonly supervisor = new SupervisorVoice()
  private readonly downlink: Downlink
  private closed = false
  private readonly story: CallSoundDeps['story']

  /** @throws what opening the detector or the recogniser throws */
  constructor(deps: CallSoundDeps) {
    const { clock, connection, recorder, spoken } = deps
    this.story = deps.story
    this.speaker = new Speaker(deps, {
      ...spoken,
      ready: () => {
        if (!this.closed && this.downlink.startEarly()) this.speaker.tell()
      },
    })
    const echo = deps.openEcho?.()
    // The agent's words fade out in a frame of theirs.
    const next = (frame: Int16Array) =>
      this.speaker.next(frame) || (this.supervisor.isOn && this.supervisor.next(frame))
    const sound = deps.waitingLoops && new WaitingSound(deps.waitingLoops)
    const wanted = (nowMs: number): WaitingKind | undefined =>
      deps.story.hearsCaller(nowMs) ? undefined : deps.isSearching() ? 'music' : 'noise'
    this.downlink = new Downlink({
      ...{ clock, connection, recorder, echo, next },
      waiting: sound && { sound, wanted },
    })
    const yielding = new Yielding()
    const onOnset = (onsetMs: number) => {
      // Nearly every frame ends here: what follows reads many objects, and cost 5 % of the call thread at 300 calls.
      if (onsetMs === 0 && yielding.isAtRest) return
      this.speaker.yieldTo(deps.mayYield() ? yielding.follow(onsetMs, clock.now()) : yielding.reset())
    }
    this.uplink = new Uplink({ ...deps, callId: connection.callId, echo, onOnset })
  }

  /** Both sides, frame by frame, for an operator who listens. @returns unsubscribe */
  listen(listener: AudioTap): () => void {
    return this.downlink.listen(listener)
  }

  beforeTick(nowMs: number): void {
    this.downlink.beforeTick(nowMs)
  }

  tick(): void {
    this.downlink.tick()
  }

  afterTick(nowMs: number): void {
    this.downlink.afterTick(nowMs)
    this.uplink.tick(nowMs)
    this.speaker.tell()
    if (this.supervisor.isOn) this.story.agentSpeaks(this.supervisor.isSpeaking)
  }

  /** @param frame the caller's, 160 samples, valid until return */
  caller(frame: Int16Array): void {
    this.downlink.caller(frame)
    this.uplink.frame(frame)
  }

  /** From now on caller and agent speak this language. */
  changeLanguage(language: string): void {
    this.speaker.changeLanguage(language)
    this.uplink.changeLanguage(language)
  }

  /** The agent falls silent within a frame; what was heard of its lines is reported at once. */
  stop(): void {
    this.speaker.stop()
    this.speaker.tell()
  }

  close(): void {
    this.closed = true
    this.uplink.close()
  }
}
