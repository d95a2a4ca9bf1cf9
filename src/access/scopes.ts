// What a token may do. Each route of the admin API names the scope that it needs (admin/route-access.ts).

/**
 * - `read`: see and hear calls, recordings, phrases and metrics
 * - `act`: hang up, transfer, say, drain, and talk to the bot from the page
 * - `edit`: change what callers hear, and the desk
 * - `erase`: delete recordings and callers, and read the audit trail
 * - `announce`: announce calls before they connect (the dialplan's), and nothing else
 * - `call`: talk to the bot from a browser, and nothing else
 */
export const scopes = ['read', 'act', 'edit', 'erase', 'announce', 'call'] as const
export type Scope = (typeof scopes)[number]

/** Who holds a token. `name` is what the audit trail and the history of changes show. */
export type Holder = {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** The token is accepted from this machine only. */
  readonly loopbackOnly?: boolean
}

/** The holder of ADMIN_TOKEN: everything, from anywhere. */
export const adminHolder: Holder = { name: 'admin', scopes }
/** The holder of the token that a first start makes for the page. */
export const pageHolder: Holder = { name: 'page', scopes: ['read', 'act', 'edit'], loopbackOnly: true }
/** The holder of the token that a first start makes for `bun run erase` and the like. */
export const commandsHolder: Holder = {
  name: 'commands',
  scopes: ['read', 'act', 'edit', 'erase', 'call'],
  loopbackOnly: true,
}
/** The holder of ANNOUNCE_SECRET. */
export const dialplanHolder: Holder = { name: 'dialplan', scopes: ['announce'] }

/** Who calls with a signed link (webrtc/links.ts). */
export const linkHolder: Holder = { name: 'link', scopes: ['call'] }

/** Names that `bun run tokens add` refuses, because they would blur the audit trail. */
export const reservedNames = ['admin', 'page', 'commands', 'dialplan', 'nobody', 'code', 'link'] as const
