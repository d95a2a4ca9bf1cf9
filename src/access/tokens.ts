// Which holder a token belongs to: ADMIN_TOKEN, ANNOUNCE_SECRET, the two tokens of a first start, and those of
// `bun run tokens`. Tokens are compared by their digests, so the time of an answer says nothing about a token.

import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { adminHolder, commandsHolder, dialplanHolder, type Holder, pageHolder } from './scopes.ts'
import { freshToken } from './strength.ts'
import { digestOf, holderOf, localToken, readTokens, tokensChangedMs } from './token-files.ts'

export type Tokens = {
  /** @returns undefined for a token that nobody holds */
  holderOf(token: string): Holder | undefined
}

export type TokensOptions = {
  clock: Clock
  log: Log
  /** DATA_DIR. */
  dir: string
  /** Empty when not set. */
  adminToken: string
  announceSecret: string
}

/**
 * How often the file of tokens is looked at. A revoked token is refused after this long at the latest, and what it has
 * open ends after as long again (admin/revocation.ts): together within a second.
 */
const lookEveryMs = 500

/** @returns the tokens, and the page's token when ADMIN_TOKEN is not set */
export function openTokens(options: TokensOptions): { tokens: Tokens; pageToken: string | undefined } {
  const { adminToken, announceSecret } = options
  const fixed = new Map<string, Holder>()
  if (announceSecret !== '') fixed.set(digestOf(announceSecret), dialplanHolder)
  let pageToken: string | undefined
  if (adminToken !== '') fixed.set(digestOf(adminToken), adminHolder)
  else {
    pageToken = madeAtFirstStart(options, 'page-token')
    fixed.set(digestOf(pageToken), pageHolder)
    fixed.set(digestOf(madeAtFirstStart(options, 'commands-token')), commandsHolder)
  }
  const inFile = tokensInFile(options)
  return {
    pageToken,
    tokens: {
      holderOf(token) {
        if (token === '') return undefined
        const digest = digestOf(token)
        return fixed.get(digest) ?? inFile().get(digest)
      },
    },
  }
}

/** Where DATA_DIR cannot be written, the token lasts as long as the process; commands then do without it. */
function madeAtFirstStart({ dir, log }: TokensOptions, name: 'page-token' | 'commands-token'): string {
  try {
    return localToken(dir, name)
  } catch (error) {
    log.warn('a token could not be kept in DATA_DIR; it lasts until the server ends', {
      file: name,
      error: errorText(error),
    })
    return freshToken()
  }
}

function tokensInFile({ dir, clock, log }: TokensOptions): () => ReadonlyMap<string, Holder> {
  let holders = new Map<string, Holder>()
  let changedMs = -1
  let nextLookMs = Number.NEGATIVE_INFINITY
  return () => {
    if (clock.now() < nextLookMs) return holders
    nextLookMs = clock.now() + lookEveryMs
    try {
      const nowChangedMs = tokensChangedMs(dir)
      if (nowChangedMs === changedMs) return holders
      changedMs = nowChangedMs
      holders = new Map(readTokens(dir).map((stored) => [stored.digest, holderOf(stored)]))
    } catch (error) {
      // Rather nobody than somebody whose token was revoked.
      holders = new Map()
      log.warn('the tokens of `bun run tokens` are refused', { error: errorText(error) })
    }
    return holders
  }
}
