// What the agent answers: the caller's turn goes to the dialogue machine, whose decision becomes lines. The rules
// understand first; this file owns the dialogue's state and asks who must be asked (a technician's schedule).

import type { Log } from '../base/log.ts'
import { createDialogue, type DialogueState, step } from '../dialogue/machine.ts'
import type { Texts } from '../dialogue/script.ts'
import type { Decision, DialogueInput, Expect, Known, Line, Outcome } from '../dialogue/types.ts'
import { understand } from '../dialogue/understand.ts'
import type { Heard } from './machine.ts'

export type Technicians = () => Promise<{ available: boolean; opens?: string }>

export type ThinkerDeps = {
  log: Log
  texts: Texts
  hearsWords: boolean
  technicians: Technicians
  /** What is known of a call that is back from a queue that nobody answered. */
  resumed: Known | undefined
}

/** Where a turn's answer goes; calls for a turn that is over are ignored by the taker. */
export type ReplySink = {
  lines(turn: number, lines: readonly Line[]): void
  done(turn: number, expect: Expect, end?: Outcome): void
  transition(from: DialogueState['name'], to: DialogueState['name']): void
}

export class Thinker {
  private state: DialogueState
  private abort = new AbortController()
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

  /** The current turn is over: what is still being found out for it is dropped. */
  stop(): void {
    this.abort.abort()
    this.abort = new AbortController()
  }

  /** Finds the reply to a turn; it comes through the sink, at once or later. */
  respond(turn: number, heard: Heard): void {
    this.decide(turn, this.inputFor(heard))
  }

  /** What is said while the reply takes its time; taking turns among its wordings. */
  waitLine(): Line {
    const { wait } = this.deps.texts.lines
    const variants = typeof wait === 'string' ? [wait] : (wait ?? [])
    return { name: 'wait', text: variants[this.waits++ % variants.length] ?? '' }
  }

  private inputFor(heard: Heard): DialogueInput {
    switch (heard.kind) {
      case 'start':
        return { kind: 'start', resumed: this.deps.resumed !== undefined }
      case 'words':
        return { kind: 'said', text: heard.text, understanding: understand(heard.text, this.state) }
      case 'key':
        return { kind: 'key', key: heard.key }
      case 'operator':
        return { kind: 'operator', wants: heard.wants }
      case 'silence':
      case 'unheard':
      case 'timeUp':
      case 'failed':
        return { kind: heard.kind }
    }
  }

  private decide(turn: number, input: DialogueInput): void {
    const [state, decision] = step(this.state, input)
    this.state = state
    this.apply(turn, decision)
  }

  private apply(turn: number, decision: Decision): void {
    for (const { from, to } of decision.transitions) this.sink.transition(from, to)
    this.sink.lines(turn, decision.say)
    if (decision.ask === undefined) {
      this.sink.done(turn, decision.expect, decision.end)
      return
    }
    const { signal } = this.abort
    this.deps
      .technicians()
      .catch((error: unknown) => {
        // Not knowing is answered like nobody there: a call-back is offered, no caller is sent into an empty queue.
        this.deps.log.warn('technicians could not be asked', { error: String(error) })
        return { available: false }
      })
      .then((answer: { available: boolean; opens?: string }) => {
        if (!signal.aborted) this.decide(turn, { kind: 'technician', ...answer })
      })
      .catch((error: unknown) =>
        this.deps.log.error('the answer about technicians was lost', { error: String(error) }),
      )
  }
}
