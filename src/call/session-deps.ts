// What a session is made from. server/ puts it together once and adds what differs from call to call. Types only.

import type { CallRing } from '../audio/call-ring.ts'
import type { EchoCanceller } from '../audio/echo-canceller.ts'
import type { Stt } from '../providers/stt.ts'
import type { AgentOptions } from './agent/state.ts'
import type { CallEvent } from './events.ts'
import type { CallInputs } from './inputs/collector.ts'
import type { ThinkerDeps } from './reply/thinker-deps.ts'
import type { CallSound, CallSoundDeps } from './sound/call-sound.ts'
import type { Speaker, SpeakerDeps } from './sound/speaker.ts'
import type { Ticker } from './sound/ticker.ts'
import type { Uplink } from './sound/uplink.ts'
import type { VoiceDetector } from './sound/voice-watch.ts'
import type { WaitingLoops } from './sound/waiting.ts'

/** The call's two tracks on disk; see recording/recorder.ts. */
export type SessionRecorder = {
  caller(frame: Int16Array): void
  /** @param frame null for silence @param nowMs the call's clock */
  agent(frame: Int16Array | null, nowMs: number): void
  allow(): void
  forbid(): void
  pause(on: boolean): void
}

/** The sound of a call, as far as the session uses it; {@link CallSound} is the real one. */
export type SessionSound = Omit<Pick<CallSound, keyof CallSound>, 'speaker' | 'uplink'> & {
  speaker: Pick<Speaker, 'speak' | 'goOn' | 'fill' | 'underruns'>
  uplink: Pick<Uplink, 'understood' | 'expect' | 'finalize'>
}

/** All parts of the call get their dependencies from here, each what its own type names. */
export type SessionDeps = SpeakerDeps &
  Omit<ThinkerDeps, 'hearsWords'> & {
    ticker: Pick<Ticker, 'add' | 'remove'>
    stt: Stt<CallRing>
    createDetector: () => VoiceDetector
    /** Undefined where the agent's echo is not cancelled. */
    openEcho?: () => EchoCanceller | undefined
    /** What is played while nobody speaks; undefined for silence. */
    waitingLoops?: WaitingLoops | undefined
    recorder: SessionRecorder | undefined
    /** Takes the caller's audio, for all who read it. */
    ring: CallRing
    /** While a telephone number is given, the record holds silence and no words. */
    pausesForNumbers: boolean
    agent: Omit<AgentOptions, 'hearsWords' | 'language'>
    onEvent: (event: CallEvent) => void
    /** Collects what comes from outside, for a rehearsal; undefined when nothing of the call is kept. */
    inputs?: CallInputs | undefined
    /** In place of the real sound: a rehearsal plays a recorded one. */
    openSound?: (deps: CallSoundDeps) => SessionSound
  }
