// The sound of a call that is played again: instead of frames it has the times at which each line of the agent began
// and ended in the recording. A line that the recording does not have lasts as long as it takes to say it.

import type { CallInput } from '../call/inputs/types.ts'
import type { SessionSound } from '../call/session-deps.ts'
import type { CallSoundDeps } from '../call/sound/call-sound.ts'
import { SupervisorVoice } from '../call/sound/supervisor-voice.ts'
import type { Line } from '../dialogue/types.ts'
import type { ReplayClock } from './replay-clock.ts'

/** What the recording has of a line of the agent. */
export type LineInput = Extract<CallInput, { turn: number; index: number }>

/** What the recording has of the caller's voice and words. */
export type VoiceInput = Extract<
  CallInput,
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
      | 'unheard'
  }
>

type Open = { turn: number; index: number; line: Line; begun: boolean }

/** Letters of speech in a millisecond, about as French is spoken. */
const lettersPerMs = 14 / 1_000

export class RecordedSound implements SessionSound {
  private open: Open[] = []
  private readonly used = new Set<LineInput>()
  private readonly recorded: Map<string, LineInput[]>

  constructor(
    private readonly deps: CallSoundDeps,
    private readonly clock: ReplayClock,
    inputs: readonly CallInput[],
  ) {
    this.recorded = Map.groupBy(inputs.filter(isOfLine), keyOf)
  }

  readonly speaker: SessionSound['speaker'] = {
    underruns: 0,
    speak: (turn, index, line) => this.queue({ turn, index, line, begun: false }),
    goOn: (turn, index, line) => this.queue({ turn, index, line, begun: false }),
    // It was heard only when nothing else was to be heard at that moment.
    fill: (turn, line) => {
      const wanted = { turn, index: -1, line, begun: false }
      if (this.next(wanted)) this.open.push(wanted)
    },
  }

  /** Its words are not in the recording. */
  readonly supervisor = new SupervisorVoice()

  readonly uplink: SessionSound['uplink'] = { understood() {}, expect() {}, finalize() {} }

  listen(): () => void {
    return () => {}
  }
  beforeTick(): void {}
  tick(): void {}
  afterTick(): void {}
  caller(): void {}
  changeLanguage(): void {}
  close(): void {}

  /** The caller speaks, or the recogniser tells of it. */
  hear(input: VoiceInput): void {
    if (input.kind === 'unheard') this.deps.onUnheard()
    else this.deps.feed(input)
  }

  /** What the recording says of a line comes to pass. */
  take(input: LineInput): void {
    if (this.used.has(input)) return
    this.used.add(input)
    const one = this.open.find((each) => keyOf(each) === keyOf(input))
    if (one) this.happen(one, input)
  }

  stop(): void {
    const cut = this.open
    this.open = []
    for (const one of cut) {
      let input = this.next(one)
      if (input?.kind === 'lineBegun' && input.at <= this.clock.now()) {
        this.happen(one, input)
        input = this.next(one)
      }
      // What was reported in the same moment came before the cut.
      const isNow = input !== undefined && input.at <= this.clock.now() && input.kind !== 'lineUnheard'
      if (input && (isNow || input.kind === 'lineCut')) this.end(one, input)
      else if (one.begun) this.deps.spoken.lineEnded(one.turn, one.index, one.line, one.line.text, true)
      if (input?.kind === 'lineUnheard') this.used.add(input)
    }
  }

  private queue(one: Open): void {
    this.open.push(one)
    this.goOn()
  }

  /** The first line that waits begins by itself when the recording does not have it. */
  private goOn(): void {
    const first = this.open.find(({ index }) => index >= 0)
    if (first === undefined || first.begun || this.next(first)) return
    this.clock.at(this.clock.now(), () => this.say(first))
  }

  private say(one: Open): void {
    if (!this.open.includes(one)) return
    const { turn, index, line } = one
    if (!one.begun) this.deps.spoken.lineBegun(turn, index, line)
    one.begun = true
    this.clock.at(this.clock.now() + line.text.length / lettersPerMs, () => {
      if (this.open.includes(one)) this.end(one, undefined)
    })
  }

  private happen(one: Open, input: LineInput): void {
    const { turn, index, line } = one
    this.used.add(input)
    if (input.kind === 'lineBegun') {
      one.begun = true
      this.deps.spoken.lineBegun(turn, index, line)
    } else if (input.kind === 'lineCut' || input.kind === 'lineUnheard') {
      // The recorded call stopped it here, this one does not.
      this.say(one)
    } else this.end(one, input)
  }

  /** @param input undefined when the line is played to its end without the recording */
  private end(one: Open, input: LineInput | undefined): void {
    const { turn, index, line } = one
    const { spoken } = this.deps
    if (input) this.used.add(input)
    this.open = this.open.filter((each) => each !== one)
    const heard = input && 'heard' in input ? input.heard : undefined
    const text = heard ? line.text.slice(...heard) : line.text
    if (input?.kind === 'lineFailed') spoken.lineFailed(turn, index, line, text)
    else if (input?.kind === 'lineLeftOut') spoken.lineLeftOut(turn, index, line, text)
    else spoken.lineEnded(turn, index, line, text, input?.kind === 'lineCut')
    this.goOn()
  }

  /** What the recording says next of a line. */
  private next(one: { turn: number; index: number }): LineInput | undefined {
    return this.recorded.get(keyOf(one))?.find((input) => !this.used.has(input))
  }
}

export const isOfLine = (input: CallInput): input is LineInput => 'turn' in input && 'index' in input

const keyOf = ({ turn, index }: { turn: number; index: number }): string => `${turn}/${index}`
