// The operator's HTTP server. Its port is open when the server is ready; what answers there (admin-app.ts) is loaded
// after that (admin-load.ts), and a request that comes sooner waits for it.

import { readFileSync } from 'node:fs'
import type { AdminApp } from '../admin/app.ts'
import { frontDefaults } from '../admin/front.ts'
import { adminPieces } from '../admin/pieces.ts'
import { type AdminServer, startAdmin } from '../admin/server.ts'
import { descriptorsLeft, divideDescriptors } from '../base/descriptors.ts'
import { ConfigError } from '../base/errors.ts'
import type { Config } from '../config.ts'
import type { AdminParts } from './admin-app.ts'
import { AdminLoad } from './admin-load.ts'
import { behindCalls, type Pace } from './behind-calls.ts'
import type { ServerContext } from './context.ts'
import { listening } from './listening.ts'
import { readinessNow } from './readiness.ts'

export type Admin = AdminServer & Pick<AdminLoad, 'loaded' | 'start'>

/** @throws {ConfigError} `port` when it cannot listen */
export function openAdmin(context: ServerContext, parts: AdminParts, pace: Pace): Admin {
  const { config, clock, log, metrics } = context
  const { ADMIN_HOST: host, ADMIN_PORT: port } = config
  const tls = tlsOf(config)
  const app = new AdminLoad(context, {
    load: (isAwaited) => loadApp(context, parts, pace, isAwaited),
    // Where several machines share calls, one is not ready before the app has carried out the erasures that it missed.
    readiness: () => readinessNow(context, parts, parts.cluster && false),
  })
  const open = () =>
    startAdmin({ host, port, clock, log, metrics, ...(tls && { tls }), limits: limitsOf(context), app })
  const server = listening('ADMIN', host, port, open)
  return { ...server, loaded: app.loaded, start: () => app.start() }
}

async function loadApp(
  context: ServerContext,
  parts: AdminParts,
  pace: Pace,
  isAwaited: () => boolean,
): Promise<AdminApp> {
  await behindCalls(adminPieces, pace, isAwaited)
  const { createAdminApp } = await import('./admin-app.ts')
  return createAdminApp(context, parts)
}

/** @throws {ConfigError} when a file cannot be read */
function tlsOf({
  ADMIN_TLS_CERT: cert,
  ADMIN_TLS_KEY: key,
}: Config): { cert: string; key: string } | undefined {
  if (cert === '') return undefined
  const read = (name: string, path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch (cause) {
      throw new ConfigError('tls', `${name} (${JSON.stringify(path)}) cannot be read`, { cause })
    }
  }
  return { cert: read('ADMIN_TLS_CERT', cert), key: read('ADMIN_TLS_KEY', key) }
}

function limitsOf({ degraded }: ServerContext) {
  const maxOpen = Math.min(frontDefaults.maxOpen, divideDescriptors(descriptorsLeft()).admin)
  return {
    maxOpen,
    maxPending: Math.min(frontDefaults.maxPending, Math.ceil(maxOpen / 2)),
    maxPendingPerPeer: Math.min(frontDefaults.maxPendingPerPeer, Math.ceil(maxOpen / 2)),
    onFull: (isFull: boolean) => {
      if (isFull) degraded.set('admin port', 'admin port: full, so some connections to it were refused')
      else degraded.delete('admin port')
    },
  }
}
