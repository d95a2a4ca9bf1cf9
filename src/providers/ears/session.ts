// One call's session with the ears as the call thread has it: what the next thread must know of it when the present one
// is lost.

import type { CallRing } from '../../audio/call-ring.ts'
import type { SttEvent, SttHints, SttOpen, SttSession } from '../stt.ts'
import type { EarsRequest, Heard } from './messages.ts'

/** What the ears need of a call's ring: they also keep it from the next call while they read it. */
export type HeldRing = Pick<
  CallRing,
  'place' | 'shared' | 'call' | 'written' | 'oldest' | 'read' | 'retain' | 'release'
>

/** What a session asks of the ears. */
export type EarsHost = { ask(request: EarsRequest): void; forget(session: EarsSession): void }

/** One call's session: what the next thread must know of it. */
export class EarsSession implements SttSession {
  private coveredPosition: number
  /** Up to here a thread may have sent the audio to a recogniser. */
  private sentTo: number
  /** Where `coveredPosition` will be when the call has answered the present text. */
  private answerable = 0
  private hints: SttHints | undefined
  /** A reply may have begun because the turn is probably over. */
  private isEager = false
  private isClosed = false

  constructor(
    readonly id: number,
    readonly asked: SttOpen<HeldRing>,
    private readonly ears: EarsHost,
  ) {
    this.coveredPosition = asked.from
    this.sentTo = asked.from
  }

  opening(): EarsRequest {
    const { callId, language, audio, without = [] } = this.asked
    const { place, shared, call: owner } = audio
    const { id: session, coveredPosition: from, sentTo, hints } = this
    return { ask: 'open', session, callId, language, place, shared, owner, from, sentTo, without, hints }
  }

  hint(hints: SttHints): void {
    this.hints = hints
    this.ask({ ask: 'hint', session: this.id, hints })
  }

  finalize(): void {
    this.ask({ ask: 'finalize', session: this.id })
  }

  answered(): void {
    this.covered(this.answerable)
    this.ask({ ask: 'answered', session: this.id })
  }

  coveredTo(): number {
    return this.coveredPosition
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.ears.forget(this)
  }

  hear({ event, coveredTo, answeredTo }: Heard): void {
    this.covered(coveredTo)
    this.answerable = answeredTo
    this.tell(event)
  }

  covered(position: number): void {
    this.coveredPosition = Math.max(this.coveredPosition, position)
  }

  /** The thread has told its state a moment ago: by then it had seen this call's audio. */
  threadWorked(): void {
    this.sentTo = this.asked.audio.written
  }

  /** The thread is gone; the next one goes on from what is covered. */
  lost(isDown: boolean): void {
    if (this.isEager) this.tell({ kind: 'turnResumed' })
    this.tell({ kind: 'link', state: isDown ? 'failed' : 'lost', code: 'thread' })
  }

  private ask(request: EarsRequest): void {
    if (!this.isClosed) this.ears.ask(request)
  }

  private tell(event: SttEvent): void {
    if (this.isClosed) return
    if (event.kind === 'eagerEndOfTurn') this.isEager = true
    else if (event.kind === 'turnResumed' || event.kind === 'endOfTurn') this.isEager = false
    this.asked.onEvent(event)
  }
}
