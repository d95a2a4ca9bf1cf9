// What the commands that ask the running server have in common.

import { commandToken } from '../access/command-token.ts'
import { createClient } from '../admin/client.ts'
import { errorText } from '../base/errors.ts'
import type { Config } from '../config.ts'
import { nationalNumber } from '../understanding/phone.ts'
import { adminUrlOf } from './admin-url.ts'

/** @returns the only argument as a number in national form @throws {Error} a sentence for the operator */
export function phoneArgument(positionals: readonly string[]): string {
  const phone = nationalNumber(positionals[0] ?? '')
  if (positionals.length !== 1 || phone === undefined)
    throw new Error('Give one telephone number, such as 06 12 34 56 78 or +33 6 12 34 56 78.')
  return phone
}

/** A client of the server that runs with these settings, with the token that this user may use. */
export function serverOf(config: Config) {
  const url = adminUrlOf(config)
  const token = commandToken({ url, dir: config.DATA_DIR, given: config.ADMIN_TOKEN })
  return { url, client: createClient(url, token) }
}

/**
 * For the `catch` of a request to the server.
 *
 * @returns undefined when nothing listens at `url`, so that the command may work on the files itself
 * @throws {Error} for any other failure: a server that runs, but could not be asked, still holds its memory
 */
export function noServer(url: string, error: unknown): undefined {
  const code = (error as { code?: unknown }).code
  if (code === 'ConnectionRefused' || code === 'ECONNREFUSED') return undefined
  throw new Error(
    `The server at ${url} could not be asked (${errorText(error)}). Nothing was done. ` +
      'With a certificate of your own, set NODE_EXTRA_CA_CERTS to it.',
  )
}
