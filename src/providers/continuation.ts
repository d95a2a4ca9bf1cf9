// How a reply that broke off in mid-stream goes on without anything being said twice: only whole words are handed
// out, the next model is told what was said, and what it repeats all the same is taken away. Pure.

import type { LlmMessage } from './llm.ts'

const carryOn =
  'Your answer was cut off after its last word above. Continue it from exactly there, in the same language, ' +
  'without repeating anything and without any comment.'

/** The messages that ask for the rest of an answer of which `given` was handed out. */
export function continuation(messages: readonly LlmMessage[], given: string): LlmMessage[] {
  return [...messages, { role: 'assistant', content: given }, { role: 'user', content: carryOn }]
}

/** Hands text on up to its last white space, so that what was handed out always ends with a whole word. */
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

/** Hands on what `pieces` add to `given`, as soon as it is clear that it is no repetition. */
export async function* withoutOverlap(given: string, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let head: string | undefined = ''
  for await (const piece of pieces) {
    if (head === undefined) {
      yield piece
      continue
    }
    head += piece
    // As long as all of it is found in what was said, it may still be a repetition.
    if (given.includes(head.trim()) && head.trimStart().length < given.length) continue
    const rest = addition(given, head)
    head = undefined
    if (rest !== '') yield rest
  }
  if (head === undefined) return
  const rest = addition(given, head)
  if (rest !== '') yield rest
}

/** A shorter repetition than this is a coincidence. */
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
  // A repetition that is not finished yet adds nothing.
  if (said.endsWith(rest) && rest.length >= leastOverlap) return ''
  const joins = rest === '' || /^[\s.,;:!?…)]/.test(rest) || /\s$/.test(given)
  return joins ? rest : ` ${rest}`
}

const startsWord = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])
