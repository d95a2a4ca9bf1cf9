// Logging in by a link: the page trades the one-time code of the link's fragment for its token. `bun run tokens link`
// asks for a further link.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { z } from 'zod'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { onlyJson } from './methods.ts'
import { problem, refuseInvalid } from './problem.ts'

const codeBody = z.object({ code: z.string().min(1).max(100) })
const tokenSchema = z.object({ token: z.string() })
const codeSchema = z.object({ code: z.string() })

export function sessionRoutes({ pageLogin }: AdminDeps) {
  return new Hono<AdminEnv>()
    .post(
      '/api/session',
      describeJson('access', 'Trade a one-time code for the page’s token', tokenSchema, {
        403: 'The code is unknown, used or expired',
        415: 'The body is not JSON',
      }),
      onlyJson(),
      validator('json', codeBody, refuseInvalid),
      (context) => {
        const token = pageLogin?.redeem(context.req.valid('json').code, context.get('address'))
        if (token !== undefined) return context.json({ token })
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
