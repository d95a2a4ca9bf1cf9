// The desk's data: what topics, symptoms and steps are in use, and reading the files again.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { onlyJson } from './methods.ts'
import { problem, refuseInvalid } from './problem.ts'
import { deskChangedSchema, deskQuery, deskSchema, triedSchema, tryBody } from './schemas.ts'

const rejected = { 422: 'Rejected; `detail` names every fault with file and key, and nothing has changed' }

export function deskRoutes({ desk }: AdminDeps) {
  return new Hono<AdminEnv>()
    .get(
      '/api/desk',
      describeJson('desk', 'Topics, symptoms, steps and notes in use, named in a language', deskSchema),
      validator('query', deskQuery, refuseInvalid),
      async (context) => context.json(await desk.info(context.req.valid('query').lang)),
    )
    .post(
      '/api/desk/reload',
      describeJson('desk', 'Reads the desk again; live calls keep theirs', deskChangedSchema, rejected),
      async (context) => {
        const change = await desk.reload()
        if (!change.ok)
          return problem(context, 422, 'reload_rejected', change.problems.slice(0, 20).join('; '))
        const { generation, topics, steps } = change
        return context.json({ generation, topics, steps })
      },
    )
    .post(
      '/api/desk/try',
      describeJson('desk', 'What the desk makes of a sentence at each question, and why', triedSchema, {
        409: 'Another sentence is being tried',
        415: 'The body is not JSON',
        422: 'The desk cannot be read; `detail` says why',
      }),
      onlyJson(),
      validator('json', tryBody, refuseInvalid),
      async (context) => {
        const { text, ...options } = context.req.valid('json')
        const tried = await desk.try(text, options)
        if (tried === undefined) return problem(context, 409, 'try_busy', 'another sentence is being tried')
        if (!tried.ok) return problem(context, 422, 'try_failed', tried.reason)
        return context.json({ tries: tried.tries })
      },
    )
}
