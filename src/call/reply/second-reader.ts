// An ending waits a moment for the language model, which may object to it (dialogue/model/objection.ts).

import { type Clock, waitMs } from '../../base/clock.ts'
import type { DialogueState } from '../../dialogue/dialogue-machine.ts'
import type { DialogueInput } from '../../dialogue/types.ts'
import { checkUnderstood, type ModelReply, said } from './model-reply.ts'

/**
 * How long an ending waits, from the end of the turn. Groq's first line is there within 400 ms, and sooner when the
 * turn was sent in advance; after 700 ms the caller would hear the `wait` phrase (AgentOptions.fillAfterMs).
 */
const objectionMs = 600

/**
 * The input that the dialogue gets: what the rules understood, with the model's objection if it came in time.
 *
 * @throws what the model's adapter throws
 */
export async function secondReading(
  asked: ModelReply,
  state: DialogueState,
  clock: Clock,
): Promise<DialogueInput> {
  const decided = new AbortController()
  const late = waitMs(clock, objectionMs, decided.signal).then(() => undefined)
  try {
    const line = await Promise.race([firstLine(asked), late])
    return line === undefined ? said(asked.rules) : checkUnderstood(asked, line, state).input
  } finally {
    decided.abort()
  }
}

async function firstLine({ request }: ModelReply): Promise<string | undefined> {
  for await (const piece of request.pieces()) return piece.kind === 'understood' ? piece.line : undefined
  return undefined
}
