// Draining: refusing new calls while live ones end, and accepting calls again.

import { Hono } from 'hono'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import { drainSchema } from './schemas.ts'

export function drainRoutes(deps: AdminDeps) {
  const { drain, log } = deps
  return new Hono<AdminEnv>()
    .post(
      '/api/drain',
      describeJson('health', 'Refuse new calls and let live ones end', drainSchema),
      (context) => {
        if (!drain.draining) log.info('draining, requested by the operator')
        void drain.start()
        return context.json({ draining: drain.draining })
      },
    )
    .delete('/api/drain', describeJson('health', 'Accept calls again', drainSchema), (context) => {
      if (drain.draining) log.info('accepting calls again, requested by the operator')
      drain.stop()
      return context.json({ draining: drain.draining })
    })
}
