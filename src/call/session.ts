// One call: feeds the agent machine (agent-runner.ts) and carries out its effects. Everything that waits is here and
// nothing is decided here. story.ts keeps the account of the call. Transport, recorder, recogniser, voice and clock are
// arguments.
//
// The effect `stop` ends the speaker and the model's request in the same synchronous step. Each has an AbortController
// of its own: the speaker's covers all lines that still wait for a voice, a model turn's covers its one request.

import type { Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Key } from '../base/keys.ts'
import { objectionKey } from '../desk/keys.ts'
import type { Outcome } from '../dialogue/types.ts'
import { mayCut } from './agent/moves.ts'
import { type AgentEffect, type AgentInput, type AgentState, createAgent } from './agent/state.ts'
import { AgentRunner } from './agent-runner.ts'
import type { Connection, ConnectionListener } from './connection.ts'
import type { CallOutcome } from './events.ts'
import { settingsOf } from './inputs/settings.ts'
import { tapAnswers, tapSound } from './inputs/taps.ts'
import { RecordingPermission } from './recording-permission.ts'
import type { DialogueView } from './reply/call-dialogue.ts'
import { Thinker } from './reply/thinker.ts'
import type { SessionDeps, SessionSound } from './session-deps.ts'
import { CallSound, type CallSoundDeps } from './sound/call-sound.ts'
import { type AudioTap, lastWordsTailMs } from './sound/downlink.ts'
import type { Ticked } from './sound/ticker.ts'
import { spokenLines } from './spoken-lines.ts'
import { Story } from './story.ts'
import { Supervision, type Supervisor } from './supervision.ts'

export class Session implements Ticked, ConnectionListener {
  readonly story: Story
  outcome: CallOutcome | undefined
  private readonly agent: AgentRunner
  private readonly permission: RecordingPermission
  private readonly thinker: Thinker
  private readonly sound: SessionSound
  /** Until the caller has heard the last words. */
  private lastWords: Timer | undefined
  private finishing: Outcome | undefined
  private readonly supervision: Supervision

  private readonly deps: SessionDeps

  constructor(
    private readonly connection: Connection,
    given: SessionDeps,
  ) {
    const { inputs } = given
    const deps = inputs ? tapAnswers(given, inputs) : given
    this.deps = deps
    const { clock, texts, agent } = deps
    const { hearsWords } = deps.stt
    const feed = (input: AgentInput) => this.agent.feed(input)
    const story = new Story(clock, deps.onEvent)
    this.story = story
    inputs?.begin(clock, story, settingsOf(deps))
    const state = createAgent({ ...agent, hearsWords, language: texts.language }, story.startedMs)
    this.agent = new AgentRunner(clock, state, {
      perform: (effect) => this.perform(effect),
      failed: (error) => this.tickFailed(error),
    })
    this.thinker = new Thinker(
      { ...deps, hearsWords },
      {
        lines: (turn, lines) => {
          story.replyBegun(turn)
          feed({ kind: 'reply', turn, lines })
        },
        done: (turn, expect, end) => feed({ kind: 'reply', turn, lines: [], done: { expect, end } }),
        transition: (from, to) => story.stateChanged(from, to),
        recording: (choice) => this.permission.chose(choice),
        language: (code) => this.changeLanguage(code),
        lookupDone: () => feed({ kind: 'lookupDone' }),
        notUnderstood: (asked) => story.notUnderstood(asked),
        token: (turn) => story.modelAnswered(turn),
        held: (turn, reason) => story.heldBack(turn, reason),
        history: () => story.entries,
      },
    )
    this.permission = new RecordingPermission(this.thinker.dialogue, deps, story)
    const sound: CallSoundDeps = {
      ...deps,
      ...{ connection, story, feed, bargeIn: agent.bargeIn },
      mayYield: () => this.phase === 'speaking' && mayCut(this.agent.state),
      isSearching: () => this.thinker.isSearching,
      onUnheard: () => void this.goBack('no recogniser hears it'),
      spoken: spokenLines({
        ...{ story, feed, permission: this.permission },
        isInError: () => this.dialogue.stateName === 'error',
        goBack: (why) => this.goBack(why),
      }),
    }
    const { openSound = (wanted) => new CallSound(wanted) } = deps
    this.sound = openSound(inputs ? tapSound(sound, inputs) : sound)
    this.supervision = new Supervision({
      ...{ feed, story, voice: this.sound.supervisor, inputs },
      phase: () => this.phase,
    })
    connection.listener = this
    this.permission.inherit()
    this.agent.feed({ kind: 'start' })
    if (this.outcome === undefined) deps.ticker.add(this)
  }

  get phase(): AgentState['phase'] {
    return this.agent.state.phase
  }
  get turn(): number {
    return this.agent.state.turn
  }
  /** What the desk knows of the call, and where the conversation is. */
  get dialogue(): DialogueView {
    return this.thinker.dialogue
  }
  get underruns(): number {
    return this.sound.speaker.underruns
  }

  /** Both sides, frame by frame, for an operator who listens. @returns unsubscribe */
  listen(listener: AudioTap): () => void {
    return this.sound.listen(listener)
  }

  /** The operator ends the call by a transfer or a goodbye, in the desk's words. */
  operator(wants: 'transfer' | 'goodbye'): void {
    this.deps.inputs?.note({ kind: 'operator', wants })
    this.supervision.end()
    this.agent.feed({ kind: 'operator', wants })
  }

  /** Speaks the operator's words at once, with the agent's voice. */
  say(text: string): void {
    this.deps.inputs?.note({ kind: 'says', text })
    this.agent.feed({ kind: 'operatorSays', line: { name: 'operator', text, personal: true } })
  }

  /** What the model shall say in its next sentence. @returns false without a language model */
  hint(text: string): boolean {
    this.deps.inputs?.note({ kind: 'hint', text })
    return this.thinker.hint(text)
  }

  /**
   * A supervisor speaks in the agent's place.
   *
   * @param ended called once, when the supervisor no longer has the call
   * @returns undefined when a supervisor has it already, or it has not begun or is ending
   */
  takeOver(ended: () => void): Supervisor | undefined {
    return this.dialogue.isOver ? undefined : this.supervision.begin(ended)
  }

  // ---- the 20 ms path

  beforeTick(nowMs: number): void {
    this.sound.beforeTick(nowMs)
  }

  tick(): void {
    this.sound.tick()
  }

  afterTick(nowMs: number): void {
    this.sound.afterTick(nowMs)
  }

  tickFailed(error: unknown): void {
    this.deps.inputs?.note({ kind: 'defect' })
    this.deps.log.error('a call was ended by a defect', { error: errorText(error) })
    try {
      this.end('lost', 'defect')
    } finally {
      this.connection.hangUp()
    }
  }

  audio(frame: Int16Array): void {
    if (this.outcome === undefined) this.sound.caller(frame)
  }

  key(key: Key): void {
    if (this.outcome !== undefined) return
    this.deps.inputs?.note({ kind: 'key', key })
    const atMs = this.story.atMs()
    // The last words of a call, and a supervisor's, take no answer; the objection counts until the line is closed.
    const isUnanswered = this.phase === 'supervised' || !mayCut(this.agent.state)
    if (key === objectionKey && isUnanswered) this.thinker.dialogue.objectInSilence()
    else this.agent.feed({ kind: 'key', key })
    // After the line that the key cut, so that the transcript is in order.
    this.story.keyPressed(key, atMs)
  }

  typed(text: string): void {
    if (this.outcome !== undefined) return
    this.deps.inputs?.note({ kind: 'typed', text })
    this.story.recognised(text)
    this.agent.feed({ kind: 'typed', text })
  }

  /** Another machine has the call: this part ends at once and in silence. */
  taken(): void {
    if (this.outcome !== undefined) return
    this.deps.inputs?.note({ kind: 'taken' })
    this.end('lost', 'taken by another machine')
    this.connection.destroy('taken by another machine')
  }

  closed(reason: string): void {
    if (this.outcome === undefined) this.deps.inputs?.note({ kind: 'closed', reason })
    // A hang-up arrives as a close or, when frames of ours were unread, as a reset. Any other reason is a fault.
    const left = reason.startsWith('peer ') && reason !== 'peer stalled'
    this.end(this.finishing ?? (left ? 'hangup' : 'lost'), reason)
  }

  // ---- the language

  private changeLanguage(language: string): void {
    this.agent.feed({ kind: 'language', language })
    this.sound.changeLanguage(language)
    this.story.languageChanged(language)
  }

  /** Leaves a language that was changed to just now. @returns false when there is no language to go back to */
  private goBack(why: string): boolean {
    if (!this.dialogue.canGoBack) return false
    const { language } = this.dialogue
    this.deps.log.warn('the call goes back to the language before', { language, why })
    this.agent.feed({ kind: 'languageFailed', turn: this.turn })
    return true
  }

  // ---- the machine

  private perform(effect: AgentEffect): void {
    const { clock } = this.deps
    switch (effect.kind) {
      case 'respond':
        if (effect.cause.kind === 'words' && effect.cause.typed !== true) this.sound.uplink.understood()
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
        this.deps.inputs?.lineQueued(effect.turn, effect.index)
        if (effect.goesOn) this.sound.speaker.goOn(effect.turn, effect.index, effect.line)
        else this.sound.speaker.speak(effect.turn, effect.index, effect.line)
        return
      case 'stop':
        this.thinker.stop()
        this.sound.stop()
        this.deps.inputs?.linesDropped()
        this.story.agentSpeaks(false)
        if (effect.why === 'bargeIn' || effect.why === 'key') this.story.interrupted()
        return
      case 'fill':
        this.sound.speaker.fill(effect.turn, this.thinker.dialogue.waitLine())
        return
      case 'expect':
        this.sound.uplink.expect(effect.expect)
        this.permission.numberExpected(effect.expect.givesNumber === true)
        return
      case 'finalize':
        this.sound.uplink.finalize()
        return
      case 'resume':
        this.story.resumed()
        if (!effect.whole) this.thinker.complete(effect.turn)
        return
      case 'overheard':
        this.story.overheard(effect.text)
        return
      case 'end':
        this.finishing = effect.outcome
        this.lastWords = clock.at(clock.now() + lastWordsTailMs, () => {
          this.end(effect.outcome, 'agent')
          this.connection.hangUp()
        })
    }
  }

  private end(outcome: CallOutcome, reason: string): void {
    if (this.outcome !== undefined) return
    this.supervision.end()
    this.sound.stop()
    this.deps.inputs?.linesDropped()
    this.outcome = outcome
    this.agent.stop()
    this.lastWords?.cancel()
    this.deps.ticker.remove(this)
    this.thinker.stop()
    this.sound.close()
    this.story.ended(outcome, reason)
  }
}
