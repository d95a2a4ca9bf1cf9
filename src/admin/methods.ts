// Refuses wrong methods (405) and bodies that are not JSON (415).

import type { Context, Hono, MiddlewareHandler } from 'hono'
import type { AdminEnv } from './deps.ts'
import { problem } from './problem.ts'

/** For `notFound`: 405 with the allowed methods when the path exists with other methods, else 404. */
export function refuseUnknown(app: Hono<AdminEnv>) {
  return (context: Context<AdminEnv>) => {
    const allowed = methodsOf(app, context.req.path)
    if (allowed.length === 0) return problem(context, 404, 'unknown_route', 'there is no such path')
    const detail = `this path allows only ${allowed.join(', ')}`
    return problem(context, 405, 'wrong_method', detail, { Allow: allowed.join(', ') })
  }
}

function methodsOf(app: Hono<AdminEnv>, path: string): string[] {
  const methods = new Set<string>()
  for (const route of app.routes)
    if (route.method !== 'ALL' && patternOf(route.path).test(path)) methods.add(route.method)
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods].sort()
}

/** A route path such as `/api/calls/:id` as a regular expression; our paths have no other kind of placeholder. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`)
}

/** A form on another site can send any type but JSON without a preflight, so other bodies are refused unread. */
export function onlyJson(): MiddlewareHandler<AdminEnv> {
  return (context, next) => {
    if (/^application\/json *(;|$)/i.test(context.req.header('content-type') ?? '')) return next()
    return Promise.resolve(problem(context, 415, 'no_json', 'the body must be application/json'))
  }
}
