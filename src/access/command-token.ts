// Which token a command of this machine sends to the server: the one it was given, ADMIN_TOKEN, or the one that the
// server keeps for commands in DATA_DIR. The file's mode lets only the server's own user read it.

import { isLoopback } from './peer.ts'
import { readLocalToken } from './token-files.ts'

export type CommandTokenOptions = {
  /** URL of the admin server. */
  url: string
  /** DATA_DIR of the server. */
  dir: string
  /** ADMIN_TOKEN, or a token from the command line; empty when there is none. */
  given: string | undefined
}

/** @returns undefined when there is none; a file's token never leaves this machine */
export function commandToken({ url, dir, given }: CommandTokenOptions): string | undefined {
  if (given) return given
  const host = URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? ''
  return host === 'localhost' || isLoopback(host) ? readLocalToken(dir, 'commands-token') : undefined
}
