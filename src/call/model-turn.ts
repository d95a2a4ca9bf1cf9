// One request to the language model: its first line, which says what it understood, and then its words, sentence by
// sentence as they arrive. The request runs from the moment this is made, whether or not anybody reads yet.

import type { Llm, LlmMessage } from '../providers/llm.ts'
import { createSplitter } from '../providers/sentences.ts'

export type ModelPiece =
  /** The first line when it looks like the agreed JSON; otherwise '', and the line counts as words. Always first. */
  { kind: 'understood'; line: string } | { kind: 'sentence'; text: string }

/** A first line longer than this is none. */
const longestFirstLine = 1_000
const maxTokens = 300

export class ModelTurn {
  private readonly abort = new AbortController()
  private readonly stream: AsyncIterator<string>
  private readonly first: Promise<IteratorResult<string>>

  /** @param onToken called once, when the first token is there */
  constructor(
    llm: Llm,
    messages: readonly LlmMessage[],
    private readonly onToken: () => void,
  ) {
    this.stream = llm.reply({ messages, maxTokens, signal: this.abort.signal })[Symbol.asyncIterator]()
    this.first = this.stream.next()
    // Read later, or never when the turn is cancelled: a failure must not be lost to the process meanwhile.
    this.first.catch(() => undefined)
  }

  get cancelled(): boolean {
    return this.abort.signal.aborted
  }

  /** Ends the request; `pieces` then simply ends. */
  cancel(): void {
    this.abort.abort()
    this.stream.return?.()?.catch(() => undefined)
  }

  /** To be read once. @throws what the model's adapter throws */
  async *pieces(): AsyncGenerator<ModelPiece> {
    const splitter = createSplitter()
    let head: string | undefined = ''
    let next = await this.first
    if (!next.done) this.onToken()
    while (!next.done && !this.cancelled) {
      let text = next.value
      if (head !== undefined) {
        head += text
        const split = splitHead(head)
        if (split) {
          yield { kind: 'understood', line: split.line }
          head = undefined
          text = split.rest
        } else text = ''
      }
      for (const sentence of splitter.push(text)) yield { kind: 'sentence', text: sentence }
      next = await this.stream.next()
    }
    if (this.cancelled) return
    if (head !== undefined) {
      const isJson = head.trimStart().startsWith('{')
      yield { kind: 'understood', line: isJson ? head : '' }
      if (!isJson) for (const sentence of splitter.push(head)) yield { kind: 'sentence', text: sentence }
    }
    for (const sentence of splitter.end()) yield { kind: 'sentence', text: sentence }
  }
}

/** @returns the first line and what follows it, or undefined while it is not whole */
function splitHead(head: string): { line: string; rest: string } | undefined {
  const text = head.trimStart()
  if (text === '') return undefined
  if (!text.startsWith('{')) return { line: '', rest: text }
  const end = text.indexOf('\n')
  if (end >= 0) return { line: text.slice(0, end), rest: text.slice(end + 1) }
  // Some models forget the line break: the object's own end will do, once words follow it.
  const closed = /^\{[^{}]*\}\s*(?=[^\s,}\]])/.exec(text)
  if (closed) return { line: closed[0], rest: text.slice(closed[0].length) }
  return text.length > longestFirstLine ? { line: '', rest: '' } : undefined
}
