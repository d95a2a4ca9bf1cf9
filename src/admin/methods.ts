// Answers to what was asked in the wrong way: a path by a method it does not have (405), a body that is no JSON (415).

import type { Context, Hono, MiddlewareHandler } from 'hono'
import type { AdminEnv } from './deps.ts'
import { problem } from './problem.ts'

/** For `notFound`: tells a path that is known by other methods from one that is not known at all. */
export function refuseUnknown(app: Hono<AdminEnv>) {
  return (context: Context<AdminEnv>) => {
    const allowed = methodsOf(app, context.req.path)
    if (allowed.length === 0) return problem(context, 404, 'unknown_route', 'there is nothing here')
    const detail = `this can be asked by ${allowed.join(', ')} only`
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

/** `/api/calls/:id` as an expression; our paths have no other kind of placeholder. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`)
}

/** A form of another site can send anything but JSON without asking first; what is no JSON is not even read. */
export function onlyJson(): MiddlewareHandler<AdminEnv> {
  return (context, next) => {
    if (/^application\/json *(;|$)/i.test(context.req.header('content-type') ?? '')) return next()
    return Promise.resolve(problem(context, 415, 'no_json', 'the body has to be application/json'))
  }
}
