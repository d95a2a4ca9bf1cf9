// Finds what the agent answers. The rules understand first. A language model may fill in what they left open and word
// what was decided; without a model, or when it fails, the script speaks. call-dialogue.ts keeps the dialogue's state.
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

import { errorText } from '../../base/errors.ts'
import type { Decision, DialogueInput, Expect, Line } from '../../dialogue/types.ts'
import { ProviderFailure } from '../../providers/errors.ts'
import { understand } from '../../understanding/understand.ts'
import type { TurnCause } from '../agent/state.ts'
import type { HistoryEntry } from '../history.ts'
import { CallDialogue } from './call-dialogue.ts'
import { askModel, checkUnderstood, type ModelReply, said } from './model-reply.ts'
import { isPersonal } from './personal.ts'
import { secondReading } from './second-reader.ts'
import { TechnicianSearch } from './technician-search.ts'
import type { CallCustomer, ReplySink, ThinkerDeps } from './thinker-deps.ts'
import { unsaidLines } from './wording.ts'

export class Thinker {
  readonly dialogue: CallDialogue
  private asked: ModelReply | undefined
  /** A reply that was cut while the model still spoke. */
  private cutReply: { decision: Decision; spoken: readonly Line[] } | undefined
  private readonly search: TechnicianSearch
  private expect: Expect | undefined
  /** What the operator wants said in the next sentence. */
  private hintText: string | undefined
  /** An incident waits for a pause. */
  private incidentWaits = false

  constructor(
    private readonly deps: ThinkerDeps,
    private readonly sink: ReplySink,
  ) {
    this.dialogue = new CallDialogue(deps, sink)
    this.search = new TechnicianSearch(deps, {
      answered: (turn, answer) => this.decide(turn, { kind: 'technician', ...answer }),
      slow: (turn) => sink.lines(turn, [this.dialogue.waitLine()]),
      answeredLate: () => sink.lookupDone(),
    })
    deps.customer
      ?.then((found) => found && this.learn(found))
      .catch((error: unknown) =>
        deps.log.error('what is known of the caller was lost', { error: errorText(error) }),
      )
  }

  /** The operator's instruction for the next answer that a model words. @returns false without a model */
  hint(text: string): boolean {
    if (this.dialogue.model === undefined) return false
    this.hintText = text
    // An answer that was asked for in advance does not know it.
    if (this.asked?.turn === 0) this.unprepare()
    return true
  }

  /** Whether the caller waits for the answer about technicians. */
  get isSearching(): boolean {
    return this.search.isWaitedFor
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
      this.decide(turn, said(understand(cause.text, this.dialogue.state)))
      return
    }
    this.asked.turn = turn
    const replied = this.asked.mayOnlyObject ? this.letObject(this.asked) : this.follow(this.asked)
    replied.catch((error: unknown) =>
      this.deps.log.error('a reply was lost', { turn, error: errorText(error) }),
    )
  }

  // ---- with a language model

  private ask(text: string, history: readonly HistoryEntry[]): ModelReply | undefined {
    const { model, state } = this.dialogue
    const { hintText } = this
    return model && askModel(model, state, text, history, (turn) => this.sink.token(turn), hintText)
  }

  /** Decides as the rules have it, unless the model objects in time. */
  private async letObject(asked: ModelReply): Promise<void> {
    let input = said(asked.rules)
    try {
      input = await secondReading(asked, this.dialogue.state, this.deps.clock)
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
          const checked = checkUnderstood(asked, piece.line, this.dialogue.state)
          input = checked.input
          if (!checked.fits) break
          continue
        }
        const held = asked.gate.judge(piece.text)
        if (held) this.sink.held(turn, held)
        else {
          asked.decision ??= this.dialogue.commit(input)
          const line = this.modelLine(piece.text, asked.text)
          asked.spoken = [...asked.spoken, line]
          if (asked.hint === this.hintText) this.hintText = undefined
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
    const decision = asked.decision ?? this.dialogue.commit(input)
    const rest = unsaidLines(decision.say, textOf(asked.spoken), isWhole)
    if (asked.spoken.length > 0) this.dialogue.worded([...asked.spoken, ...rest])
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
    const { texts, known } = this.dialogue.state
    const said = this.sink.history().filter(({ who }) => who === 'caller')
    return isPersonal(text, [callerText, ...said.map((entry) => entry.text)], known.name, texts)
      ? { name: 'model', text, personal: true }
      : { name: 'model', text }
  }

  // ---- the dialogue machine

  private inputFor(cause: Exclude<TurnCause, { kind: 'words' }>): DialogueInput {
    switch (cause.kind) {
      case 'start':
        return this.dialogue.beginning
      case 'key':
        return { kind: 'key', key: cause.key }
      case 'operator':
        return { kind: 'operator', wants: cause.wants }
      case 'handedBack':
        return { kind: 'handedBack', lost: cause.lost }
      case 'lookupDone':
        if (this.incidentWaits) {
          this.incidentWaits = false
          return { kind: 'incident' }
        }
        return { kind: 'technician', ...(this.search.found ?? { available: false }) }
      case 'silence':
      case 'unheard':
      case 'timeUp':
      case 'failed':
      case 'languageFailed':
        return { kind: cause.kind }
    }
  }

  /** While the caller hears the welcome: nothing is said before the next pause. */
  private learn(customer: CallCustomer): void {
    this.dialogue.learn(customer)
    if (customer.incident === null) return
    this.incidentWaits = true
    this.sink.lookupDone()
  }

  private decide(turn: number, input: DialogueInput): void {
    this.finish(turn, this.dialogue.commit(input))
  }

  private finish(turn: number, decision: Decision): void {
    this.expect = decision.expect
    if (decision.say.length > 0) this.sink.lines(turn, decision.say)
    if (decision.ask === undefined) this.sink.done(turn, decision.expect, decision.end)
    else this.search.start(turn)
  }
}

const textOf = (lines: readonly Line[]): string => lines.map(({ text }) => text).join(' ')
