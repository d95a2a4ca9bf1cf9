// How a language's flat text (words.ts) is made plain before any rule reads it: the recogniser's errors are repaired,
// and words that answer nothing are left out. Steps run in the order of plain.yaml, and so do the rewrites of a step.
//
// `from` is a regular expression with `<name>` for a fragment of the step; `(` captures, for `$1` in `to`.

import { z } from 'zod'
import { type Heads, headsOf } from '../../desk/heads.ts'
import { mayMatch } from '../../desk/word-pattern.ts'

const rewriteSchema = z.strictObject({
  /** Alternatives. */
  from: z.union([z.string(), z.array(z.string())]),
  /** Empty leaves the words out. */
  to: z.string().default(''),
  /** What a recogniser wrote, as an example. */
  like: z.string(),
})

const stepSchema = z.strictObject({
  id: z.string(),
  /** Only whole words: no letter, digit or apostrophe before them, no letter or digit after them. */
  whole: z.boolean().default(true),
  with: z.record(z.string(), z.array(z.string())).default({}),
  rewrite: z.array(rewriteSchema),
})

export const plainSchema = z.array(stepSchema)

export type Rewrite = {
  id: string
  pattern: RegExp
  /** How what it changes can begin: without such a word in a text it is not tried. */
  readonly heads: Heads | undefined
  to: string
  like: string
}

/** The rewrites of all steps in their order, those of a step together. */
export type Rewrites = readonly (readonly Rewrite[])[]

/** @throws {Error} naming the step whose fragment does not exist */
export function rewritesOf(steps: z.infer<typeof plainSchema>): Rewrites {
  return steps.map(({ id, whole, with: fragments, rewrite }) =>
    rewrite.map(({ from, to, like }) => {
      const source = filled([from].flat().join('|'), fragments, id)
      const pattern = whole ? `(?<![a-z0-9'])(?:${source})(?!(?<=[a-z0-9])[a-z0-9])` : source
      let made: { heads: Heads | undefined } | undefined
      return {
        ...{ id, pattern: new RegExp(pattern, 'g'), to, like },
        get heads() {
          made ??= { heads: whole ? headsOf(source, false) : undefined }
          return made.heads
        },
      }
    }),
  )
}

const filled = (source: string, fragments: Readonly<Record<string, string[]>>, id: string): string =>
  source.replace(/<([a-z][a-z-]*)>/g, (_, name: string) => {
    if (fragments[name] === undefined) throw new Error(`plain.${id}: there is no fragment <${name}>`)
    return `(?:${filled(fragments[name].join('|'), fragments, id)})`
  })

/** Applies the steps to flat text. A step that would leave nothing is left out: hesitation alone stays as it is. */
export function rewritten(text: string, steps: Rewrites): string {
  let plain = text
  for (const step of steps) {
    let next = plain
    for (const { pattern, heads, to } of step) if (mayMatch(heads, next)) next = next.replace(pattern, to)
    if (next === plain) continue
    next = next.replace(/ +/g, ' ').trim()
    if (next !== '') plain = next
  }
  return plain
}
