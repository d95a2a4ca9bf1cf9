// One request to the language model, and its answer as pieces. The request starts in the constructor, before `pieces`
// is read.

import type { Llm, LlmMessage, LlmSign } from '../../providers/llm.ts'
import { AnswerReader, type ModelPiece } from './answer-reader.ts'

const maxTokens = 300

export class ModelTurn {
  private readonly abort = new AbortController()
  private readonly stream: AsyncIterator<string>
  private readonly first: Promise<IteratorResult<string>>
  private isCut = false

  /** Sends the request. @param onToken called once, when the first token is read */
  constructor(
    llm: Llm,
    messages: readonly LlmMessage[],
    private readonly onToken: () => void,
  ) {
    const { signal } = this.abort
    const onSign = (sign: LlmSign) => {
      this.isCut ||= sign === 'truncated'
    }
    this.stream = llm.reply({ messages, maxTokens, signal, onSign })[Symbol.asyncIterator]()
    this.first = this.stream.next()
    // `first` is awaited later, or never after a cancel; without this a failure would be an unhandled rejection.
    this.first.catch(() => undefined)
  }

  get cancelled(): boolean {
    return this.abort.signal.aborted
  }

  /** Ends the request; `pieces` then ends without an error. */
  cancel(): void {
    this.abort.abort()
    this.stream.return?.()?.catch(() => undefined)
  }

  /** The reply; can be read once. @throws what the model's adapter throws */
  async *pieces(): AsyncGenerator<ModelPiece> {
    const reader = new AnswerReader()
    let next = await this.unlessCancelled(this.first)
    if (!next.done) this.onToken()
    while (!next.done) {
      for (const piece of reader.push(next.value)) {
        if (this.cancelled) return
        yield piece
      }
      // The reply is longer than a reply may be. Do not wait for the rest, which may never end.
      if (reader.isFull) {
        this.stream.return?.()?.catch(() => undefined)
        return
      }
      next = await this.unlessCancelled(this.stream.next())
    }
    if (!this.cancelled) yield* reader.end(this.isCut)
  }

  private async unlessCancelled(step: Promise<IteratorResult<string>>): Promise<IteratorResult<string>> {
    try {
      const result = await step
      if (!this.cancelled) return result
    } catch (error) {
      // An error of a cancelled request is of no interest.
      if (!this.cancelled) throw error
    }
    return { done: true, value: undefined }
  }
}
