// Access control of the admin API: the bearer token, loopback only without a token, no requests from pages of other
// sites, and the security headers.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { AdminEnv } from './deps.ts'
import { problem } from './problem.ts'

/** Sets the security headers on every response. The page sets its own Content-Security-Policy. */
export function securityHeaders(): MiddlewareHandler<AdminEnv> {
  return async (context, next) => {
    await next()
    const headers = context.res.headers
    headers.set('X-Content-Type-Options', 'nosniff')
    headers.set('X-Frame-Options', 'DENY')
    headers.set('Referrer-Policy', 'no-referrer')
    headers.set('Cross-Origin-Resource-Policy', 'same-origin')
    headers.set('Cross-Origin-Opener-Policy', 'same-origin')
    if (!headers.has('Content-Security-Policy'))
      headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
  }
}

/**
 * Accepts a request that has the token or, when no token is set, comes from loopback. A page of another site is refused
 * either way: by its `Origin` or, where the browser sends none (images, for example), by `Sec-Fetch-Site`. Without a
 * token the `Host` header must name loopback too, so that a host name pointed at this address (DNS rebinding) is
 * refused. A link on another site that leads to the page works.
 */
export function admit(token: string | undefined): MiddlewareHandler<AdminEnv> {
  const expected = token === undefined ? undefined : digest(token)
  return async (context, next) => {
    const host = context.req.header('host') ?? new URL(context.req.url).host
    const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = context.req.header()
    const isEmbedded = (site === 'cross-site' || site === 'same-site') && mode !== 'navigate'
    if (isEmbedded || (origin !== undefined && !isSameHost(origin, host)))
      return problem(context, 403, 'foreign_origin', 'requests from pages of other sites are refused')
    if (expected === undefined) {
      if (!isLoopback(context.env.address) || !isLoopbackName(host))
        return problem(
          context,
          403,
          'loopback_only',
          'without ADMIN_TOKEN, only requests from loopback are accepted',
        )
    } else {
      const given = tokenOf(context.req.header('authorization'), context.req.header('sec-websocket-protocol'))
      // timingSafeEqual needs inputs of equal length; digests are.
      if (!timingSafeEqual(digest(given), expected))
        return problem(context, 401, 'bad_token', 'a valid bearer token is required', {
          'WWW-Authenticate': 'Bearer realm="voicebot"',
        })
    }
    return next()
  }
}

/**
 * The WebSocket subprotocol of the page. The page adds `token.<base64url of the token>` as a second one, because a
 * browser can't set headers on a WebSocket.
 */
export const socketProtocol = 'voicebot'

function tokenOf(authorization = '', protocols = ''): string {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (bearer !== undefined) return bearer
  const encoded = /(?:^|[ ,])token\.([\w-]+)(?:$|[ ,])/.exec(protocols)?.[1] ?? ''
  return Buffer.from(encoded, 'base64url').toString()
}

export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address)
}

function isLoopbackName(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d+)?$/i.test(host)
}

function isSameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
