// Who makes a request, for the history of changes and other records: the name of the token.

import type { Context } from 'hono'
import type { AdminEnv } from './deps.ts'

/** The name of the request's token; `operator` where tokens have no name. */
export function actorOf(context: Context<AdminEnv>): string {
  return context.get('actor') ?? 'operator'
}
