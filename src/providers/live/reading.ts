// What a message of a live recogniser means for a call, as plain values. Each vendor's folder has a reader of its own.
// Pure.

import type { SttEvent } from '../stt.ts'

/** What must be remembered from one message to the next; it outlives a connection. */
export type Memory = {
  /** Words arrived since the last end of a turn. */
  turnOpen: boolean
  /** The last text was an interim one. */
  interim: boolean
  /** A reply may have begun on `eagerEndOfTurn`. */
  eager: boolean
  /** End of the last word, in seconds of this connection's audio; undefined before the first. */
  lastWordS?: number
  /** What a recogniser that sends pieces has said since its last final text. */
  text?: string
}
export const blank: Memory = { turnOpen: false, interim: false, eager: false }

export type Reading = {
  memory: Memory
  events: readonly SttEvent[]
  /** The result covers this connection's audio up to this second, which need not be sent again. */
  coveredS?: number
  /** The text covers this connection's audio up to this second, final or not. */
  textToS?: number
  /** Whether the message contains words. */
  heard: boolean
  /** The message is a result, with or without words. */
  isResult?: true
  /** Answer to a `Configure`. */
  configured?: 'ok' | 'refused'
  /** The vendor's code for an error that ends the stream. */
  fault?: string
}
export type Read = (message: unknown, memory: Memory) => Reading

/** On a new connection the seconds begin anew, and the audio that is sent again brings its words again. */
export const onNewConnection = ({ lastWordS: _, text: __, ...memory }: Memory): Memory => memory

/** After a lost connection: cancels a reply that began on `eagerEndOfTurn`; the replayed audio will bring a new one. */
export function afterLoss(memory: Memory): { memory: Memory; events: readonly SttEvent[] } {
  if (!memory.eager) return { memory, events: [] }
  return { memory: { ...memory, eager: false }, events: [{ kind: 'turnResumed' }] }
}
