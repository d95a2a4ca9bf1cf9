// The operator's API and page as one hono app: the guards first, then the routes, one file per subject. `createAdmin`
// needs no server: tests call `app.request(path, init, { address: '127.0.0.1' })`.

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { openAPIRouteHandler } from 'hono-openapi'
import { createAllowList } from '../access/allow-list.ts'
import { TokenFailures } from '../access/token-failures.ts'
import { errorText } from '../base/errors.ts'
import { asteriskRoutes } from './asterisk.ts'
import { auditRoutes } from './audit.ts'
import { callBackRoutes } from './call-backs.ts'
import { callerRoutes } from './callers.ts'
import { callRoutes } from './calls.ts'
import { clusterRoutes } from './cluster.ts'
import { clusterRecordingRoutes } from './cluster-recordings.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { deskRoutes } from './desk.ts'
import { draftRoutes } from './draft.ts'
import { drainRoutes } from './drain.ts'
import { EventStreams } from './event-stream.ts'
import { eventRoutes } from './events.ts'
import { expectedRoutes } from './expected.ts'
import { guard, securityHeaders } from './guard.ts'
import { healthRoutes, metricsRoutes } from './health.ts'
import { hoursRoutes } from './hours.ts'
import { listenRoutes } from './listen.ts'
import { liveRoutes } from './live.ts'
import { refuseUnknown } from './methods.ts'
import { notUnderstoodRoutes } from './not-understood.ts'
import { pageRoutes } from './page/routes.tsx'
import { phraseChangeRoutes, soundPath } from './phrase-changes.ts'
import { phraseRoutes } from './phrases.ts'
import { problem } from './problem.ts'
import { oneRecordingRoutes } from './recording-routes.ts'
import { recordingRoutes } from './recordings.ts'
import { sessionRoutes } from './session.ts'
import { spendingRoutes } from './spending.ts'
import { takeoverRoutes } from './takeover.ts'
import { talkRoutes } from './talk.ts'
import { linkOrigins, webrtcRoutes } from './webrtc.ts'

const maxBodyBytes = 64 * 1024

export function createAdmin(deps: AdminDeps) {
  const app = new Hono<AdminEnv>()
  app.use(securityHeaders())
  const failed = deps.metrics.counter('admin_token_failures_total', 'Requests with a wrong token')
  const failures = new TokenFailures(deps.clock, deps.log, failed)
  app.use('/webrtc/*', linkOrigins(deps))
  app.use(
    guard({
      ...deps,
      failures,
      proxies: createAllowList(deps.proxyFrom),
    }),
  )
  const limited = bodyLimit({
    maxSize: maxBodyBytes,
    onError: (context) =>
      problem(context, 413, 'too_large', `the body must not exceed ${maxBodyBytes} bytes`),
  })
  app.use((context, next) => (soundPath.test(context.req.path) ? next() : limited(context, next)))
  app.onError((error, context) => {
    // hono itself refuses a body that is not JSON.
    if (error instanceof HTTPException && error.status < 500)
      return problem(context, 400, 'bad_request', error.message)
    deps.log.error('admin request failed', { path: context.req.routePath, error: errorText(error) })
    return problem(context, 500, 'failed', 'the request failed; the server log says why')
  })
  app.notFound(refuseUnknown(app))

  const streams = new EventStreams(deps)
  const routes = app
    .route('/', healthRoutes(deps))
    .route('/', metricsRoutes(deps))
    .route('/', asteriskRoutes(deps))
    .route('/', clusterRoutes(deps))
    .route('/', clusterRecordingRoutes(deps))
    .route('/', callBackRoutes(deps))
    .route('/', callRoutes(deps))
    .route('/', expectedRoutes(deps))
    .route('/', eventRoutes(deps, streams))
    .route('/', liveRoutes(deps, streams))
    .route('/', takeoverRoutes(deps))
    .route('/', listenRoutes(deps))
    .route('/', phraseRoutes(deps))
    .route('/', phraseChangeRoutes(deps))
    .route('/', hoursRoutes(deps))
    .route('/', deskRoutes(deps))
    .route('/', draftRoutes(deps))
    .route('/', recordingRoutes(deps))
    .route('/', oneRecordingRoutes(deps))
    .route('/', notUnderstoodRoutes(deps))
    .route('/', callerRoutes(deps))
    .route('/', spendingRoutes(deps))
    .route('/', drainRoutes(deps))
    .route('/', talkRoutes(deps))
    .route('/', webrtcRoutes(deps))
    .route('/', sessionRoutes(deps, failures))
    .route('/', auditRoutes(deps))
  app.route('/', pageRoutes(deps))
  app.get('/api/openapi.json', openAPIRouteHandler(app, openApiOptions(deps.version)))
  return routes
}

export type AdminApp = ReturnType<typeof createAdmin>

function openApiOptions(version: string) {
  return {
    excludeStaticFile: false,
    excludeMethods: [],
    defaultValidationErrorResponse: false,
    documentation: {
      openapi: '3.1.0',
      info: { title: 'Wouippleul voicebot', version, description: 'Calls, phrases, recordings and health.' },
      components: { securitySchemes: { bearer: { type: 'http' as const, scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
  }
}
