// The code in the link that a first start prints: the page trades it in for its token. It serves once, and expires,
// because a terminal's scrollback and a journal keep it for longer than anybody needs it.

import type { Clock } from '../base/clock.ts'
import { freshToken } from './strength.ts'
import { digestOf } from './token-files.ts'

/** Long enough to read the start-up lines and click; `bun run tokens link` prints a new one. */
export const codeLifeMs = 15 * 60_000

export type OneTimeCodes = {
  /** Makes a code; an earlier one that nobody has used stays valid. */
  create(): string
  /** @returns whether the code was valid; it is not any more */
  redeem(code: string): boolean
}

/** Unused codes at once; one more replaces the oldest. */
const capacity = 16

export function createOneTimeCodes(clock: Clock): OneTimeCodes {
  const untilMs = new Map<string, number>()
  return {
    create() {
      for (const oldest of untilMs.keys()) {
        if (untilMs.size < capacity) break
        untilMs.delete(oldest)
      }
      const code = freshToken()
      untilMs.set(digestOf(code), clock.now() + codeLifeMs)
      return code
    },
    redeem(code) {
      const digest = digestOf(code)
      const ms = untilMs.get(digest)
      untilMs.delete(digest)
      return ms !== undefined && clock.now() < ms
    },
  }
}
