// Finds what the agent answers, and owns the dialogue's state. The rules understand first. A language model may fill in
// what they left open and word what was decided; without a model, or when it fails, the script speaks.
//
// With a model the dialogue machine is stepped up to three times a turn. That is safe because `step` is pure, and
// needed because the model words a decision before it is certain that the turn is over:
//
//   predict  step on what the rules understood, because the prompt must say what to word.           result thrown away
//   ask      send the request; `prepare` does so before the turn is certainly over, to save time.
//   check    the model's first line says what it understood: step again with that merged in. When    result thrown away
//            other words follow than predicted, the model's wording no longer fits; the script speaks.
//   commit   step for good, when the first sentence is about to be spoken. Not earlier: until then   state is kept
//            the caller may speak on, and a turn that is taken back must leave no trace.
//
// An ending is said in the desk's own words; there the model may only object (second-reader.ts).
// Without a model, and for everything but words, only `commit` happens. model-reply.ts has predict, ask and check.

import type { Clock } from '../../base/clock.ts'
import { errorText } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Desk } from '../../desk/desk.ts'
import { objectionKey } from '../../desk/keys.ts'
import type { Texts } from '../../desk/texts.ts'
import type { RecordingChoice, RecordingPolicy } from '../../desk/types.ts'
import { createDialogue, type DialogueState, step, worded } from '../../dialogue/dialogue-machine.ts'
import type { HeldReason } from '../../dialogue/model/gate/gate.ts'
import { summaryOf } from '../../dialogue/summary.ts'
import type { Decision, DialogueInput, Expect, Known, Line, Outcome } from '../../dialogue/types.ts'
import { ProviderFailure } from '../../providers/errors.ts'
import { understand } from '../../understanding/understand.ts'
import type { TurnCause } from '../agent/state.ts'
import type { HistoryEntry } from '../history.ts'
import { askModel, checkUnderstood, type ModelReply, type ReplyModel, said } from './model-reply.ts'
import { isPersonal } from './personal.ts'
import { secondReading } from './second-reader.ts'
import { type FindTechnician, TechnicianSearch } from './technician-search.ts'
import { unsaidLines } from './wording.ts'

export type ThinkerDeps = {
  clock: Clock
  log: Log
  /** The desk of this call, and what it says. */
  desk: Desk
  texts: Texts
  hearsWords: boolean
  technicians: FindTechnician
  /** What is known from an earlier part of a call that came back from a queue that did not answer. */
  resumed: Earlier | undefined
  policy: RecordingPolicy
  /** Words the decisions; undefined leaves that to the script. */
  model: ReplyModel | undefined
  /** The languages that the call can be in, that of the desk first. Default: only the one of `texts`. */
  offered?: readonly CallLanguage[]
}

/** What a call needs to speak a language. */
export type CallLanguage = { texts: Texts; model: ReplyModel | undefined }

/** What an earlier part of the call found out. */
export type Earlier = { known: Known; choice: RecordingChoice | null; noticeHeard: boolean }

/** Takes the replies. The receiver ignores calls for a turn that is over. */
export type ReplySink = {
  lines(turn: number, lines: readonly Line[]): void
  done(turn: number, expect: Expect, end?: Outcome): void
  transition(from: DialogueState['name'], to: DialogueState['name']): void
  /** The caller agreed to the recording, or refused it. */
  recording(choice: RecordingChoice): void
  /** From now on the call is in this language, and so are the lines that follow. */
  language(code: string): void
  /** A lookup started by an earlier turn has finished: `respond` to `lookupDone` announces it. */
  lookupDone(): void
  /** The model's first token has arrived. */
  token(turn: number): void
  /** A sentence of the model is not spoken. */
  held(turn: number, reason: HeldReason): void
  /** The conversation so far as heard; during `respond` the caller's present words are the last entry. */
  history(): readonly HistoryEntry[]
}

export class Thinker {
  private state: DialogueState
  private asked: ModelReply | undefined
  /** A reply that was cut while the model still spoke. */
  private cutReply: { decision: Decision; spoken: readonly Line[] } | undefined
  private readonly search: TechnicianSearch
  private expect: Expect | undefined
  private waits = 0
  private readonly offered: readonly CallLanguage[]

  constructor(
    private readonly deps: ThinkerDeps,
    private readonly sink: ReplySink,
  ) {
    const { desk, texts, model, hearsWords, resumed, policy } = deps
    this.offered = deps.offered ?? [{ texts, model }]
    this.state = createDialogue({
      ...{ language: texts.language, desk, texts, hearsWords, policy },
      offered: this.offered.map((one) => one.texts),
      known: resumed?.known,
      earlier: resumed,
    })
    this.search = new TechnicianSearch(deps, {
      answered: (turn, answer) => this.decide(turn, { kind: 'technician', ...answer }),
      slow: (turn) => sink.lines(turn, [this.waitLine()]),
      answeredLate: () => sink.lookupDone(),
    })
  }

  get stateName(): DialogueState['name'] {
    return this.state.name
  }

  get language(): string {
    return this.state.language
  }

  /** Whether the language was changed just now, and the call can go back to the one before. */
  get canGoBack(): boolean {
    return this.state.before !== undefined
  }

  get known(): Known {
    return this.state.known
  }

  /** In the language of the desk, which its technicians read, whatever the caller speaks. */
  get summary(): string {
    return summaryOf(this.state.desk, this.offered[0]!.texts.language, this.state.known)
  }

  /** What the caller knows of the recording, and chose. */
  get recording(): DialogueState['recording'] {
    return this.state.recording
  }

  /** The line that tells of the recording was played to its end. */
  noticeHeard(): void {
    this.commit({ kind: 'noticeHeard' })
  }

  /** The objection while the last words of the call are spoken: it is carried out, and nothing is said. */
  objectInSilence(): void {
    this.commit({ kind: 'key', key: objectionKey })
  }

  /** A complete number that the caller gave and has not confirmed. */
  get pendingNumber(): string | null {
    return this.state.pending
  }

  /** The current turn is over: cancels the model's request; a lookup that still runs will be announced later. */
  stop(): void {
    const { decision, spoken } = this.asked ?? {}
    this.cutReply = decision && spoken !== undefined ? { decision, spoken } : undefined
    this.search.turnOver()
    this.unprepare()
  }

  /** The cut reply is spoken again and was not whole when it was cut: finds its rest. */
  complete(turn: number): void {
    const { cutReply } = this
    this.cutReply = undefined
    if (cutReply) {
      const { decision, spoken } = cutReply
      this.finish(turn, { ...decision, say: unsaidLines(decision.say, textOf(spoken), false) })
    } else if (this.expect) this.sink.done(turn, this.expect)
  }

  /** The turn is probably over with these words: asks the model in advance. `unprepare` and `stop` cancel that. */
  prepare(text: string): void {
    this.asked?.request.cancel()
    this.asked = this.ask(text, this.sink.history())
  }

  /** The caller speaks on after all. */
  unprepare(): void {
    this.asked?.request.cancel()
    this.asked = undefined
  }

  /** Finds the reply to a turn; it comes through the sink, at once or later. */
  respond(turn: number, cause: TurnCause): void {
    this.cutReply = undefined
    if (cause.kind !== 'words') {
      this.unprepare()
      this.decide(turn, this.inputFor(cause))
      return
    }
    const prepared = this.asked?.text === cause.text ? this.asked : undefined
    if (!prepared) this.asked?.request.cancel()
    this.asked = prepared ?? this.ask(cause.text, this.sink.history().slice(0, -1))
    if (this.asked === undefined) {
      this.decide(turn, said(understand(cause.text, this.state)))
      return
    }
    this.asked.turn = turn
    const replied = this.asked.mayOnlyObject ? this.letObject(this.asked) : this.follow(this.asked)
    replied.catch((error: unknown) =>
      this.deps.log.error('a reply was lost', { turn, error: errorText(error) }),
    )
  }

  /** What bridges the wait for a reply; its wordings take turns. */
  waitLine(): Line {
    const { wait } = this.state.texts.lines
    const variants = typeof wait === 'string' ? [wait] : (wait ?? [])
    return { name: 'wait', text: variants[this.waits++ % variants.length] ?? '' }
  }

  // ---- with a language model

  private ask(text: string, history: readonly HistoryEntry[]): ModelReply | undefined {
    const model = this.offered.find((one) => one.texts.language === this.language)?.model
    return model && askModel(model, this.state, text, history, (turn) => this.sink.token(turn))
  }

  /** Decides as the rules have it, unless the model objects in time. */
  private async letObject(asked: ModelReply): Promise<void> {
    let input = said(asked.rules)
    try {
      input = await secondReading(asked, this.state, this.deps.clock)
    } catch (error) {
      if (this.asked === asked) this.reportFailure(asked, error)
    }
    // The caller speaks on, or the turn is over for another reason.
    if (this.asked !== asked) return
    this.unprepare()
    this.decide(asked.turn, input)
  }

  /** Passes the model's sentences on as they arrive, then what the script has to add. */
  private async follow(asked: ModelReply): Promise<void> {
    const { request, turn } = asked
    let input = said(asked.rules)
    let isWhole = false
    try {
      for await (const piece of request.pieces()) {
        if (request.cancelled) return
        if (piece.kind === 'understood') {
          const checked = checkUnderstood(asked, piece.line, this.state)
          input = checked.input
          if (!checked.fits) break
          continue
        }
        const held = asked.gate.judge(piece.text)
        if (held) this.sink.held(turn, held)
        else {
          asked.decision ??= this.commit(input)
          const line = this.modelLine(piece.text, asked.text)
          asked.spoken = [...asked.spoken, line]
          this.sink.lines(turn, [line])
        }
        // No further sentence would be spoken, so none is waited for.
        if (asked.gate.isFull) break
      }
      isWhole = true
    } catch (error) {
      if (request.cancelled) return
      this.reportFailure(asked, error)
    }
    if (request.cancelled) return
    if (this.asked === asked) this.asked = undefined
    request.cancel()
    const decision = asked.decision ?? this.commit(input)
    const rest = unsaidLines(decision.say, textOf(asked.spoken), isWhole)
    if (asked.spoken.length > 0) this.state = worded(this.state, [...asked.spoken, ...rest])
    this.finish(turn, { ...decision, say: rest })
  }

  private reportFailure({ turn, spoken }: ModelReply, error: unknown): void {
    // An adapter that is switched off was reported then; a line for every turn would hide the others.
    const isReported = error instanceof ProviderFailure && error.isReported
    this.deps.log[isReported ? 'debug' : 'warn']('the language model failed, the script answers', {
      turn,
      sentences: spoken.length,
      error: errorText(error),
    })
  }

  private modelLine(text: string, callerText: string): Line {
    const { texts } = this.state
    const said = this.sink.history().filter(({ who }) => who === 'caller')
    const { known } = this.state
    return isPersonal(text, [callerText, ...said.map((entry) => entry.text)], known.name, texts)
      ? { name: 'model', text, personal: true }
      : { name: 'model', text }
  }

  // ---- the dialogue machine

  private inputFor(cause: Exclude<TurnCause, { kind: 'words' }>): DialogueInput {
    switch (cause.kind) {
      case 'start':
        return { kind: 'start', resumed: this.deps.resumed !== undefined }
      case 'key':
        return { kind: 'key', key: cause.key }
      case 'operator':
        return { kind: 'operator', wants: cause.wants }
      case 'lookupDone':
        return { kind: 'technician', ...(this.search.found ?? { available: false }) }
      case 'silence':
      case 'unheard':
      case 'timeUp':
      case 'failed':
      case 'languageFailed':
        return { kind: cause.kind }
    }
  }

  private decide(turn: number, input: DialogueInput): void {
    this.finish(turn, this.commit(input))
  }

  private commit(input: DialogueInput): Decision {
    const [state, decision] = step(this.state, input)
    this.state = state
    if (decision.recording !== undefined) this.sink.recording(decision.recording)
    if (decision.language !== undefined) this.sink.language(decision.language)
    for (const { from, to } of decision.transitions) this.sink.transition(from, to)
    return decision
  }

  private finish(turn: number, decision: Decision): void {
    this.expect = decision.expect
    if (decision.say.length > 0) this.sink.lines(turn, decision.say)
    if (decision.ask === undefined) this.sink.done(turn, decision.expect, decision.end)
    else this.search.start(turn)
  }
}

const textOf = (lines: readonly Line[]): string => lines.map(({ text }) => text).join(' ')
