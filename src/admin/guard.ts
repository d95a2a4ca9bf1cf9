// Access control of the admin server. Every request passes here: no names but our own (Host), no pages of other sites
// (Origin), no hidden proxies, then the token and the scope that the route needs. What an operator reads or changes
// leaves a line in the audit trail.

import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { AllowList } from '../access/allow-list.ts'
import { type AuditTrail, RepeatedReads } from '../access/audit.ts'
import { isLoopback, isOwnHost, type Peer, peerOf } from '../access/peer.ts'
import { type Holder, linkHolder } from '../access/scopes.ts'
import type { TokenFailures } from '../access/token-failures.ts'
import type { Tokens } from '../access/tokens.ts'
import type { Clock } from '../base/clock.ts'
import { linkPrefix } from '../webrtc/links.ts'
import type { Webrtc } from '../webrtc/types.ts'
import { announcedSecret } from './announcement-form.ts'
import type { AdminEnv, ClusterDeps } from './deps.ts'
import { problem } from './problem.ts'
import { OpenStreams } from './revocation.ts'
import { type RouteAccess, routeAccess } from './route-access.ts'

/** Sets the security headers on every response. The page sets its own Content-Security-Policy. */
export function securityHeaders(): MiddlewareHandler<AdminEnv> {
  return async (context, next) => {
    await next()
    const headers = context.res.headers
    headers.set('X-Content-Type-Options', 'nosniff')
    // Older than `frame-ancestors`, and it knows no other origins.
    const policy = headers.get('Content-Security-Policy') ?? "frame-ancestors 'none'"
    if (policy.includes("frame-ancestors 'none'")) headers.set('X-Frame-Options', 'DENY')
    headers.set('Referrer-Policy', 'no-referrer')
    headers.set('Cross-Origin-Resource-Policy', 'same-origin')
    headers.set('Cross-Origin-Opener-Policy', 'same-origin')
    if (!headers.has('Content-Security-Policy'))
      headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
  }
}

export type GuardDeps = {
  clock: Clock
  tokens: Tokens
  failures: TokenFailures
  audit: Pick<AuditTrail, 'record'>
  /** ASTERISK_ALLOW. */
  asteriskAllows: (address: string) => boolean
  /** PROXY_FROM. */
  proxies: AllowList
  /** PUBLIC_HOSTS, in lower case. */
  publicHosts: readonly string[]
  webrtc?: Pick<Webrtc, 'links'> | undefined
  cluster?: Pick<ClusterDeps, 'isPeer'> | undefined
}

/** Refuses what may not pass, sets `who` and `address` for the routes, and writes the audit trail. */
export function guard(deps: GuardDeps): MiddlewareHandler<AdminEnv> {
  const reads = new RepeatedReads(deps.clock)
  const streams = new OpenStreams(deps.clock)
  return async (context, next) => {
    const { key, access } = accessOf(context)
    context.set('untilRevoked', (end) => streams.watch(() => mayStill(context, deps, access), end))
    const peer = peerOf(context.env.address, (name) => context.req.header(name), deps.proxies)
    const token = tokenIn(context) || (await secretInForm(context, key))
    const linked = linkIn(context, deps, access, token)
    if (linked instanceof Response) return linked
    const refusal =
      foreignHost(context, deps) ??
      (linked ? undefined : foreignOrigin(context)) ??
      refuse(context, deps, access, { peer, token, linked })
    if (refusal) return refusal
    await next()
    if (access?.audit === undefined || context.res.status >= 400) return
    const { who, auditId: id = idOf(context, key) } = context.var
    const entry = { who, address: peer.address, action: access.audit, ...(id && { id }) }
    if (key.startsWith('GET ') && reads.continues(entry, context.req.url)) return
    await deps.audit.record(entry)
  }
}

/** The route's line in the table; a route without one answers nobody. */
function accessOf(context: Context<AdminEnv>): { key: string; access: RouteAccess | undefined } {
  const route = matchedRoutes(context).findLast(({ method }) => method !== 'ALL')
  const method = context.req.method === 'HEAD' ? 'GET' : context.req.method
  const key = `${method} ${route?.path ?? ''}`
  if (route !== undefined) return { key, access: routeAccess[key] ?? { needs: [] } }
  // A path that does not exist: below /api/ and /metrics only a token learns that.
  return { key, access: undefined }
}

/** The signed link of the request, which takes the place of token and origin check; the refusal of one that ended. */
function linkIn(
  context: Context<AdminEnv>,
  { webrtc }: GuardDeps,
  access: RouteAccess | undefined,
  token: string,
): Holder | Response | undefined {
  if (access?.link === undefined || webrtc === undefined || !token.startsWith(linkPrefix)) return undefined
  // Our own page /call lies in a frame of the link's page, and its requests name our own origin. Its
  // `frame-ancestors` keep it out of other pages.
  const origin = context.req.header('origin')
  const isOwn = origin !== undefined && isSameHost(origin, hostOf(context))
  const link = webrtc.links.read(token, isOwn ? undefined : origin)
  if (link === 'wrong') return undefined
  if (access.link === 'begins' && webrtc.links.isExpired(link))
    return problem(context, 401, 'link_expired', 'this link has expired: load the page again')
  context.set('link', link)
  return linkHolder
}

// A test's request has no Host header; front-connection.ts gives one to a client's that has none.
const hostOf = ({ req }: Context<AdminEnv>) => req.header('host') ?? URL.parse(req.url)?.host ?? ''

/** Refuses foreign names. */
function foreignHost(context: Context<AdminEnv>, { publicHosts }: GuardDeps): Response | undefined {
  if (!isOwnHost(hostOf(context), publicHosts))
    return problem(
      context,
      403,
      'foreign_host',
      'this server does not answer to the name in the Host header; add the name to PUBLIC_HOSTS if it is yours',
    )
  return undefined
}

/** Refuses pages of other sites. */
function foreignOrigin(context: Context<AdminEnv>): Response | undefined {
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = context.req.header()
  // Where browsers send no Origin (images, for example) they send Sec-Fetch-Site. A link to the page works.
  const isEmbedded = (site === 'cross-site' || site === 'same-site') && mode !== 'navigate'
  if (isEmbedded || (origin !== undefined && !isSameHost(origin, hostOf(context))))
    return problem(context, 403, 'foreign_origin', 'requests from pages of other sites are refused')
  return undefined
}

/** Refuses by token, scope and address; sets `who` and `address`. */
function refuse(
  context: Context<AdminEnv>,
  deps: GuardDeps,
  access: RouteAccess | undefined,
  { peer, token, linked }: { peer: Peer; token: string; linked: Holder | undefined },
): Response | undefined {
  const { address } = peer
  context.set('address', address)
  context.set('who', 'nobody')
  const needs = access?.needs ?? (needsTokenWhenUnknown(context.req.path) ? 'any' : 'open')
  if (needs === 'cluster') return refuseStranger(context, deps)
  const isOpen = needs === 'open' || needs === 'asterisk'
  const isNeeded = !isOpen || peer.isHidden
  const found = linked ?? (isNeeded ? holderOf(context, deps, address, token) : undefined)
  if (found instanceof Response) return found
  if (peer.isHidden && (found === undefined || found.loopbackOnly))
    return problem(
      context,
      403,
      'hidden_client',
      'the request came through a proxy that PROXY_FROM does not name, or its headers name several clients; ' +
        'name the proxy, or send a token',
    )
  if (needs === 'open') return undefined
  if (needs === 'asterisk') {
    if (deps.asteriskAllows(address)) return undefined
    return problem(context, 403, 'not_asterisk', 'this address is not in the list of Asterisk servers')
  }
  if (found === undefined)
    return problem(context, 401, 'bad_token', 'a valid bearer token is required', {
      'WWW-Authenticate': 'Bearer realm="voicebot"',
    })
  context.set('who', found.name)
  if (found.loopbackOnly && !isLoopback(address))
    return problem(
      context,
      403,
      'loopback_only',
      'this token is accepted from this machine only; set ADMIN_TOKEN',
    )
  if (needs === 'any') return undefined
  if (!needs.some((scope) => found.scopes.includes(scope)))
    return problem(
      context,
      403,
      'no_scope',
      `this token lacks the scope ${needs.join(' or ') || 'of this route'}`,
    )
  // A dialplan's secret lies on another machine; it is of use there only. The operator may announce from anywhere.
  if (needs.includes('announce') && !found.scopes.includes('act') && !deps.asteriskAllows(address))
    return problem(context, 403, 'not_asterisk', 'this address is not in the list of Asterisk servers')
  return undefined
}

/** Refuses what no machine of the cluster has signed. */
function refuseStranger(context: Context<AdminEnv>, { cluster }: GuardDeps): Response | undefined {
  const { method, url } = context.req
  const { pathname, search } = new URL(url)
  if (cluster?.isPeer(context.req.header('authorization'), method, pathname + search)) {
    context.env.authenticated?.()
    return undefined
  }
  return problem(context, 401, 'not_a_machine', 'only the machines of the cluster may ask this')
}

/** Whether the token of a request that was let in may use the route now. */
function mayStill(
  context: Context<AdminEnv>,
  { tokens }: GuardDeps,
  access: RouteAccess | undefined,
): boolean {
  // A call that a link has begun goes on.
  if (context.get('link') !== undefined) return true
  // A machine's key does not end.
  if (access?.needs === 'cluster') return true
  const held = tokens.holderOf(tokenIn(context))?.scopes ?? []
  return Array.isArray(access?.needs) && access.needs.some((scope) => held.includes(scope))
}

/** @returns the token's holder, undefined without a token, or the refusal of a wrong one */
function holderOf(
  context: Context<AdminEnv>,
  { tokens, failures }: GuardDeps,
  address: string,
  token: string,
): Holder | Response | undefined {
  if (token === '') return undefined
  const early = refuseEarly(context, failures, address, token)
  if (early) return early
  const holder = tokens.holderOf(token)
  if (holder !== undefined) {
    failures.succeeded(address, token)
    context.env.authenticated?.()
    return holder
  }
  failures.failed(address, token)
  return problem(context, 401, 'bad_token', 'a valid bearer token is required', {
    'WWW-Authenticate': 'Bearer realm="voicebot"',
  })
}

/** Refuses a token or a code that comes too early after wrong ones; it is not looked at. */
export function refuseEarly(
  context: Context<AdminEnv>,
  failures: TokenFailures,
  address: string,
  token: string,
): Response | undefined {
  const waitMs = failures.waitMs(address, token)
  if (waitMs === 0) return undefined
  failures.tooEarly(address)
  const seconds = String(Math.ceil(waitMs / 1_000))
  const detail = `too many wrong tokens came from this address; try again in ${seconds} s`
  return problem(context, 429, 'too_many_failures', detail, { 'Retry-After': seconds })
}

const needsTokenWhenUnknown = (path: string) => path.startsWith('/api/')

/** The id for the audit trail: a call, recording or phrase. A caller's number never is one. */
function idOf(context: Context<AdminEnv>, key: string): string | undefined {
  const [, path] = key.split(' ')
  const name = /:(id|name|uuid|generation)\b/.exec(path)?.[1]
  if (name === undefined) return undefined
  const segment = path.split('/').indexOf(`:${name}`)
  return context.req.path.split('/')[segment]?.slice(0, 100)
}

/** From the Authorization header, or from the page's second WebSocket subprotocol (server.ts). */
function tokenIn(context: Context<AdminEnv>): string {
  const { authorization = '', 'sec-websocket-protocol': protocols = '' } = context.req.header()
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (bearer !== undefined) return bearer
  const encoded = /(?:^|[ ,])token\.([\w-]+)(?:$|[ ,])/.exec(protocols)?.[1] ?? ''
  return Buffer.from(encoded, 'base64url').toString()
}

/** The dialplan's secret, which one route takes in its body. */
const secretInForm = async (context: Context<AdminEnv>, key: string): Promise<string> =>
  key === 'POST /api/calls/:id/expect' ? announcedSecret(context) : ''

function isSameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}
