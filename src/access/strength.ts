// How hard a token is to guess, from its text alone. Nobody can see whether a text is random, so this is a lower limit
// on length and variety: it refuses `a`, `secret` and `aaaa…`, and accepts what a generator of tokens prints.

/** 128 bits: 2^128 guesses are out of reach; 22 characters of base64 or 32 hexadecimal digits hold them. */
export const minTokenBits = 128
/** Fewer different characters than this are a pattern, not a random text. */
const minDifferent = 8

const classes: readonly [RegExp, number][] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[^a-zA-Z0-9]/, 32],
]

/** @returns bits of a random text of this length and these kinds of characters; 0 for a text with a visible pattern */
export function tokenBits(token: string): number {
  if (new Set(token).size < minDifferent) return 0
  const alphabet = /^[0-9a-f]+$/i.test(token)
    ? 16
    : classes.reduce((sum, [kind, size]) => sum + (kind.test(token) ? size : 0), 0)
  return Math.floor(token.length * Math.log2(alphabet))
}

/** @returns a fresh token of 256 bits, which headers, URLs and shells carry unchanged */
export function freshToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
}

/**
 * For a setting.
 *
 * @returns the end of a sentence that begins with the variable's name; undefined when the token is long enough
 */
export function tokenFault(token: string): string | undefined {
  const bits = tokenBits(token)
  if (token === '' || bits >= minTokenBits) return undefined
  return (
    `can be guessed: it has about ${bits} bits, and ${minTokenBits} are needed. ` +
    `Take this fresh one, or \`openssl rand -base64 32\`: ${freshToken()}`
  )
}
