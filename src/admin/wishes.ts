// What a caller's page asks for: the call's language and desk. Whether the server offers them is checked where the call
// begins.

import type { Context } from 'hono'
import { z } from 'zod'
import type { Wishes } from '../webrtc/calls.ts'
import type { AdminEnv } from './deps.ts'

/** The name of a language or a desk. */
export const wish = z
  .string()
  .max(40)
  .regex(/^[\w-]+$/)

/** The query's wishes; where a link names some, those are the site's choice and count. */
export function wishesOf(context: Context<AdminEnv>): Wishes {
  const { language, desk } = context.req.query()
  const link = context.get('link')
  return {
    language: link?.language ?? wish.safeParse(language).data,
    desk: link?.desk ?? wish.safeParse(desk).data,
  }
}
