// The desk's data: what topics, symptoms and steps are in use, and reading the files again.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { problem, refuseInvalid } from './problem.ts'
import { deskChangedSchema, deskQuery, deskSchema } from './schemas.ts'

const rejected = { 422: 'Rejected; `detail` names every fault with file and key, and nothing has changed' }

export function deskRoutes({ desk }: AdminDeps) {
  return new Hono<AdminEnv>()
    .get(
      '/api/desk',
      describeJson('desk', 'Topics, symptoms and steps in use, named in a language', deskSchema),
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
}
