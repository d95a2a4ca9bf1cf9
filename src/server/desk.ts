// The desks in use: read from assets/desk/ with the site's own files over it, and read again when the operator asks. A
// call keeps the desk that it began with. `desk.yaml` is the default one; `shop.yaml` beside it is the desk `shop`,
// which says only where it differs from the default one, and so does `shop.fr.yaml` for its words. A start takes the
// shipped desks when the site's cannot be used; a reload refuses, because better ones are in use.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeskChange } from '../admin/deps.ts'
import type { DeskInfo } from '../admin/schemas.ts'
import { ConfigError, errorText } from '../base/errors.ts'
import { parseYaml } from '../base/yaml.ts'
import type { Desk } from '../desk/desk.ts'
import { createDesk, DeskError, type DeskSource, lineFaults } from '../desk/load-desk.ts'
import { overlaid } from '../desk/overlay.ts'
import { documentName } from '../site/generation.ts'
import type { Site } from '../site/store.ts'
import { isLanguage } from '../understanding/languages/index.ts'
import type { ServerContext } from './context.ts'
import { type DeskNames, infoOf, namesIn } from './desk-info.ts'

/** The lines of each language that calls may be in, by name. */
type Lines = DeskSource['lines']

export type DeskParts = {
  /** What the operator sees, named in a language; its generation grows with each reload. Default: the bot's. */
  info(language?: string): Promise<DeskInfo>
  /** For new calls. @param name {@link defaultDesk} when left out; an unknown one is that too */
  current(name?: string): Desk
  has(name: string): boolean
  reload(): Promise<DeskChange>
  /** @throws {DeskError} when the desk in use says a line that these texts do not have */
  check(lines: Lines): void
}

const folderName = 'desk'
/** The name of a desk or the code of a language; words of a named desk have both. */
export const deskFileName = /^[a-z-]+(\.[a-z]+)?\.yaml$/

/** The name of the desk whose file is `desk.yaml`. */
export const defaultDesk = 'desk'

/** Desks by name. */
type Desks = ReadonlyMap<string, Desk>

/** Text of each file, by its name: `desk.yaml`, `fr.yaml`. */
type Files = ReadonlyMap<string, string>

/**
 * @param lines asked for at each load
 * @throws {ConfigError} `desk` when the shipped files cannot be used
 */
export async function openDesk(context: ServerContext, site: Site, lines: () => Lines): Promise<DeskParts> {
  const { config, log, degraded } = context
  const shipped = async () => {
    try {
      return await readDesks(config.ASSETS_DIR, lines())
    } catch (cause) {
      const hint = 'Set ASSETS_DIR to the assets folder of the project.'
      throw new ConfigError('desk', `The desk cannot be read: ${errorText(cause)}. ${hint}`, { cause })
    }
  }
  const withSite = async () => readDesks(config.ASSETS_DIR, lines(), await siteFiles(site))
  let desks: Desks
  try {
    desks = await withSite()
  } catch (error) {
    desks = await shipped()
    const reason = errorText(error)
    log.warn("the shipped desk is used instead of the site's", { reason })
    degraded.set('desk', `site folder: the site's desk cannot be used, the shipped one is (${reason})`)
  }
  let generation = 1
  return {
    async info(language = config.LANGUAGE) {
      const desk = desks.get(defaultDesk)!
      const own = desk.words[language]?.names ?? (await readNames(config.ASSETS_DIR, site, language))
      return { generation, ...infoOf(desk, config.LANGUAGE, own) }
    },
    current: (name = defaultDesk) => desks.get(name) ?? desks.get(defaultDesk)!,
    has: (name) => desks.has(name),
    async reload() {
      try {
        await site.refresh()
        desks = await withSite()
      } catch (error) {
        return { ok: false, problems: error instanceof DeskError ? error.faults : [errorText(error)] }
      }
      degraded.delete('desk')
      generation++
      const desk = desks.get(defaultDesk)!
      log.info('desk loaded', { generation, topics: desk.topics.length, steps: desk.steps.length })
      return { ok: true, generation, topics: desk.topics.length, steps: desk.steps.length }
    },
    check(now) {
      const faults = [...desks].flatMap(([name, desk]) => lineFaults(desk, now).map(inDesk(name)))
      if (faults.length > 0) throw new DeskError(faults)
    },
  }
}

/** The names in a language's file of words; undefined where there is no such file, or it is no YAML. */
async function readNames(assetsDir: string, site: Site, language: string): Promise<DeskNames | undefined> {
  const name = `${language}.yaml`
  if (!isLanguage(language)) return undefined
  const texts = [await readFiles(join(assetsDir, folderName)), await siteFiles(site)].map((files) =>
    files.get(name),
  )
  const faults: string[] = []
  const contents = texts.flatMap((text) => (text === undefined ? [] : [yaml(name, text, faults)]))
  return faults.length > 0 || contents.length === 0 ? undefined : namesIn(contents.reduce(overlaid))
}

/** The default desk; parameters and errors are those of {@link readDesks}. */
export async function readDesk(assetsDir: string, lines: Lines, own?: Files): Promise<Desk> {
  return (await readDesks(assetsDir, lines, own)).get(defaultDesk)!
}

/** A fault in the files of one desk, with the desk's name. */
const inDesk =
  (name: string) =>
  (fault: string): string =>
    name === defaultDesk ? fault : `${name}: ${fault}`

/**
 * Reads the files of all desks.
 *
 * @param lines of the languages that the desks are to serve
 * @param own files of the site, laid over those of the same name
 * @throws {DeskError} naming every fault of every file; errors of the disk
 */
export async function readDesks(assetsDir: string, lines: Lines, own: Files = new Map()): Promise<Desks> {
  const faults: string[] = []
  const shipped = await readFiles(join(assetsDir, folderName))
  const contentOf = (name: string): unknown => {
    const contents = [shipped, own].flatMap((files) => {
      const text = files.get(name)
      return text === undefined ? [] : [yaml(name, text, faults)]
    })
    if (contents.length === 0) faults.push(`${name}: is missing`)
    return contents.reduce(overlaid, undefined)
  }
  const words = Object.fromEntries(Object.keys(lines).map((code) => [code, contentOf(`${code}.yaml`)]))
  const desk = contentOf(`${defaultDesk}.yaml`)
  if (faults.length > 0) throw new DeskError(faults)
  const isThere = (name: string) => shipped.has(name) || own.has(name)
  const over = (below: unknown, name: string) => (isThere(name) ? overlaid(below, contentOf(name)) : below)
  const desks = new Map<string, Desk>()
  for (const name of namesOf([...shipped.keys(), ...own.keys()])) {
    const isDefault = name === defaultDesk
    const ownWords = Object.entries(words).map(([code, below]) => [code, over(below, `${name}.${code}.yaml`)])
    const source = {
      desk: isDefault ? desk : over(desk, `${name}.yaml`),
      words: isDefault ? words : Object.fromEntries(ownWords),
      lines,
    }
    try {
      desks.set(name, createDesk(source))
    } catch (error) {
      if (!(error instanceof DeskError)) throw error
      faults.push(...error.faults.map(inDesk(name)))
    }
  }
  if (faults.length > 0) throw new DeskError(faults)
  return desks
}

/** The desks that files are for, the default one first. */
function namesOf(files: readonly string[]): ReadonlySet<string> {
  const names = files.map((file) => file.replace(/\.yaml$/, ''))
  return new Set([defaultDesk, ...names.filter((name) => !name.includes('.') && !isLanguage(name))])
}

async function readFiles(folder: string): Promise<Files> {
  const names = (await readdir(folder)).filter((name) => deskFileName.test(name))
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}

/** The documents of the site that belong to the desk, by the names of their files. @throws {SiteError} `content` */
export async function siteFiles(site: Site): Promise<Files> {
  const files = new Map<string, string>()
  for (const [id, document] of Object.entries(site.state.documents)) {
    const [folder, name] = id.split('/')
    if (folder !== folderName) continue
    files.set(name, new TextDecoder().decode(await site.content(documentName(document))))
  }
  return files
}

/** One file of a site's desk by itself. @throws {Error} when it is no YAML, or no table */
export function parseDeskFile(text: string): unknown {
  const content: unknown = parseYaml(text)
  if (typeof content !== 'object' || content === null) throw new Error('is not a table of keys')
  return content
}

function yaml(name: string, text: string, faults: string[]): unknown {
  try {
    return parseYaml(text)
  } catch (error) {
    faults.push(`${name}: is not YAML (${errorText(error)})`)
    return undefined
  }
}
