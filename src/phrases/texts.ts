// Reads the desk's fixed sentences from disk, one JSON file per language (schema: desk/texts.ts), and lists them as
// phrases with a recording each. All faults of all files are reported at once, each with its file and place.

import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ConfigError, errorText } from '../base/errors.ts'
import { describeFault, numberNames, type PhraseTexts, textsSchema } from '../desk/texts.ts'

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
        for (const issue of parsed.error.issues) faults.push(`${file}: ${describeFault(issue)}`)
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

/** The id of a phrase in the site folder: `fr.welcome`, `fr.ok.2`, `fr.number-06`. */
export const idOf = (phrase: Phrase): string => phrase.file.slice(0, -'.raw'.length)

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
