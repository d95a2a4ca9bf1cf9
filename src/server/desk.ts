// The desk in use: read from assets/desk/ with the site's own files over it, and read again when the operator asks. A
// call keeps the desk that it began with. A start takes the shipped desk when the site's cannot be used; a reload
// refuses, because a better one is in use.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeskChange } from '../admin/deps.ts'
import type { DeskInfo } from '../admin/schemas.ts'
import { ConfigError, errorText } from '../base/errors.ts'
import type { Desk } from '../desk/desk.ts'
import { createDesk, DeskError, type DeskSource, lineFaults } from '../desk/load-desk.ts'
import { overlaid } from '../desk/overlay.ts'
import { documentName } from '../site/generation.ts'
import type { Site } from '../site/store.ts'
import type { ServerContext } from './context.ts'

/** The lines of each language that calls may be in, by name. */
type Lines = DeskSource['lines']

export type DeskParts = {
  /** What the operator sees; its generation grows with each reload. */
  info(): DeskInfo
  /** For new calls. */
  current(): Desk
  reload(): Promise<DeskChange>
  /** @throws {DeskError} when the desk in use says a line that these texts do not have */
  check(lines: Lines): void
}

const folderName = 'desk'
const fileName = /^[a-z-]+\.yaml$/

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
      return await readDesk(config.ASSETS_DIR, lines())
    } catch (cause) {
      const hint = 'Set ASSETS_DIR to the assets folder of the project.'
      throw new ConfigError('desk', `The desk cannot be read: ${errorText(cause)}. ${hint}`, { cause })
    }
  }
  const withSite = async () => readDesk(config.ASSETS_DIR, lines(), await siteFiles(site))
  let desk: Desk
  try {
    desk = await withSite()
  } catch (error) {
    desk = await shipped()
    const reason = errorText(error)
    log.warn("the shipped desk is used instead of the site's", { reason })
    degraded.set('desk', `site folder: the site's desk cannot be used, the shipped one is (${reason})`)
  }
  let generation = 1
  return {
    info: () => ({ generation, ...infoOf(desk, config.LANGUAGE) }),
    current: () => desk,
    async reload() {
      try {
        await site.refresh()
        desk = await withSite()
      } catch (error) {
        return { ok: false, problems: error instanceof DeskError ? error.faults : [errorText(error)] }
      }
      degraded.delete('desk')
      generation++
      log.info('desk loaded', { generation, topics: desk.topics.length, steps: desk.steps.length })
      return { ok: true, generation, topics: desk.topics.length, steps: desk.steps.length }
    },
    check(now) {
      const faults = lineFaults(desk, now)
      if (faults.length > 0) throw new DeskError(faults)
    },
  }
}

function infoOf({ topics, steps, words }: Desk, language: string): Omit<DeskInfo, 'generation'> {
  const { names } = words[language]
  return {
    topics: topics.map(({ name, key, symptoms }) => ({
      ...{ name, key, label: names.topics[name] },
      symptoms: symptoms.map((symptom) => ({
        ...{ name: symptom.name, key: symptom.key, label: names.symptoms[symptom.name] },
      })),
    })),
    steps: steps.map(({ name }) => ({ name, label: names.steps[name] })),
  }
}

/**
 * Reads the desk's files.
 *
 * @param lines of the languages that the desk is to serve
 * @param own files of the site, laid over those of the same name
 * @throws {DeskError} naming every fault of every file; errors of the disk
 */
export async function readDesk(assetsDir: string, lines: Lines, own: Files = new Map()): Promise<Desk> {
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
  const desk = contentOf('desk.yaml')
  if (faults.length > 0) throw new DeskError(faults)
  return createDesk({ desk, words, lines })
}

async function readFiles(folder: string): Promise<Files> {
  const names = (await readdir(folder)).filter((name) => fileName.test(name))
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
  const content: unknown = Bun.YAML.parse(text)
  if (typeof content !== 'object' || content === null) throw new Error('is not a table of keys')
  return content
}

function yaml(name: string, text: string, faults: string[]): unknown {
  try {
    return Bun.YAML.parse(text)
  } catch (error) {
    faults.push(`${name}: is not YAML (${errorText(error)})`)
    return undefined
  }
}
