// One call: feeds the agent machine and carries out its effects. Everything that waits is here and nothing is decided
// here. story.ts keeps the account of the call. Transport, recorder, recogniser, voice and clock are arguments.
//
// The effect `stop` ends the speaker and the model's request in the same synchronous step. Each has an AbortController
// of its own: the speaker's covers all lines that still wait for a voice, a model turn's covers its one request.

import type { Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Key } from '../base/keys.ts'
import { objectionKey } from '../desk/keys.ts'
import type { DialogueStateName, RecordingChoice } from '../desk/types.ts'
import { noticeLines } from '../dialogue/recording.ts'
import type { Expect, Known, Outcome } from '../dialogue/types.ts'
import { step } from './agent/agent-machine.ts'
import { mayCut } from './agent/moves.ts'
import type { AgentEffect, AgentInput, AgentState } from './agent/state.ts'
import { createAgent, wakeAtMs } from './agent/state.ts'
import type { Connection, ConnectionListener } from './connection.ts'
import type { CallOutcome } from './events.ts'
import { Thinker } from './reply/thinker.ts'
import type { SessionDeps } from './session-deps.ts'
import { type AudioTap, Downlink, lastWordsTailMs } from './sound/downlink.ts'
import { Speaker } from './sound/speaker.ts'
import type { Ticked } from './sound/ticker.ts'
import { Uplink } from './sound/uplink.ts'
import { Story } from './story.ts'

export class Session implements Ticked, ConnectionListener {
  readonly story: Story
  outcome: CallOutcome | undefined
  private state: AgentState
  private readonly speaker: Speaker
  private readonly thinker: Thinker
  private readonly uplink: Uplink
  private readonly downlink: Downlink
  private timer: Timer | undefined
  private finishing: Outcome | undefined

  constructor(
    private readonly connection: Connection,
    private readonly deps: SessionDeps,
  ) {
    const { clock, texts, recorder, agent } = deps
    const { hearsWords } = deps.stt
    const feed = (input: AgentInput) => this.feed(input)
    const story = new Story(clock, deps.onEvent)
    this.story = story
    this.state = createAgent({ ...agent, hearsWords, language: texts.language }, story.startedMs)
    this.thinker = new Thinker(
      { ...deps, hearsWords },
      {
        lines: (turn, lines) => {
          story.replyBegun(turn)
          feed({ kind: 'reply', turn, lines })
        },
        done: (turn, expect, end) => feed({ kind: 'reply', turn, lines: [], done: { expect, end } }),
        transition: (from, to) => story.stateChanged(from, to),
        recording: (choice) => this.chose(choice),
        language: (code) => this.changeLanguage(code),
        lookupDone: () => feed({ kind: 'lookupDone' }),
        token: (turn) => story.modelAnswered(turn),
        held: (turn, reason) => story.heldBack(turn, reason),
        history: () => story.entries,
      },
    )
    this.speaker = new Speaker(deps, {
      lineBegun: (turn, index, line) => {
        story.lineBegun(turn, line, index < 0)
        if (index >= 0) feed({ kind: 'lineBegun', turn, index })
      },
      lineEnded: (turn, index, line, text, cut) => {
        story.lineEnded(line, text, cut)
        if (!cut && noticeLines.has(line.name)) this.noticeHeard()
        if (!cut && index >= 0) feed({ kind: 'lineEnded', turn, index })
      },
      lineFailed: (turn, index, line, text) => {
        story.lineEnded(line, text, true)
        // In the error state a line that fails as well is skipped, because the call is about to end.
        if (this.stateName === 'error') feed({ kind: 'lineEnded', turn, index })
        else if (!this.goBack('no voice speaks it')) feed({ kind: 'failed', turn })
      },
      voiceAnswered: (turn) => story.voiceAnswered(turn),
      ready: () => {
        if (this.outcome === undefined && this.downlink.startEarly()) this.speaker.tell()
      },
    })
    const echo = deps.openEcho?.()
    const next = (frame: Int16Array) => this.speaker.next(frame)
    this.downlink = new Downlink({ clock, connection, recorder, echo, next })
    this.uplink = new Uplink({
      ...deps,
      callId: connection.callId,
      bargeIn: agent.bargeIn,
      echo,
      story,
      feed,
      onUnheard: () => void this.goBack('no recogniser hears it'),
    })
    connection.listener = this
    this.inheritRecording()
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
  /** In which the call is now. */
  get language(): string {
    return this.thinker.language
  }
  get known(): Known {
    return this.thinker.known
  }

  /** What the technician reads about the call. */
  get summary(): string {
    return this.thinker.summary
  }
  /** What the caller was told of the recording, and chose. */
  get recording(): { choice: RecordingChoice | null; noticeHeard: boolean } {
    return this.thinker.recording
  }
  get pendingNumber(): string | null {
    return this.thinker.pendingNumber
  }
  get underruns(): number {
    return this.speaker.underruns
  }

  /** Both sides, frame by frame, for an operator who listens. @returns unsubscribe */
  listen(listener: AudioTap): () => void {
    return this.downlink.listen(listener)
  }

  /** The operator ends the call by a transfer or a goodbye, in the desk's words. */
  operator(wants: 'transfer' | 'goodbye'): void {
    this.feed({ kind: 'operator', wants })
  }

  /** Speaks the operator's words at once, with the agent's voice. */
  say(text: string): void {
    this.feed({ kind: 'operatorSays', line: { name: 'operator', text, personal: true } })
  }

  // ---- the 20 ms path

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
  }

  tickFailed(error: unknown): void {
    this.deps.log.error('a call was ended by a defect', { error: errorText(error) })
    try {
      this.end('lost', 'defect')
    } finally {
      this.connection.hangUp()
    }
  }

  audio(frame: Int16Array): void {
    if (this.outcome !== undefined) return
    this.downlink.caller(frame)
    this.uplink.frame(frame)
  }

  key(key: Key): void {
    if (this.outcome !== undefined) return
    const atMs = this.story.atMs()
    // The last words of a call take no answer; the objection counts until the line is closed.
    if (key === objectionKey && !mayCut(this.state)) this.thinker.objectInSilence()
    else this.feed({ kind: 'key', key })
    // After the line that the key cut, so that the transcript is in order.
    this.story.keyPressed(key, atMs)
  }

  typed(text: string): void {
    if (this.outcome !== undefined) return
    this.story.recognised(text)
    this.feed({ kind: 'typed', text })
  }

  closed(reason: string): void {
    // A hang-up arrives as a close or, when frames of ours were unread, as a reset. Any other reason is a fault.
    const left = reason.startsWith('peer ') && reason !== 'peer stalled'
    this.end(this.finishing ?? (left ? 'hangup' : 'lost'), reason)
  }

  // ---- the recording

  /** Audio is kept when an earlier part of the call allowed it, and never when it was refused there. */
  private inheritRecording(): void {
    const { policy } = this.deps
    const { choice, noticeHeard } = this.recording
    if (choice === 'objected' || choice === 'declined') this.deps.recorder?.forbid()
    else if (choice === 'agreed' || (policy === 'notice' && noticeHeard)) this.deps.recorder?.allow()
  }

  private noticeHeard(): void {
    if (this.recording.choice === null) this.deps.recorder?.allow()
    this.thinker.noticeHeard()
    this.story.recordingChanged(null)
  }

  private chose(choice: RecordingChoice): void {
    if (choice === 'agreed') this.deps.recorder?.allow()
    else this.deps.recorder?.forbid()
    this.story.recordingChanged(choice)
  }

  private expect(expect: Expect): void {
    this.uplink.expect(expect)
    const isHidden = this.deps.pausesForNumbers && expect.givesNumber === true
    this.story.hides = isHidden
    this.deps.recorder?.pause(isHidden)
  }

  // ---- the language

  private changeLanguage(language: string): void {
    this.feed({ kind: 'language', language })
    this.speaker.changeLanguage(language)
    this.uplink.changeLanguage(language)
    this.story.languageChanged(language)
  }

  /** Leaves a language that was changed to just now. @returns false when there is no language to go back to */
  private goBack(why: string): boolean {
    if (!this.thinker.canGoBack) return false
    const { language } = this
    this.deps.log.warn('the call goes back to the language before', { language, why })
    this.feed({ kind: 'languageFailed', turn: this.turn })
    return true
  }

  // ---- the machine

  private feed(input: AgentInput): void {
    if (this.outcome !== undefined) return
    try {
      const [state, effects] = step(this.state, input, this.deps.clock.now())
      this.state = state
      for (const effect of effects) this.perform(effect)
      this.arm()
    } catch (error) {
      // Inputs come from timers and sockets, where no caller of `feed` could end the call; without `arm` it would hang.
      this.tickFailed(error)
    }
  }

  private arm(): void {
    if (this.finishing !== undefined) return
    this.timer?.cancel()
    this.timer = undefined
    const at = this.outcome === undefined ? wakeAtMs(this.state) : undefined
    if (at !== undefined) this.timer = this.deps.clock.at(at, () => this.feed({ kind: 'wake' }))
  }

  private perform(effect: AgentEffect): void {
    // An earlier effect of the same step may have ended the call.
    if (this.outcome !== undefined) return
    const { clock } = this.deps
    switch (effect.kind) {
      case 'respond':
        if (effect.cause.kind === 'words' && effect.cause.typed !== true) this.uplink.understood()
        this.story.turnBegun(effect.turn, effect.cause)
        this.thinker.respond(effect.turn, effect.cause)
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
        this.story.agentSpeaks(false)
        if (effect.why === 'bargeIn' || effect.why === 'key') this.story.interrupted()
        return
      case 'fill':
        this.speaker.fill(effect.turn, this.thinker.waitLine())
        return
      case 'expect':
        this.expect(effect.expect)
        return
      case 'finalize':
        this.uplink.finalize()
        return
      case 'resume':
        this.story.resumed()
        if (!effect.whole) this.thinker.complete(effect.turn)
        return
      case 'end':
        this.finishing = effect.outcome
        this.timer?.cancel()
        this.timer = clock.at(clock.now() + lastWordsTailMs, () => this.finish(effect.outcome))
    }
  }

  private finish(outcome: Outcome): void {
    this.end(outcome, 'agent')
    this.connection.hangUp()
  }

  private end(outcome: CallOutcome, reason: string): void {
    if (this.outcome !== undefined) return
    this.speaker.stop()
    this.speaker.tell()
    this.outcome = outcome
    this.timer?.cancel()
    this.deps.ticker.remove(this)
    this.thinker.stop()
    this.uplink.close()
    this.story.ended(outcome, reason)
  }
}
