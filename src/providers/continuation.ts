// Continues a reply that broke off in mid-stream without saying anything twice: only whole words are handed out, the
// next model receives the text so far, and what it repeats anyway is removed. Pure.

import type { LlmMessage } from './llm.ts'

const carryOn =
  'Your answer was cut off after its last word above. Continue it from exactly there, in the same language, ' +
  'without repeating anything and without any comment.'

/** The messages that ask for the rest of an answer of which `given` was handed out. */
export function continuation(messages: readonly LlmMessage[], given: string): LlmMessage[] {
  return [...messages, { role: 'assistant', content: given }, { role: 'user', content: carryOn }]
}

/** Passes text on up to its last white space, so that the text handed out always ends with a whole word. */
export async function* wholeWords(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = ''
  for await (const piece of pieces) {
    held += piece
    const at = lastSpace(held)
    if (at <= 0) continue
    yield held.slice(0, at)
    held = held.slice(at)
  }
  if (held !== '') yield held
}

function lastSpace(text: string): number {
  for (let i = text.length - 1; i >= 0; i--) if (/\s/.test(text[i])) return i
  return -1
}

/** Passes on what `pieces` add to `given`, as soon as it is clearly not a repetition. */
export async function* withoutOverlap(given: string, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let head: string | undefined = ''
  for await (const piece of pieces) {
    if (head === undefined) {
      yield piece
      continue
    }
    head += piece
    // While all of it occurs in the text given so far, it may still be a repetition.
    if (given.includes(head.trim()) && head.trimStart().length < given.length) continue
    const rest = addition(given, head)
    head = undefined
    if (rest !== '') yield rest
  }
  if (head === undefined) return
  const rest = addition(given, head)
  if (rest !== '') yield rest
}

/** A shorter overlap than this, in characters, is a coincidence. */
const leastOverlap = 6

/** @returns the part of `next` that is new after `given`, with a space between the two where one is missing */
export function addition(given: string, next: string): string {
  const said = given.trimEnd()
  const text = next.trimStart()
  let rest = text
  if (text.startsWith(said)) rest = text.slice(said.length)
  else
    for (let length = Math.min(said.length, text.length); length >= leastOverlap; length--) {
      if (!said.endsWith(text.slice(0, length)) || !startsWord(said, said.length - length)) continue
      rest = text.slice(length)
      break
    }
  // An unfinished repetition adds nothing.
  if (said.endsWith(rest) && rest.length >= leastOverlap) return ''
  const joins = rest === '' || /^[\s.,;:!?…)]/.test(rest) || /\s$/.test(given)
  return joins ? rest : ` ${rest}`
}

const startsWord = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])
