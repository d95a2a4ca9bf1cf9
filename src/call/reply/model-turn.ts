// One request to the language model: its first line, which says what it understood, and then its words, sentence by
// sentence as they arrive. The request runs from the moment this is made, whether or not anybody reads yet.

import type { Llm, LlmMessage } from '../../providers/llm.ts'
import { createSplitter } from '../../providers/sentences.ts'

export type ModelPiece =
  /** The object of the first line; '' where there is none, and then all is words. Always first. */
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
    let next = await this.unlessCancelled(this.first)
    if (!next.done) this.onToken()
    while (!next.done) {
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
      for (const sentence of splitter.push(text)) {
        if (this.cancelled) return
        yield { kind: 'sentence', text: sentence }
      }
      // More than a reply has room for: what would still come is not waited for, and may never end.
      if (splitter.truncated) {
        this.stream.return?.()?.catch(() => undefined)
        return
      }
      next = await this.unlessCancelled(this.stream.next())
    }
    if (this.cancelled) return
    if (head !== undefined) yield { kind: 'understood', line: '' }
    for (const sentence of splitter.end()) yield { kind: 'sentence', text: sentence }
  }

  private async unlessCancelled(step: Promise<IteratorResult<string>>): Promise<IteratorResult<string>> {
    try {
      const result = await step
      if (!this.cancelled) return result
    } catch (error) {
      // Nobody waits for a request that was ended, however it takes that.
      if (!this.cancelled) throw error
    }
    return { done: true, value: undefined }
  }
}

/**
 * The agreed first line, also where a model fences it, spreads it over several lines, or goes on behind it.
 *
 * @returns the object and what follows it, or undefined while it is not whole
 */
function splitHead(head: string): { line: string; rest: string } | undefined {
  if (head.length > 2 * longestFirstLine) return { line: '', rest: head }
  const text = head.replace(/^\s*(?:```\w*\s*)?/, '')
  if (text === '' || /^\s*`{1,2}$/.test(head)) return undefined
  if (!text.startsWith('{')) return { line: '', rest: text }
  const end = objectEnd(text)
  if (end > 0) return { line: text.slice(0, end), rest: text.slice(end).replace(/^\s*(?:```)?\s*/, '') }
  return text.length > longestFirstLine ? { line: '', rest: '' } : undefined
}

/** @returns where the object that `text` begins with ends; 0 while it does not */
function objectEnd(text: string): number {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '\\') i++
    else if (char === '"') inString = !inString
    else if (inString) continue
    else if (char === '{') depth++
    else if (char === '}' && --depth === 0) return i + 1
  }
  return 0
}
