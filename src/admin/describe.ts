// Short forms of a route's OpenAPI description, so that the description does not hide what the route does.

import { describeRoute, resolver } from 'hono-openapi'
import type { z } from 'zod'
import { problemSchema } from './problem.ts'

/** The refusals that every guarded route has. */
const refusals = { 400: 'Part of the request is invalid', 401: 'The token is missing or wrong' }

/**
 * @param answer schema of the JSON answer
 * @param problems descriptions of the other answers, by status
 */
export function describeJson(
  tag: string,
  summary: string,
  answer: z.ZodType,
  problems: Record<number, string> = {},
) {
  return describeRoute({
    summary,
    tags: [tag],
    responses: {
      200: { description: summary, content: { 'application/json': { schema: resolver(answer) } } },
      ...problemResponses({ ...refusals, ...problems }),
    },
  })
}

/** As `describeJson`, for an answer that is not JSON. */
export function describeMedia(
  tag: string,
  summary: string,
  media: readonly string[],
  problems: Record<number, string> = {},
) {
  return describeRoute({
    summary,
    tags: [tag],
    responses: {
      200: { description: summary, content: Object.fromEntries(media.map((type) => [type, {}])) },
      ...problemResponses({ ...refusals, ...problems }),
    },
  })
}

function problemResponses(problems: Record<number, string>) {
  const content = { 'application/problem+json': { schema: resolver(problemSchema) } }
  return Object.fromEntries(
    Object.entries(problems).map(([status, description]) => [status, { description, content }]),
  )
}
