// The bot's fixed sentences as data: one JSON file per language, every text a whole sentence without placeholders.
// All faults are reported at once, each with its file and place.

import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { ConfigError, errorText } from '../base/errors.ts'

const sentence = z
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

const textsSchema = z.strictObject({
  language: z.string().regex(/^[a-z]{2}$/, 'is not a two-letter code'),
  lines: z.record(
    z.string().regex(/^[a-z][a-z0-9_]*$/, 'is not a name made of a-z, 0-9 and _'),
    z.union([sentence, variants]),
  ),
  numbers: z.strictObject(Object.fromEntries(numberNames.map((name) => [name, sentence]))),
})

export type PhraseTexts = {
  language: string
  lines: Record<string, string | string[]>
  numbers: Record<string, string>
}

/** One fixed sentence. */
export type Phrase = {
  language: string
  name: string
  text: string
  /** File of its recording: `fr.welcome.raw`, `fr.ok.2.raw` for the second variant, `fr.number-06.raw`. */
  file: string
}

/**
 * Reads every `<language>.json` of a folder.
 *
 * @returns one entry per language, in alphabetical order
 * @throws {ConfigError} `badTexts` naming every fault of every file, or saying that there is no file
 */
export async function loadTexts(folder: string): Promise<PhraseTexts[]> {
  const faults: string[] = []
  const texts: PhraseTexts[] = []
  for (const file of await jsonFiles(folder)) {
    const parsed = textsSchema.safeParse(await readJson(join(folder, file), faults))
    if (!parsed.success) {
      if (!faults.some((fault) => fault.startsWith(`${file}:`))) {
        for (const issue of parsed.error.issues) faults.push(`${file}: ${describe(issue)}`)
      }
    } else if (`${parsed.data.language}.json` !== file) {
      faults.push(`${file}: language: says '${parsed.data.language}'`)
    } else {
      texts.push(parsed.data)
    }
  }
  if (faults.length > 0) throw new ConfigError('badTexts', `phrase texts: ${faults.join('; ')}`)
  if (texts.length === 0) throw new ConfigError('badTexts', 'phrase texts: there is no <language>.json')
  return texts
}

/** All sentences of one language: lines first, then numbers. */
export function phrasesOf(texts: PhraseTexts): Phrase[] {
  const { language } = texts
  const lines = Object.entries(texts.lines).flatMap(([name, text]) =>
    typeof text === 'string'
      ? [{ language, name, text, file: `${language}.${name}.raw` }]
      : text.map((variant, i) => ({
          language,
          name,
          text: variant,
          file: `${language}.${name}.${i + 1}.raw`,
        })),
  )
  const numbers = numberNames.map((number) => ({
    language,
    name: `number-${number}`,
    text: texts.numbers[number],
    file: `${language}.number-${number}.raw`,
  }))
  return [...lines, ...numbers]
}

async function jsonFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith('.json')).sort()
  } catch (cause) {
    const todo = 'Set ASSETS_DIR to the assets folder of the project.'
    throw new ConfigError('badTexts', `The texts of the phrases cannot be read in ${folder}. ${todo}`, {
      cause,
    })
  }
}

async function readJson(path: string, faults: string[]): Promise<unknown> {
  try {
    return JSON.parse(await Bun.file(path).text())
  } catch (error) {
    faults.push(`${basename(path)}: is not JSON (${errorText(error)})`)
    return undefined
  }
}

/** When neither a sentence nor variants fit, zod puts the reasons one level deeper; this brings them up. */
function describe(issue: z.core.$ZodIssue): string {
  const inner = issue.code === 'invalid_union' ? issue.errors.flat() : []
  const reasons = inner.filter((one) => !one.message.startsWith('Invalid input: expected'))
  const message = reasons.length > 0 ? reasons.map((one) => one.message).join(', ') : issue.message
  return `${issue.path.join('.') || 'file'}: ${message}`
}
