// Which hosts only a private network knows.

import { isIP } from 'node:net'

/** Top-level names that no public name server answers (RFC 6761, 6762, 8375, and ICANN's `internal`). */
const privateSuffixes = ['.localhost', '.local', '.internal', '.home.arpa']

/** An address, a name without a dot, or one that only private networks resolve. @param host lower case, no brackets */
export const isPrivateHost = (host: string): boolean =>
  isIP(host) !== 0 || !host.includes('.') || privateSuffixes.some((suffix) => host.endsWith(suffix))
