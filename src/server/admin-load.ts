// Loads the admin app behind the open port, beside the calls. A request that comes before it is there hurries it. When
// it cannot be loaded, a later request tries again; until then health checks get an answer of their own, and all other
// requests a refusal.

import { version } from '../../package.json'
import type { AdminApp } from '../admin/app.ts'
import type { AdminBindings, Readiness } from '../admin/deps.ts'
import { errorText } from '../base/errors.ts'
import type { ServerContext } from './context.ts'

export type AdminLoadOptions = {
  /** @param isAwaited whether a request waits for it */
  load: (isAwaited: () => boolean) => Promise<Pick<AdminApp, 'fetch'>>
  /** For health checks without the app. */
  readiness: () => Readiness
}

/** A try holds the thread of the calls for a moment, and no request needs a token for it. */
const againAfterMs = 1_000

export class AdminLoad {
  /** Resolves when the app is there. */
  readonly loaded: Promise<void>
  private readonly onLoaded: () => void
  private loading: Promise<Pick<AdminApp, 'fetch'>> | undefined
  private requests = 0
  private nextTryMs = 0

  constructor(
    private readonly context: Pick<ServerContext, 'clock' | 'log' | 'degraded'>,
    private readonly options: AdminLoadOptions,
  ) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.loaded = promise
    this.onLoaded = resolve
  }

  /** Loads the app, unless that is done or under way. @throws what loading it throws */
  start(): Promise<Pick<AdminApp, 'fetch'>> {
    const { log, degraded, clock } = this.context
    this.loading ??= this.options
      .load(() => this.requests > 0)
      .then(
        (app) => {
          degraded.delete('admin app')
          this.onLoaded()
          return app
        },
        (error: unknown) => {
          const reason = errorText(error)
          log.error('the admin app cannot be loaded', { error: reason })
          degraded.set(
            'admin app',
            `admin app: it cannot be loaded (${reason}); page, API and dialplan get no answer`,
          )
          this.nextTryMs = clock.now() + againAfterMs
          this.loading = undefined
          throw error
        },
      )
    return this.loading
  }

  async fetch(request: Request, bindings: AdminBindings): Promise<Response> {
    const app = await this.app()
    return app === undefined ? this.withoutApp(request) : app.fetch(request, bindings)
  }

  private async app(): Promise<Pick<AdminApp, 'fetch'> | undefined> {
    if (this.loading === undefined && this.context.clock.now() < this.nextTryMs) return undefined
    this.requests++
    try {
      return await this.start()
    } catch {
      return undefined
    } finally {
      this.requests--
    }
  }

  /** As admin/health.ts answers, and to everything else that nobody can answer it. */
  private withoutApp({ method, url }: Request): Response {
    const path = `${method} ${new URL(url).pathname}`
    if (path === 'GET /healthz') return answer(200, { status: 'alive', version })
    const state = path === 'GET /readyz' ? this.options.readiness() : undefined
    if (state?.ready) return answer(200, { status: 'ready', degraded: state.degraded })
    const code = state ? 'not_ready' : 'not_loaded'
    const detail = state?.reason ?? 'this part of the server cannot be loaded; its log says why'
    return answer(503, { type: 'about:blank', title: 'Service Unavailable', status: 503, detail, code })
  }
}

function answer(status: number, body: object): Response {
  const kind = status === 200 ? 'application/json' : 'application/problem+json'
  return Response.json(body, { status, headers: { 'Content-Type': kind, 'Cache-Control': 'no-store' } })
}
