// Collects the inputs of one call while it runs, in memory; they are written with the record at its end. Nothing here
// waits, and nothing reaches a log.

import type { Clock } from '../../base/clock.ts'
import type { AgentInput } from '../agent/state.ts'
import type { CallInput, CallSettings } from './types.ts'

/** Inputs per call: a call of 15 minutes with a language model has about 3 000. */
const most = 10_000

/** Inputs of the agent machine that come from outside as they are. */
type Outside = Extract<
  AgentInput,
  {
    kind:
      | 'speech'
      | 'silence'
      | 'confirmed'
      | 'transcript'
      | 'eager'
      | 'turnResumed'
      | 'verdict'
      | 'recogniser'
      | 'key'
      | 'typed'
      | 'operator'
  }
>
/** An input whose time is not added yet. */
type Untimed<T> = T extends CallInput ? Omit<T, 'at'> : never

/** Those that hold what the caller said or keyed. */
const words: ReadonlySet<string> = new Set(['transcript', 'eager', 'key', 'typed', 'model'])

export class CallInputs {
  private readonly list: CallInput[] = []
  private settings: CallSettings | undefined
  private startedMs = 0
  private now: () => number = () => 0
  private hides: () => boolean = () => false
  private isOver = false
  /** Lines of the agent that wait to be heard, as `turn/index`. */
  private readonly waiting = new Map<string, { turn: number; index: number }>()

  /** @param story its beginning is the time 0; when it hides what is said, nothing more is kept */
  begin(clock: Clock, story: { startedMs: number; hides: boolean }, settings: CallSettings): void {
    this.startedMs = story.startedMs
    this.now = () => clock.now()
    this.hides = () => story.hides
    this.settings = settings
  }

  /** @param input times in it count from the call's beginning, see {@link since} */
  note(input: Untimed<CallInput>): void {
    if (this.isOver) return
    const at = this.since(this.now())
    if (this.list.length >= most) this.close(at, 'long')
    else if (this.hides() && words.has(input.kind)) this.close(at, 'hidden')
    else this.list.push({ at, ...input } as CallInput)
  }

  /** An input of the agent machine, from the caller's side. */
  heard(input: AgentInput): void {
    if (!isOutside(input)) return
    if (input.kind === 'speech' || input.kind === 'silence')
      this.note({ kind: input.kind, atMs: this.since(input.atMs) })
    else this.note(input)
  }

  /** A line of the agent is queued. */
  lineQueued(turn: number, index: number): void {
    this.waiting.set(`${turn}/${index}`, { turn, index })
  }

  /** A line is heard, or its turn in the queue is over: it waits no more. */
  lineHeard(turn: number, index: number): void {
    this.waiting.delete(`${turn}/${index}`)
  }

  /** All lines that still wait are dropped. */
  linesDropped(): void {
    for (const line of this.waiting.values()) this.note({ kind: 'lineUnheard', ...line })
    this.waiting.clear()
  }

  /** Milliseconds since the call began, of a time of its clock. */
  since(atMs: number): number {
    return Math.round((atMs - this.startedMs) * 1_000) / 1_000
  }

  /** As the lines of a file; '' before `begin`. */
  toText(): string {
    if (this.settings === undefined) return ''
    return `${[this.settings, ...this.list].map((one) => JSON.stringify(one)).join('\n')}\n`
  }

  private close(at: number, why: 'hidden' | 'long'): void {
    this.isOver = true
    this.list.push({ at, kind: 'rest', why })
  }
}

function isOutside(input: AgentInput): input is Outside {
  switch (input.kind) {
    case 'speech':
    case 'silence':
    case 'confirmed':
    case 'transcript':
    case 'eager':
    case 'turnResumed':
    case 'verdict':
    case 'recogniser':
      return true
    default:
      return false
  }
}
