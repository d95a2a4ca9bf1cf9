// Reads a model's answer as it arrives: first an object that says what the model understood, then its words, sentence
// by sentence. Models put the object in a code fence, after some words, or leave it out; some think aloud before it.

import { createSplitter } from '../../providers/sentences.ts'
import { loneThoughtEnd } from '../../providers/thoughts.ts'

export type ModelPiece =
  /** The object, or '' when the model sent none and everything is words. Always the first piece. */
  { kind: 'understood'; line: string } | { kind: 'sentence'; text: string }

/** Longest object, in characters. */
const longestObject = 1_000
/** How much may come before the object: reasoning that nothing marks as such. */
const longestBefore = 6_000

export class AnswerReader {
  private readonly splitter = createSplitter()
  /** The text so far while the object has not been found. */
  private head: string | undefined = ''
  private truncated = false

  /** Nothing that comes later will be spoken. */
  get isFull(): boolean {
    return this.splitter.truncated || this.truncated
  }

  push(text: string): ModelPiece[] {
    if (this.head === undefined) return sentences(this.splitter.push(text))
    this.head += text
    const split = splitHead(this.head)
    if (split) {
      this.head = undefined
      return [{ kind: 'understood', line: split.line }, ...sentences(this.splitter.push(split.rest))]
    }
    if (this.head.length <= longestBefore) return []
    // Neither an object nor an answer of a length that could be spoken.
    this.head = undefined
    this.truncated = true
    return [{ kind: 'understood', line: '' }]
  }

  /** @param isCut the model reached its longest length: an unfinished sentence is left out */
  end(isCut: boolean): ModelPiece[] {
    const pieces: ModelPiece[] = []
    if (this.head !== undefined) {
      // Without an object everything is words, but not the beginning of an object.
      const words = afterThought(this.head)
      pieces.push({ kind: 'understood', line: '' })
      if (!/^\s*(?:```\w*\s*)?\{/.test(words)) pieces.push(...sentences(this.splitter.push(words)))
      this.head = undefined
    }
    return [...pieces, ...sentences(this.splitter.end(isCut))]
  }
}

const sentences = (texts: readonly string[]): ModelPiece[] =>
  texts.map((text) => ({ kind: 'sentence', text }))

/** What comes before a closing tag is reasoning. */
function afterThought(text: string): string {
  const at = text.lastIndexOf(loneThoughtEnd)
  return at < 0 ? text : text.slice(at + loneThoughtEnd.length)
}

/** Fields of the object. */
const ours = /"(?:answer|topic|intent|name|symptom)"\s*:/

/**
 * Finds the object. What comes before it is never spoken: it may be reasoning without a mark.
 *
 * @returns the object and what follows it, or undefined while it is incomplete or has not come
 */
function splitHead(head: string): { line: string; rest: string } | undefined {
  const text = afterThought(head).replace(/^\s*(?:```\w*\s*)?/, '')
  for (let at = text.indexOf('{'); at >= 0; at = text.indexOf('{', at + 1)) {
    const length = objectLength(text.slice(at, at + longestObject + 1))
    const line = text.slice(at, at + length)
    // At the very beginning any object is the object, however malformed; among words only ours is.
    if (length > 0 && (at === 0 || ours.test(line)))
      return { line, rest: text.slice(at + length).replace(/^\s*(?:```)?\s*/, '') }
    if (at === 0 && text.length > longestObject && length === 0) return { line: '', rest: '' }
  }
  return undefined
}

/** @returns the length of the object that `text` begins with; 0 while it is incomplete */
function objectLength(text: string): number {
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
