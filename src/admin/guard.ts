// Who may ask what: the bearer token, loopback where there is none, no pages of strangers, no large bodies, and the
// headers that keep a browser from doing more than it should.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { AdminEnv } from './deps.ts'
import { problem } from './problem.ts'

/** Sets the security headers on every answer. The page brings its own Content-Security-Policy. */
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
 * Lets a request in with the token, or from loopback when there is no token. A browser page of another site is
 * refused either way, by its `Origin`, or where a browser sends none, as for an image, by `Sec-Fetch-Site`; and without
 * a token by the `Host` it asks for, so that a name that was made to point here (DNS rebinding) gets nothing. A link
 * of another site to the page is followed.
 */
export function admit(token: string | undefined): MiddlewareHandler<AdminEnv> {
  const expected = token === undefined ? undefined : digest(token)
  return async (context, next) => {
    const host = context.req.header('host') ?? new URL(context.req.url).host
    const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = context.req.header()
    const isEmbedded = (site === 'cross-site' || site === 'same-site') && mode !== 'navigate'
    if (isEmbedded || (origin !== undefined && !isSameHost(origin, host)))
      return problem(context, 403, 'foreign_origin', 'requests of other sites are not answered')
    if (expected === undefined) {
      if (!isLoopback(context.env.address) || !isLoopbackName(host))
        return problem(context, 403, 'loopback_only', 'without ADMIN_TOKEN only loopback is answered')
    } else {
      const given = tokenOf(context.req.header('authorization'), context.req.header('sec-websocket-protocol'))
      // Digests are equally long whatever was sent, which timingSafeEqual asks for.
      if (!timingSafeEqual(digest(given), expected))
        return problem(context, 401, 'bad_token', 'a bearer token is needed', {
          'WWW-Authenticate': 'Bearer realm="voicebot"',
        })
    }
    return next()
  }
}

/** Asked for by the page's WebSockets, beside `token.<base64url of the token>`: a browser can't set their headers. */
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
