// A kind of setting that only chat requests need.

import { z } from 'zod'
import type { Setting } from '../../base/setting.ts'

/** A JSON object, empty unless set. */
export const jsonObject = (about: string): Setting<Readonly<Record<string, unknown>>> => ({
  schema: z.string().transform((text, context) => {
    const object = text === '' ? {} : parse(text)
    if (typeof object === 'object' && object !== null && !Array.isArray(object))
      return object as Record<string, unknown>
    context.addIssue('is not a JSON object such as {"top_k":20}')
    return z.NEVER
  }),
  default: '',
  unit: 'JSON object',
  about,
})

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The issue says what is expected; the parser's message would quote the value.
    return undefined
  }
}
