// The schema of `assets/phrases/<language>.json`, where every text is a whole sentence without placeholders. The phrase
// cache takes any file that fits (phrases/texts.ts); to serve calls, a file also needs every line of the script
// (parseTexts).

import { z } from 'zod'
import { requiredLines } from './script.ts'

/** One sentence or more, as a phrase says them. */
export const sentence = z
  .string()
  .max(4_000)
  .refine((text) => text.trim() !== '' && text === text.trim(), 'is empty or has spaces around it')
  .refine((text) => !/[{}<>]|\$\{|%s/.test(text), 'has a placeholder or markup in it')

const variants = z
  .array(sentence)
  .min(1)
  .refine((texts) => new Set(texts).size === texts.length, 'has the same variant twice')

/** Single digits, and the pairs in which telephone numbers are read back: 110 names. */
export const numberNames: readonly string[] = [
  ...Array.from({ length: 10 }, (_, digit) => String(digit)),
  ...Array.from({ length: 100 }, (_, pair) => String(pair).padStart(2, '0')),
]

/** Lines by name. */
export const linesSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9_]*$/, 'is not a name made of a-z, 0-9 and _'),
  z.union([sentence, variants]),
)

/** One file of texts. Its faults are described by describeFault(). */
export const textsSchema = z.strictObject({
  language: z.string().regex(/^[a-z]{2}$/, 'is not a two-letter code'),
  lines: linesSchema,
  numbers: z.strictObject(Object.fromEntries(numberNames.map((name) => [name, sentence]))),
})

/** One file that fits the schema; the desk may lack rules for its language. */
export type PhraseTexts = {
  language: string
  lines: Record<string, string | string[]>
  /** `0`…`9` and `00`…`99`, for reading numbers back. */
  numbers: Record<string, string>
}

/** One sentence or several variants that take turns, by the line's name. */
export type Lines = Readonly<Record<string, string | readonly string[]>>

/** The texts of a language that can serve. */
export type Texts = {
  language: string
  lines: Lines
  numbers: Readonly<Record<string, string>>
}

/**
 * Checks that a language can serve: its file fits the schema and has every line of the script.
 *
 * @param json the content of `assets/phrases/<language>.json`
 * @throws {Error} naming every fault and every missing line
 */
export function parseTexts(json: unknown): Texts {
  const parsed = textsSchema.safeParse(json)
  if (!parsed.success) throw new Error(`phrase texts: ${parsed.error.issues.map(describeFault).join('; ')}`)
  const { language, lines, numbers } = parsed.data
  const missing = requiredLines().filter((name) => !(name in lines))
  if (missing.length > 0) throw new Error(`phrase texts '${language}' lack ${missing.join(', ')}`)
  return { language, lines, numbers }
}

/**
 * One fault with its place, `lines.welcome: has a placeholder or markup in it`. When neither a sentence nor variants
 * fit, zod puts the reasons one level deeper; this brings them up.
 */
export function describeFault(issue: z.core.$ZodIssue): string {
  const inner = issue.code === 'invalid_union' ? issue.errors.flat() : []
  const reasons = inner.filter((one) => !one.message.startsWith('Invalid input: expected'))
  const message = reasons.length > 0 ? reasons.map((one) => one.message).join(', ') : issue.message
  return `${issue.path.join('.') || 'file'}: ${message}`
}
