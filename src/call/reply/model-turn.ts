// One request to the language model: its first line, a JSON object that says what it understood, and then its words,
// sentence by sentence as they arrive. The request starts in the constructor, before `pieces` is read.

import type { Llm, LlmMessage } from '../../providers/llm.ts'
import { createSplitter } from '../../providers/sentences.ts'

export type ModelPiece =
  /** The first line's object, or '' when the model sent none and everything is words. Always the first piece. */
  { kind: 'understood'; line: string } | { kind: 'sentence'; text: string }

/** Longest first line that is still taken as the JSON object, in characters. */
const longestFirstLine = 1_000
const maxTokens = 300

export class ModelTurn {
  private readonly abort = new AbortController()
  private readonly stream: AsyncIterator<string>
  private readonly first: Promise<IteratorResult<string>>

  /** Sends the request. @param onToken called once, when the first token is read */
  constructor(
    llm: Llm,
    messages: readonly LlmMessage[],
    private readonly onToken: () => void,
  ) {
    this.stream = llm.reply({ messages, maxTokens, signal: this.abort.signal })[Symbol.asyncIterator]()
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
      // The reply is longer than a reply may be. Do not wait for the rest, which may never end.
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
      // An error of a cancelled request is of no interest.
      if (!this.cancelled) throw error
    }
    return { done: true, value: undefined }
  }
}

/**
 * Splits the first line off, even when a model puts it in a code fence, spreads it over several lines, or continues on
 * the same line.
 *
 * @returns the object and what follows it, or undefined while the object is incomplete
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

/** @returns the index after the object that `text` begins with; 0 while the object is incomplete */
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
