// What the commands that ask the running server have in common.

import { errorText } from '../base/errors.ts'

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
