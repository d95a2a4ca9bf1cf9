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
import { RecordingPermission } from './recording-permission.ts'
import type { DialogueView } from './reply/call-dialogue.ts'
import { Thinker } from './reply/thinker.ts'
import type { SessionDeps } from './session-deps.ts'
import { CallSound } from './sound/call-sound.ts'
import { type AudioTap, lastWordsTailMs } from './sound/downlink.ts'
import type { Ticked } from './sound/ticker.ts'
import { Story } from './story.ts'

export class Session implements Ticked, ConnectionListener {
  readonly story: Story
  outcome: CallOutcome | undefined
  private readonly agent: AgentRunner
  private readonly permission: RecordingPermission
  private readonly thinker: Thinker
  private readonly sound: CallSound
  /** Until the caller has heard the last words. */
  private lastWords: Timer | undefined
  private finishing: Outcome | undefined

  constructor(
    private readonly connection: Connection,
    private readonly deps: SessionDeps,
  ) {
    const { clock, texts, agent } = deps
    const { hearsWords } = deps.stt
    const feed = (input: AgentInput) => this.agent.feed(input)
    const story = new Story(clock, deps.onEvent)
    this.story = story
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
        token: (turn) => story.modelAnswered(turn),
        held: (turn, reason) => story.heldBack(turn, reason),
        history: () => story.entries,
      },
    )
    this.permission = new RecordingPermission(this.thinker.dialogue, deps, story)
    this.sound = new CallSound({
      ...deps,
      ...{ connection, story, feed, bargeIn: agent.bargeIn },
      mayYield: () => this.phase === 'speaking' && mayCut(this.agent.state),
      onUnheard: () => void this.goBack('no recogniser hears it'),
      spoken: {
        lineBegun: (turn, index, line) => {
          story.lineBegun(turn, line, index < 0)
          if (index >= 0) feed({ kind: 'lineBegun', turn, index })
        },
        lineEnded: (turn, index, line, text, cut) => {
          story.lineEnded(line, text, cut)
          if (!cut) this.permission.lineHeard(line)
          if (!cut && index >= 0) feed({ kind: 'lineEnded', turn, index })
        },
        lineLeftOut: (turn, index, line, text) => {
          story.lineEnded(line, text, true)
          feed({ kind: 'lineEnded', turn, index })
        },
        lineFailed: (turn, index, line, text) => {
          story.lineEnded(line, text, true)
          // In the error state a line that fails as well is skipped, because the call is about to end.
          if (this.dialogue.stateName === 'error') feed({ kind: 'lineEnded', turn, index })
          else if (!this.goBack('no voice speaks it')) feed({ kind: 'failed', turn })
        },
        voiceAnswered: (turn) => story.voiceAnswered(turn),
      },
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
    this.agent.feed({ kind: 'operator', wants })
  }

  /** Speaks the operator's words at once, with the agent's voice. */
  say(text: string): void {
    this.agent.feed({ kind: 'operatorSays', line: { name: 'operator', text, personal: true } })
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
    const atMs = this.story.atMs()
    // The last words of a call take no answer; the objection counts until the line is closed.
    if (key === objectionKey && !mayCut(this.agent.state)) this.thinker.dialogue.objectInSilence()
    else this.agent.feed({ kind: 'key', key })
    // After the line that the key cut, so that the transcript is in order.
    this.story.keyPressed(key, atMs)
  }

  typed(text: string): void {
    if (this.outcome !== undefined) return
    this.story.recognised(text)
    this.agent.feed({ kind: 'typed', text })
  }

  /** Another machine has the call: this part ends at once and in silence. */
  taken(): void {
    if (this.outcome !== undefined) return
    this.end('lost', 'taken by another machine')
    this.connection.destroy('taken by another machine')
  }

  closed(reason: string): void {
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
        if (effect.goesOn) this.sound.speaker.goOn(effect.turn, effect.index, effect.line)
        else this.sound.speaker.speak(effect.turn, effect.index, effect.line)
        return
      case 'stop':
        this.thinker.stop()
        this.sound.stop()
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
    this.sound.stop()
    this.outcome = outcome
    this.agent.stop()
    this.lastWords?.cancel()
    this.deps.ticker.remove(this)
    this.thinker.stop()
    this.sound.close()
    this.story.ended(outcome, reason)
  }
}
