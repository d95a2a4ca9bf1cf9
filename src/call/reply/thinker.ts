// What the agent answers: the caller's turn goes to the dialogue machine, whose decision becomes lines. The rules
// understand first; a language model may fill what they left open and word what the machine decided, and without
// one, or when it fails, the script says the same. This file owns the dialogue's state.

import type { Clock } from '../../base/clock.ts'
import { errorText } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Texts } from '../../desk/texts.ts'
import { createDialogue, type DialogueState, step, worded } from '../../dialogue/dialogue-machine.ts'
import { contradicts, merge } from '../../dialogue/model/merge.ts'
import { buildPrompt, type PromptTemplates, parseUnderstood } from '../../dialogue/model/prompt.ts'
import type { Decision, DialogueInput, Expect, Known, Line, Outcome } from '../../dialogue/types.ts'
import type { Llm } from '../../providers/llm.ts'
import type { Understanding } from '../../understanding/types.ts'
import { understand } from '../../understanding/understand.ts'
import type { Heard } from '../agent/state.ts'
import type { HistoryEntry } from '../history.ts'
import { ModelTurn } from './model-turn.ts'
import { findTechnician, type Technician, type Technicians } from './technician-search.ts'
import { isExact, missing, sameWords } from './wording.ts'

export type ThinkerDeps = {
  clock: Clock
  log: Log
  texts: Texts
  hearsWords: boolean
  technicians: Technicians
  /** What is known of a call that is back from a queue that nobody answered. */
  resumed: Known | undefined
  /** Words the decisions of the machine; undefined leaves them to the script. */
  model: { llm: Llm; templates: PromptTemplates } | undefined
}

/** Where a turn's answer goes; calls for a turn that is over are ignored by the taker. */
export type ReplySink = {
  lines(turn: number, lines: readonly Line[]): void
  done(turn: number, expect: Expect, end?: Outcome): void
  transition(from: DialogueState['name'], to: DialogueState['name']): void
  /** What a turn that is over went to find out is there: `respond` to `lookupDone` tells it. */
  lookupDone(): void
  /** The model's first token is there. */
  token(turn: number): void
  /** The conversation so far, as heard, the caller's present words last. */
  history(): readonly HistoryEntry[]
}

type Asked = {
  text: string
  rules: Understanding
  predicted: Decision
  model: ModelTurn
  turn: number
  /** What the turn was decided to be, once the model has begun to say it; and what it said. */
  decision: Decision | undefined
  spoken: readonly Line[]
}

export class Thinker {
  private state: DialogueState
  private asked: Asked | undefined
  /** A reply that was cut while the model still spoke. */
  private broken: { decision: Decision; spoken: readonly Line[] } | undefined
  /** The turn whose reply waits for the technicians' answer; 0 when it is over. */
  private searchTurn = 0
  private found: Technician | undefined
  private expect: Expect | undefined
  private waits = 0

  constructor(
    private readonly deps: ThinkerDeps,
    private readonly sink: ReplySink,
  ) {
    this.state = createDialogue({
      language: deps.texts.language,
      texts: deps.texts,
      hearsWords: deps.hearsWords,
      known: deps.resumed,
    })
  }

  get stateName(): DialogueState['name'] {
    return this.state.name
  }

  get known(): Known {
    return this.state.known
  }

  /** A whole number that the caller gave and has not confirmed. */
  get pendingNumber(): string | null {
    return this.state.pending
  }

  /** The current turn is over: the model's reply to it is dropped, what is being found out will be news. */
  stop(): void {
    const { decision, spoken } = this.asked ?? {}
    this.broken = decision && spoken !== undefined ? { decision, spoken } : undefined
    this.searchTurn = 0
    this.unprepare()
  }

  /** The cut reply is said again after all, and was not whole: what was missing of it. */
  complete(turn: number): void {
    const { broken } = this
    this.broken = undefined
    if (broken)
      this.finish(turn, {
        ...broken.decision,
        say: missing(broken.decision.say, textOf(broken.spoken), false),
      })
    else if (this.expect) this.sink.done(turn, this.expect)
  }

  /** The turn is probably over with these words: the model is asked already, and `stop` takes it back. */
  prepare(text: string): void {
    this.asked?.model.cancel()
    this.asked = this.ask(text, this.sink.history())
  }

  /** The caller speaks on after all. */
  unprepare(): void {
    this.asked?.model.cancel()
    this.asked = undefined
  }

  /** Finds the reply to a turn; it comes through the sink, at once or later. */
  respond(turn: number, heard: Heard): void {
    this.broken = undefined
    if (heard.kind !== 'words') {
      this.unprepare()
      this.decide(turn, this.inputFor(heard))
      return
    }
    const prepared = this.asked?.text === heard.text ? this.asked : undefined
    if (!prepared) this.asked?.model.cancel()
    this.asked = prepared ?? this.ask(heard.text, this.sink.history().slice(0, -1))
    if (this.asked === undefined) {
      this.decide(turn, said(understand(heard.text, this.state)))
      return
    }
    this.asked.turn = turn
    const asked = this.asked
    this.follow(asked).catch((error: unknown) =>
      this.deps.log.error('a reply was lost', { turn, error: errorText(error) }),
    )
  }

  /** What is said while the reply takes its time; taking turns among its wordings. */
  waitLine(): Line {
    const { wait } = this.deps.texts.lines
    const variants = typeof wait === 'string' ? [wait] : (wait ?? [])
    return { name: 'wait', text: variants[this.waits++ % variants.length] ?? '' }
  }

  // ---- with a language model

  /** Asks the model about a turn, or undefined when the script says it better: exact, final, or nothing to say. */
  private ask(text: string, history: readonly HistoryEntry[]): Asked | undefined {
    const { model } = this.deps
    if (!model) return undefined
    const rules = understand(text, this.state)
    // A caller who gives orders to the machinery gets the desk's own words; "again" wants the same words, not others.
    if (rules.givesOrders || rules.intent === 'repeat') return undefined
    const [, predicted] = step(this.state, said(rules))
    if (isExact(predicted)) return undefined
    const messages = buildPrompt({
      state: this.state,
      predicted,
      history: history.map(({ who, text: heard, cut }) => ({ by: who, text: cut ? `${heard} […]` : heard })),
      callerText: text,
      templates: model.templates,
    })
    const asked: Asked = {
      text,
      rules,
      predicted,
      turn: 0,
      decision: undefined,
      spoken: [],
      model: new ModelTurn(model.llm, messages, () => this.sink.token(asked.turn)),
    }
    return asked
  }

  private async follow(asked: Asked): Promise<void> {
    const { text, rules, predicted, model, turn } = asked
    let input = said(rules)
    let whole = false
    try {
      for await (const piece of model.pieces()) {
        if (model.cancelled) return
        if (piece.kind === 'understood') {
          const understood = parseUnderstood(piece.line)
          const counted = merge(rules, understood, this.state, text)
          input = said(counted)
          // The model worded what the rules alone decided: where its understanding changed that, or is another than
          // theirs, its words fit no more, and the script speaks.
          if (understood && contradicts(counted, understood, this.state.asking)) break
          if (!sameWords(step(this.state, input)[1], predicted)) break
        } else {
          // Not before there is something to say: until then the caller may speak on, and nothing was decided.
          asked.decision ??= this.commit(input)
          const line = { name: 'model', text: piece.text }
          asked.spoken = [...asked.spoken, line]
          this.sink.lines(turn, [line])
        }
      }
      whole = true
    } catch (error) {
      if (model.cancelled) return
      const sentences = asked.spoken.length
      this.deps.log.warn('the model failed, the script speaks', { turn, sentences, error: errorText(error) })
    }
    if (model.cancelled) return
    if (this.asked === asked) this.asked = undefined
    model.cancel()
    const decision = asked.decision ?? this.commit(input)
    const rest = missing(decision.say, textOf(asked.spoken), whole)
    if (asked.spoken.length > 0) this.state = worded(this.state, [...asked.spoken, ...rest])
    this.finish(turn, { ...decision, say: rest })
  }

  // ---- the machine

  private inputFor(heard: Exclude<Heard, { kind: 'words' }>): DialogueInput {
    switch (heard.kind) {
      case 'start':
        return { kind: 'start', resumed: this.deps.resumed !== undefined }
      case 'key':
        return { kind: 'key', key: heard.key }
      case 'operator':
        return { kind: 'operator', wants: heard.wants }
      case 'lookupDone':
        return { kind: 'technician', ...(this.found ?? { available: false }) }
      case 'silence':
      case 'unheard':
      case 'timeUp':
      case 'failed':
        return { kind: heard.kind }
    }
  }

  private decide(turn: number, input: DialogueInput): void {
    this.finish(turn, this.commit(input))
  }

  private commit(input: DialogueInput): Decision {
    const [state, decision] = step(this.state, input)
    this.state = state
    for (const { from, to } of decision.transitions) this.sink.transition(from, to)
    return decision
  }

  private finish(turn: number, decision: Decision): void {
    this.expect = decision.expect
    if (decision.say.length > 0) this.sink.lines(turn, decision.say)
    if (decision.ask === undefined) {
      this.sink.done(turn, decision.expect, decision.end)
      return
    }
    this.searchTurn = turn
    const { clock, log, technicians } = this.deps
    findTechnician(technicians, { clock, log }, () => {
      if (this.searchTurn === turn) this.sink.lines(turn, [this.waitLine()])
    })
      .then((answer) => {
        if (this.searchTurn === turn) this.decide(turn, { kind: 'technician', ...answer })
        else {
          this.found = answer
          this.sink.lookupDone()
        }
      })
      .catch((error: unknown) =>
        log.error('the answer about technicians was lost', { error: errorText(error) }),
      )
  }
}

const textOf = (lines: readonly Line[]): string => lines.map(({ text }) => text).join(' ')

const said = (understanding: Understanding): DialogueInput => ({ kind: 'said', understanding })
