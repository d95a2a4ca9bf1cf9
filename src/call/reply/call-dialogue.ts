// The dialogue of one call: keeps the state of the dialogue machine, and tells what a decision has changed. What the
// caller's words mean, and who words the answer, is decided in thinker.ts.

import { objectionKey } from '../../desk/keys.ts'
import type { DialogueStateName } from '../../desk/types.ts'
import { type Checkpoint, checkpointOf, restored } from '../../dialogue/checkpoint.ts'
import { createDialogue, type DialogueState, step, worded } from '../../dialogue/dialogue-machine.ts'
import { summaryOf } from '../../dialogue/summary.ts'
import type { Decision, DialogueInput, Known, Line } from '../../dialogue/types.ts'
import type { CallCustomer, CallLanguage, ReplySink, ThinkerDeps } from './thinker-deps.ts'
import { noTroubles, type Troubles, troublesAfter } from './troubles.ts'

export type DialogueDeps = Pick<
  ThinkerDeps,
  | 'desk'
  | 'texts'
  | 'hearsWords'
  | 'canTransfer'
  | 'policy'
  | 'resumed'
  | 'model'
  | 'offered'
  | 'callerNumber'
  | 'greeting'
>

/** What others may read of it. */
export type DialogueView = Pick<
  CallDialogue,
  | 'stateName'
  | 'language'
  | 'canGoBack'
  | 'known'
  | 'summary'
  | 'recording'
  | 'pendingNumber'
  | 'checkpoint'
  | 'customer'
  | 'troubles'
  | 'isOver'
  | 'handOverLine'
>

export class CallDialogue {
  /** As of the last decision; the next one makes a new one. */
  state: Readonly<DialogueState>
  private readonly offered: readonly CallLanguage[]
  private waits = 0
  private lineCustomer: CallCustomer | undefined
  /** What went wrong so far. */
  troubles: Troubles = noTroubles
  /** Name of the line with which the desk handed over to people. */
  handOverLine: string | undefined
  /** The first input. */
  readonly beginning: DialogueInput

  constructor(
    deps: DialogueDeps,
    private readonly sink: Pick<ReplySink, 'recording' | 'language' | 'transition' | 'notUnderstood'>,
  ) {
    const { desk, texts, model, hearsWords, canTransfer, resumed, policy } = deps
    this.offered = deps.offered ?? [{ texts, model }]
    const fresh = createDialogue({
      ...{ language: texts.language, desk, texts, hearsWords, canTransfer, policy },
      offered: this.offered.map((one) => one.texts),
      callerNumber: deps.callerNumber,
      greeting: deps.greeting,
      known: resumed?.known,
      earlier: resumed,
    })
    const cut = resumed?.checkpoint && restored(fresh, resumed.checkpoint)
    this.state = cut ?? fresh
    this.beginning =
      cut !== undefined
        ? { kind: 'start', cut: true }
        : { kind: 'start', resumed: resumed !== undefined && resumed.checkpoint === undefined }
  }

  get stateName(): DialogueStateName {
    return this.state.name
  }

  get language(): string {
    return this.state.language
  }

  /** That of the language in which the call is now. */
  get model(): CallLanguage['model'] {
    return this.offered.find((one) => one.texts.language === this.language)?.model
  }

  /** Whether the language was changed just now, and the call can go back to the one before. */
  get canGoBack(): boolean {
    return this.state.before !== undefined
  }

  get known(): Known {
    return this.state.known
  }

  /** What the operator's system knows of the caller; undefined when the caller did not confirm the line. */
  get customer(): CallCustomer | undefined {
    const { line, known, callerNumber } = this.state
    return line === 'settled' && known.phone !== callerNumber ? undefined : this.lineCustomer
  }

  /** What the operator's system knows of the line. */
  learn(customer: CallCustomer): void {
    this.lineCustomer = customer
    const { name, incident } = customer
    this.commit({ kind: 'customer', name, incident })
  }

  /** In the language of the desk, which its technicians read, whatever the caller speaks. */
  get summary(): string {
    const { desk, known } = this.state
    return summaryOf(desk, this.offered[0]!.texts.language, known, this.customer?.vulnerable)
  }

  /** What the caller knows of the recording, and chose. */
  get recording(): DialogueState['recording'] {
    return this.state.recording
  }

  /** The desk has said how the call ends. */
  get isOver(): boolean {
    return this.state.ended !== null
  }

  /** A complete number that the caller gave and has not confirmed. */
  get pendingNumber(): string | null {
    return this.state.pending
  }

  /** Where the conversation is, for a machine that goes on with it; undefined when it has ended. */
  get checkpoint(): Checkpoint | undefined {
    return checkpointOf(this.state)
  }

  /** The line that tells of the recording was played to its end. */
  noticeHeard(): void {
    this.commit({ kind: 'noticeHeard' })
  }

  /** The objection while the last words of the call are spoken: it is carried out, and nothing is said. */
  objectInSilence(): void {
    this.commit({ kind: 'key', key: objectionKey })
  }

  /** Steps for good. */
  commit(input: DialogueInput): Decision {
    const before = this.state
    const [state, decision] = step(before, input)
    const { notUnderstood } = this.troubles
    this.troubles = troublesAfter(this.troubles, input, before, state)
    this.state = state
    const { asking: question, known, language } = before
    if (this.troubles.notUnderstood > notUnderstood && question !== undefined)
      this.sink.notUnderstood({ question, topic: known.topic, language })
    if (decision.end === 'transfer') this.handOverLine = decision.say.at(-1)?.name
    if (decision.recording !== undefined) this.sink.recording(decision.recording)
    if (decision.language !== undefined) this.sink.language(decision.language)
    for (const { from, to } of decision.transitions) this.sink.transition(from, to)
    return decision
  }

  /** The decision was said in these words: "repeat" says them again. */
  worded(lines: readonly Line[]): void {
    this.state = worded(this.state, lines)
  }

  /** What bridges the wait for a reply; its wordings take turns. */
  waitLine(): Line {
    const { wait } = this.state.texts.lines
    const variants = typeof wait === 'string' ? [wait] : (wait ?? [])
    return { name: 'wait', text: variants[this.waits++ % variants.length] ?? '' }
  }
}
