// The operator's HTTP server. Its port is open when the server is ready; what answers there (admin-app.ts) is loaded
// right after that, and a request that comes sooner waits for it.

import { readFileSync } from 'node:fs'
import type { AdminApp } from '../admin/app.ts'
import { frontDefaults } from '../admin/front.ts'
import { type AdminServer, startAdmin } from '../admin/server.ts'
import { descriptorsLeft, divideDescriptors } from '../base/descriptors.ts'
import { ConfigError } from '../base/errors.ts'
import type { Config } from '../config.ts'
import type { AdminParts } from './admin-app.ts'
import type { ServerContext } from './context.ts'
import { listening } from './listening.ts'

export type Admin = AdminServer & {
  /** Loads what answers requests, unless a request has done so. */
  load(): Promise<void>
}

/** @throws {ConfigError} `port` when it cannot listen */
export function openAdmin(context: ServerContext, parts: AdminParts): Admin {
  const { config, clock, log, metrics } = context
  const { ADMIN_HOST: host, ADMIN_PORT: port } = config
  const tls = tlsOf(config)
  let loading: Promise<AdminApp> | undefined
  const app = () => (loading ??= loadApp(context, parts))
  const open = () =>
    startAdmin({
      host,
      port,
      ...{ clock, log, metrics, ...(tls && { tls }) },
      limits: limitsOf(context),
      app: { fetch: async (request, bindings) => (await app()).fetch(request, bindings) },
    })
  const server = listening('ADMIN', host, port, open)
  return {
    ...server,
    async load() {
      await app()
    },
  }
}

/**
 * In pieces, because modules run on the thread of the calls: between two of them a call that has come already gets its
 * frames.
 */
async function loadApp(context: ServerContext, parts: AdminParts): Promise<AdminApp> {
  await import('hono')
  await nextTurn()
  await import('hono-openapi')
  await nextTurn()
  const { createAdminApp } = await import('./admin-app.ts')
  await nextTurn()
  return createAdminApp(context, parts)
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

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
