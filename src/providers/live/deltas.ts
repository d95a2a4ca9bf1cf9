// Recognisers that send each new piece of text once: the pieces add up to the interim text, and then to the final one.
// Pure.

import type { SttEvent } from '../stt.ts'
import type { Memory, Reading } from './reading.ts'

/** The most characters of one turn; a model that repeats itself for ever stops here. */
const longestText = 4_000

/** @param delta a piece of text, with its blanks; '' while nobody speaks */
export function addDelta(memory: Memory, delta: unknown): Reading {
  const piece = typeof delta === 'string' ? delta : ''
  const text = ((memory.text ?? '') + piece).slice(0, longestText)
  if (piece.trim() === '') return { memory: { ...memory, text }, events: [], heard: false, isResult: true }
  const event: SttEvent = { kind: 'transcript', text: text.trim(), isFinal: false }
  return {
    memory: { ...memory, text, interim: true },
    events: [event],
    heard: true,
    isResult: true,
  }
}

/**
 * Makes the pieces so far final.
 *
 * @param whole the server's own text for them
 */
export function finishText(memory: Memory, whole = memory.text ?? ''): Reading {
  const text = whole.trim().slice(0, longestText)
  const heard = text !== ''
  const events: SttEvent[] = []
  if (heard) events.push({ kind: 'transcript', text, isFinal: true })
  else if (memory.interim) events.push({ kind: 'transcript', text: '', isFinal: false })
  const turnOpen = memory.turnOpen || heard
  return {
    memory: { ...memory, text: '', interim: false, turnOpen },
    events,
    heard,
    isResult: true,
  }
}

/**
 * Makes the pieces final that an answer is about. Pieces of the next utterance may come before the answer, and the
 * answer may repeat what was said before: what both share is the end of `told` and the beginning of the pieces.
 *
 * @param told the text of the answer
 */
export function finishTold(memory: Memory, told: string): Reading {
  const pieces = memory.text ?? ''
  // The pieces are no longer than this; a message of 250 kB took 70 ms of a call's thread without the bound.
  const all = oneSpaced(told.slice(-2 * longestText))
  let end = 0
  let said = ''
  for (const { index, 0: word } of pieces.matchAll(/\S+/g)) {
    said += said === '' ? word : ` ${word}`
    if (all.endsWith(said)) end = index + word.length
  }
  if (end === 0) return finishText(memory)
  const reading = finishText(memory, pieces.slice(0, end))
  return { ...reading, memory: { ...reading.memory, text: pieces.slice(end) } }
}

const oneSpaced = (text: string): string => text.trim().replace(/\s+/g, ' ')
