// Errors of the admin API as RFC 9457 problem details. They never contain what a caller said.

import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'

export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  /** Short and stable, for programs to test against: `unknown_call`, `bad_token`. */
  code: z.string(),
})

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** @param code see `problemSchema` @param detail one sentence for a human */
export function problem<Status extends ContentfulStatusCode>(
  context: Context,
  status: Status,
  code: string,
  detail: string,
  headers: Record<string, string> = {},
) {
  const body = { type: 'about:blank' as const, title: titles[status] ?? 'Error', status, detail, code }
  return context.json(body, status, { ...headers, 'Content-Type': 'application/problem+json' })
}

/**
 * For `validator`: names the invalid parts of a request, without repeating their values. A parameter of a query without
 * a value is invalid too: a search by it would find nothing.
 */
export function refuseInvalid(
  result: {
    success: boolean
    error?: readonly { path?: readonly unknown[]; message: string }[]
    target: string
  },
  context: Context,
): Response | undefined {
  const given = result.target === 'query' ? Object.entries(context.req.queries()) : []
  const empty = given.flatMap(([name, values]) => (values.includes('') ? [name] : []))
  if (result.success && empty.length === 0) return undefined
  const invalid = (result.error ?? []).map((issue) => ({ at: pathText(issue.path), message: issue.message }))
  const wrong = [
    ...empty.map((name) => `${name}: has no value; leave it out`),
    ...invalid.filter(({ at }) => !empty.includes(at)).map(({ at, message }) => `${at}: ${message}`),
  ]
  return problem(context, 400, 'bad_request', wrong.join('; ').slice(0, 500))
}

function pathText(path: readonly unknown[] = []): string {
  return (
    path.map((part) => String(part instanceof Object && 'key' in part ? part.key : part)).join('.') || 'body'
  )
}
