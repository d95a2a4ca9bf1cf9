// One call: feeds the agent machine and performs its effects. Everything that waits is here, nothing is decided
// here. The transport, the recorder, the recogniser, the voice and the clock are arguments.

import { silenceFrame } from '../audio/pcm.ts'
import type { Clock, Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Key } from '../base/keys.ts'
import type { Log } from '../base/log.ts'
import type { DialogueStateName } from '../desk/types.ts'
import type { Expect, Known, Line, Outcome } from '../dialogue/types.ts'
import type { Stt, SttEvent, SttSession } from '../providers/stt.ts'
import {
  type AgentEffect,
  type AgentInput,
  type AgentOptions,
  type AgentState,
  createAgent,
  step,
  wakeAtMs,
} from './agent/agent-machine.ts'
import { confirmMsOf } from './agent/bargein.ts'
import type { Connection, ConnectionListener } from './connection.ts'
import type { CallEvent, CallOutcome } from './events.ts'
import { History } from './history.ts'
import { LatencyMeter } from './latency.ts'
import { Thinker, type ThinkerDeps } from './reply/thinker.ts'
import { type AudioTap, Downlink } from './sound/downlink.ts'
import { Speaker, type SpeakerDeps } from './sound/speaker.ts'
import type { Ticked, Ticker } from './sound/ticker.ts'
import { type VoiceDetector, VoiceWatch } from './sound/voice-watch.ts'

/** The call's two tracks on disk; see recording/recorder.ts. */
export type SessionRecorder = {
  caller(frame: Int16Array): void
  agent(frame: Int16Array | null): void
}

export type SessionDeps = SpeakerDeps &
  Omit<ThinkerDeps, 'hearsWords'> & {
    ticker: Ticker
    stt: Stt
    createDetector: () => VoiceDetector
    recorder: SessionRecorder | undefined
    agent: Omit<AgentOptions, 'hearsWords' | 'language'>
    onEvent: (event: CallEvent) => void
  }

/** Silence between the last word and the hang-up, so that a phone's jitter buffer is played out. */
const afterWordsMs = 240

export class Session implements Ticked, ConnectionListener {
  readonly history = new History()
  readonly startedMs: number
  outcome: CallOutcome | undefined
  private state: AgentState
  private readonly log: Log
  private readonly clock: Clock
  private readonly speaker: Speaker
  private readonly thinker: Thinker
  private readonly ears: SttSession
  private readonly voice: VoiceWatch
  private readonly latency: LatencyMeter
  private readonly downlink: Downlink
  private textAtMs = 0
  private timer: Timer | undefined
  private stateSinceMs: number
  private lineAtMs = 0
  private agentSpeaking = false
  private finishing: Outcome | undefined

  constructor(
    private readonly connection: Connection,
    private readonly deps: SessionDeps,
  ) {
    this.clock = deps.clock
    this.log = deps.log
    this.startedMs = deps.clock.now()
    this.stateSinceMs = this.startedMs
    const { hearsWords } = deps.stt
    this.state = createAgent({ ...deps.agent, hearsWords, language: deps.language }, this.startedMs)
    this.latency = new LatencyMeter(deps.clock, (latency) => deps.onEvent({ kind: 'latency', latency }))
    const confirmMs = confirmMsOf(hearsWords, deps.agent.bargeIn)
    this.voice = new VoiceWatch(deps.clock, deps.createDetector(), confirmMs, (edge) => {
      if (edge.kind !== 'confirmed')
        this.deps.onEvent({ kind: 'speaking', who: 'caller', on: edge.kind === 'speech' })
      this.feed(edge)
    })
    this.thinker = new Thinker(
      { ...deps, hearsWords },
      {
        lines: (turn, lines) => {
          this.latency.sentence(turn)
          this.feed({ kind: 'reply', turn, lines })
        },
        done: (turn, expect, end) => this.feed({ kind: 'reply', turn, lines: [], done: { expect, end } }),
        transition: (from, to) => this.transition(from, to),
        news: () => this.feed({ kind: 'news' }),
        token: (turn) => this.latency.token(turn),
        history: () => this.history.entries,
      },
    )
    this.speaker = new Speaker(deps, {
      lineBegun: (turn, index, line) => this.lineBegun(turn, index, line),
      lineEnded: (turn, index, line, text, cut) => this.lineEnded(turn, index, line, text, cut),
      lineFailed: (turn, index, line, text) => this.lineFailed(turn, index, line, text),
      voiceAnswered: (turn) => this.latency.voice(turn),
      ready: () => {
        if (this.outcome === undefined && this.downlink.startEarly()) this.speaker.tell()
      },
    })
    this.downlink = new Downlink({
      clock: this.clock,
      connection,
      next: (frame) => this.speaker.next(frame),
      recorder: deps.recorder,
    })
    this.ears = deps.stt.open({
      language: deps.language,
      callId: connection.callId,
      onEvent: (e) => this.heard(e),
    })
    connection.listener = this
    this.feed({ kind: 'start' })
    if (this.outcome === undefined) deps.ticker.add(this)
  }

  get stateName(): DialogueStateName {
    return this.thinker.stateName
  }
  get phase(): AgentState['phase'] {
    return this.state.phase
  }
  get turn(): number {
    return this.state.turn
  }
  get known(): Known {
    return this.thinker.known
  }
  get pendingNumber(): string | null {
    return this.thinker.pendingNumber
  }
  get underruns(): number {
    return this.speaker.underruns
  }

  get elapsedMs(): number {
    return this.clock.now() - this.startedMs
  }

  /** Both sides, frame by frame, for a supervisor. @returns what ends it */
  listen(listener: AudioTap): () => void {
    return this.downlink.listen(listener)
  }

  /** The operator's hand: a transfer or a goodbye, in the desk's words. */
  operator(wants: 'transfer' | 'goodbye'): void {
    this.feed({ kind: 'operator', wants })
  }

  /** The operator's words, spoken by the agent's voice at once. */
  say(text: string): void {
    this.feed({ kind: 'operatorSays', line: { name: 'operator', text } })
  }

  // ---- the 20 ms path

  prepare(): void {
    this.downlink.prepare()
  }

  tick(): void {
    this.downlink.tick()
  }

  afterTick(): void {
    this.downlink.afterTick()
    // The recogniser's clock is its audio: where the phone sends none, silence keeps it going.
    if (this.voice.tick(this.agentSpeaking)) this.ears.write(silenceFrame)
    this.speaker.tell()
  }

  tickFailed(error: unknown): void {
    this.log.error('a call was ended by a defect', { error: errorText(error) })
    try {
      this.end('lost', 'defect')
    } finally {
      this.connection.hangUp()
    }
  }

  audio(frame: Int16Array): void {
    if (this.outcome !== undefined) return
    this.deps.recorder?.caller(frame)
    this.downlink.caller(frame)
    this.ears.write(frame)
    this.voice.frame(frame, this.agentSpeaking)
  }

  key(key: Key): void {
    if (this.outcome !== undefined) return
    const atMs = this.sinceStartMs()
    this.feed({ kind: 'key', key })
    // After what it cut off, so that the transcript is in order.
    this.deps.onEvent({ kind: 'key', key, atMs })
  }

  closed(reason: string): void {
    // A caller who hangs up arrives as a close or, with frames of ours unread, as a reset; the rest is a fault.
    const left = reason.startsWith('peer ') && reason !== 'peer stalled'
    this.end(this.finishing ?? (left ? 'hangup' : 'lost'), reason)
  }

  // ---- the machine, fed and obeyed

  private feed(input: AgentInput): void {
    if (this.outcome !== undefined) return
    try {
      const [state, effects] = step(this.state, input, this.clock.now())
      this.state = state
      for (const effect of effects) this.perform(effect)
      this.arm()
    } catch (error) {
      // Whoever feeds it, a timer or a cloud's socket, can't end the call; and without `arm` it would hear nothing more.
      this.tickFailed(error)
    }
  }

  private finish(outcome: Outcome): void {
    this.end(outcome, 'agent')
    this.connection.hangUp()
  }

  private arm(): void {
    if (this.finishing !== undefined) return
    this.timer?.cancel()
    this.timer = undefined
    const at = this.outcome === undefined ? wakeAtMs(this.state) : undefined
    if (at !== undefined) this.timer = this.clock.at(at, () => this.feed({ kind: 'wake' }))
  }

  private perform(effect: AgentEffect): void {
    // An effect before this one may have ended the call.
    if (this.outcome !== undefined) return
    switch (effect.kind) {
      case 'respond':
        if (effect.heard.kind === 'words') {
          this.voice.understood()
          this.said(this.history.caller(effect.heard.text, this.sinceStartMs()))
          this.latency.begin(effect.turn, effect.heard.endOfSpeechMs, this.textAtMs)
        } else if (effect.heard.kind === 'key') this.latency.pressed(effect.turn)
        this.thinker.respond(effect.turn, effect.heard)
        return
      case 'prepare':
        this.thinker.prepare(effect.text)
        return
      case 'unprepare':
        this.thinker.unprepare()
        return
      case 'speak':
        this.speaker.speak(effect.turn, effect.index, effect.line)
        return
      case 'stop':
        this.thinker.stop()
        this.speaker.stop()
        this.speaker.tell()
        this.speaking(false)
        if (effect.why === 'bargeIn' || effect.why === 'key')
          this.deps.onEvent({ kind: 'bargeIn', false: false, atMs: this.sinceStartMs() })
        return
      case 'fill':
        this.speaker.fill(effect.turn, this.thinker.waitLine())
        return
      case 'listen':
        this.hint(effect.expect)
        return
      case 'finalize':
        this.ears.finalize()
        return
      case 'resume':
        this.deps.onEvent({ kind: 'bargeIn', false: true, atMs: this.sinceStartMs() })
        if (!effect.whole) this.thinker.complete(effect.turn)
        return
      case 'end':
        this.finishing = effect.outcome
        this.timer?.cancel()
        this.timer = this.clock.at(this.clock.now() + afterWordsMs, () => this.finish(effect.outcome))
        return
    }
  }

  private heard(event: SttEvent): void {
    switch (event.kind) {
      case 'transcript':
        if (event.text !== '') this.textAtMs = this.clock.now()
        this.deps.onEvent({ kind: 'interim', who: 'caller', text: event.text })
        this.feed({ kind: 'transcript', text: event.text, isFinal: event.isFinal })
        if (event.text !== '' && event.isFinal) this.feed({ kind: 'ears', late: false })
        return
      case 'endOfTurn':
        this.feed({ kind: 'verdict' })
        return
      case 'link':
        // After `open` it hears again what was said meanwhile; the words come a little later.
        if (event.state !== 'open') this.feed({ kind: 'ears', late: event.state === 'lost' })
        if (event.state !== 'open')
          this.log.warn('recogniser link changed', { state: event.state, code: event.code })
        return
      case 'eagerEndOfTurn':
        this.feed({ kind: 'eager', text: event.text })
        return
      case 'turnResumed':
        this.feed({ kind: 'turnResumed' })
        return
      case 'speechStarted':
        // The call's own detector is nearer to the caller than the vendor's.
        return
    }
  }

  private hint(expect: Expect): void {
    this.ears.hint({ keyterms: expect.keyterms, expect: expect.kind })
  }

  private lineBegun(turn: number, index: number, line: Line): void {
    this.lineAtMs = this.sinceStartMs()
    this.speaking(true)
    if (line.name !== 'wait') this.deps.onEvent({ kind: 'interim', who: 'agent', text: line.text })
    if (index < 0) {
      this.latency.filler(turn)
      return
    }
    this.latency.frame(turn)
    this.feed({ kind: 'lineBegun', turn, index })
  }

  private lineEnded(turn: number, index: number, line: Line, text: string, cut: boolean): void {
    this.speaking(false)
    if (text !== '' && line.name !== 'wait') this.said(this.history.agent(text, this.lineAtMs, cut))
    if (!cut && index >= 0) this.feed({ kind: 'lineEnded', turn, index })
  }

  private lineFailed(turn: number, index: number, line: Line, text: string): void {
    this.lineEnded(turn, index, line, text, true)
    // A line of the error state that fails as well is passed over: the call is to end.
    this.feed(this.stateName === 'error' ? { kind: 'lineEnded', turn, index } : { kind: 'failed', turn })
  }

  private speaking(on: boolean): void {
    if (on === this.agentSpeaking) return
    this.agentSpeaking = on
    this.deps.onEvent({ kind: 'speaking', who: 'agent', on })
  }

  private said(entry: (typeof this.history.entries)[number]): void {
    this.deps.onEvent({ kind: 'said', entry })
  }

  private transition(from: DialogueStateName, to: DialogueStateName): void {
    const now = this.clock.now()
    const durationMs = Math.round(now - this.stateSinceMs)
    this.stateSinceMs = now
    this.deps.onEvent({ kind: 'state', from, to, atMs: this.sinceStartMs(), durationMs })
  }

  private sinceStartMs(): number {
    return Math.round(this.clock.now() - this.startedMs)
  }

  private end(outcome: Outcome | CallOutcome, reason: string): void {
    if (this.outcome !== undefined) return
    this.speaker.stop()
    this.speaker.tell()
    this.outcome = outcome
    this.timer?.cancel()
    this.deps.ticker.remove(this)
    this.thinker.stop()
    this.voice.close()
    this.ears.close()
    this.deps.onEvent({ kind: 'ended', outcome, reason, durationMs: this.sinceStartMs() })
  }
}
