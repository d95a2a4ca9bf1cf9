// The files of tokens in DATA_DIR, all with mode 0600. `tokens.json` holds names, scopes and digests of the tokens that
// `bun run tokens` made; a token itself is shown once and kept nowhere. `page-token` and `commands-token` are made by a
// first start without ADMIN_TOKEN: the commands of the same user read theirs, because the file's mode says who that is.

import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../base/errors.ts'
import { lockFile } from '../base/file-lock.ts'
import { replaceFileSync } from '../base/replace-file.ts'
import { type Holder, reservedNames, type Scope, scopes } from './scopes.ts'
import { freshToken } from './strength.ts'

const ownerOnly = 0o600

export class TokenError extends AppError {
  override name = 'TokenError'
}

/** sha256 in hexadecimal. A token has 256 random bits, so a slow hash would add nothing. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

const storedSchema = z.array(
  z.object({
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    createdAt: z.string(),
  }),
)
export type StoredToken = z.infer<typeof storedSchema>[number]

const pathOf = (dir: string) => join(dir, 'tokens.json')

/** @throws {TokenError} when the file exists and cannot be read */
export function readTokens(dir: string): StoredToken[] {
  let text: string
  try {
    text = readFileSync(pathOf(dir), 'utf8')
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ENOENT') return []
    throw new TokenError('unreadable', `${pathOf(dir)} cannot be read`, { cause })
  }
  try {
    return storedSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new TokenError('broken', `${pathOf(dir)} is not a list of tokens; delete it or restore it`, {
      cause,
    })
  }
}

/** @returns when the file was last written, in ms since 1970; 0 when there is none */
export function tokensChangedMs(dir: string): number {
  return statSync(pathOf(dir), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Adds a token. @returns the token, which is kept nowhere @throws {TokenError} `name` or `scopes` */
export function addToken(dir: string, name: string, given: readonly string[], wallMs: number): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,39}$/i.test(name) || (reservedNames as readonly string[]).includes(name))
    throw new TokenError(
      'name',
      `"${name}" cannot be a name: use up to 40 letters, digits and . _ -, and none of ${reservedNames.join(', ')}`,
    )
  const unknown = given.filter((scope) => !(scopes as readonly string[]).includes(scope))
  if (unknown.length > 0 || given.length === 0)
    throw new TokenError('scopes', `give --scopes, separated by commas, out of ${scopes.join(', ')}`)
  const token = freshToken()
  changeTokens(dir, (tokens) => {
    if (tokens.some((one) => one.name === name))
      throw new TokenError(
        'name',
        `there is a token "${name}" already: revoke it first, or choose another name`,
      )
    const stored = { name, scopes: given as Scope[], digest: digestOf(token) }
    return [...tokens, { ...stored, createdAt: new Date(wallMs).toISOString() }]
  })
  return token
}

/** @returns false when there is no token of that name */
export function revokeToken(dir: string, name: string): boolean {
  let isFound = false
  changeTokens(dir, (tokens) => {
    isFound = tokens.some((one) => one.name === name)
    return tokens.filter((one) => one.name !== name)
  })
  return isFound
}

export function holderOf({ name, scopes }: StoredToken): Holder {
  return { name, scopes }
}

/** A change takes milliseconds; a process that keeps the lock for longer hangs. */
const lockWaitMs = 5_000

/** Reads, changes and writes the list while no other process does. */
function changeTokens(dir: string, change: (tokens: StoredToken[]) => StoredToken[]): void {
  mkdirSync(dir, { recursive: true, mode: 0o750 })
  const unlock = lockFile(join(dir, '.tokens.lock'), lockWaitMs)
  if (unlock === undefined)
    throw new TokenError('busy', `another process has been changing ${pathOf(dir)} for 5 s: try again`)
  try {
    const tokens = readTokens(dir)
    const changed = change(tokens)
    if (changed.length !== tokens.length)
      replaceFileSync(pathOf(dir), `${JSON.stringify(changed, null, 2)}\n`, ownerOnly)
  } finally {
    unlock()
  }
}

export type LocalToken = 'page-token' | 'commands-token'

/** Reads a token of a first start, or makes it. @throws when DATA_DIR cannot be written */
export function localToken(dir: string, name: LocalToken): string {
  const found = readLocalToken(dir, name)
  if (found !== undefined) return found
  mkdirSync(dir, { recursive: true, mode: 0o750 })
  try {
    // `wx`: of two servers that start at once in one folder, the second one reads the first one's.
    writeFileSync(join(dir, name), `${freshToken()}\n`, { mode: ownerOnly, flag: 'wx', flush: true })
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'EEXIST') throw cause
  }
  const made = readLocalToken(dir, name)
  if (made === undefined)
    throw new TokenError('local', `${join(dir, name)} cannot be read, or is empty: delete it`)
  return made
}

/** @returns undefined when there is none or it belongs to another user */
export function readLocalToken(dir: string, name: LocalToken): string | undefined {
  const path = join(dir, name)
  try {
    const token = readFileSync(path, 'utf8').trim()
    if (token === '') return undefined
    // Somebody may have copied the folder with a looser mask.
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, ownerOnly)
    return token
  } catch {
    return undefined
  }
}
