// Logging in by a link: the page trades the one-time code of the link's fragment for its token. `bun run tokens link`
// asks for a further link.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { z } from 'zod'
import { pageHolder } from '../access/scopes.ts'
import type { TokenFailures } from '../access/token-failures.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { refuseEarly } from './guard.ts'
import { onlyJson } from './methods.ts'
import { problem, refuseInvalid } from './problem.ts'

const codeBody = z.object({ code: z.string().min(1).max(100) })
const tokenSchema = z.object({ token: z.string() })
const codeSchema = z.object({ code: z.string() })

/** @param failures those of the guard: a wrong code costs what a wrong token costs */
export function sessionRoutes({ pageLogin }: AdminDeps, failures: TokenFailures) {
  return new Hono<AdminEnv>()
    .post(
      '/api/session',
      describeJson('access', 'Trade a one-time code for the page’s token', tokenSchema, {
        403: 'The code is unknown, used or expired',
        415: 'The body is not JSON',
        429: 'Too many wrong codes or tokens came from this address',
      }),
      onlyJson(),
      validator('json', codeBody, refuseInvalid),
      (context) => {
        const { code } = context.req.valid('json')
        const address = context.get('address')
        const early = refuseEarly(context, failures, address, code)
        // The type of the answers lists those of this route alone.
        if (early) return early as never
        const token = pageLogin?.redeem(code, address)
        if (token !== undefined) {
          context.set('who', pageHolder.name)
          return context.json({ token })
        }
        failures.failed(address, code)
        return problem(
          context,
          403,
          'bad_code',
          'this link was used or has expired; `bun run tokens link` prints a new one',
        )
      },
    )
    .post(
      '/api/link',
      describeJson('access', 'A new one-time code for the page', codeSchema, {
        404: 'With ADMIN_TOKEN there are no links',
      }),
      (context) => {
        if (pageLogin === undefined)
          return problem(
            context,
            404,
            'no_links',
            'with ADMIN_TOKEN there are no links: log in with that token',
          )
        return context.json({ code: pageLogin.create() })
      },
    )
}
