// The desks in use, and read again when the operator asks (read-desks.ts). A call keeps the desk that it began with. A
// start takes the shipped desks when the site's cannot be used; a reload refuses, because better ones are in use.

import type { DeskChange } from '../../admin/deps.ts'
import type { DeskInfo } from '../../admin/schemas.ts'
import { ConfigError, errorText } from '../../base/errors.ts'
import { parseYaml } from '../../base/yaml.ts'
import type { Desk } from '../../desk/desk.ts'
import { DeskError, lineFaults } from '../../desk/load-desk.ts'
import { overlaid } from '../../desk/overlay.ts'
import type { Site } from '../../site/store.ts'
import { isLanguage } from '../../understanding/languages/index.ts'
import type { ServerContext } from '../context.ts'
import { type DeskNames, infoOf, namesIn } from './desk-info.ts'
import {
  type DeskLines,
  type Desks,
  defaultDesk,
  filesOf,
  readDesks,
  shippedFiles,
  siteFiles,
} from './read-desks.ts'

export type DeskParts = {
  /** What the operator sees, named in a language; its generation grows with each reload. Default: the bot's. */
  info(language?: string): Promise<DeskInfo>
  /** For new calls. @param name {@link defaultDesk} when left out; an unknown one is that too */
  current(name?: string): Desk
  has(name: string): boolean
  /** The topics and steps of all desks. */
  names(): { topics: readonly string[]; steps: readonly string[] }
  reload(): Promise<DeskChange>
  /** @throws {DeskError} when the desk in use says a line that these texts do not have */
  check(lines: DeskLines): void
}

/**
 * @param lines asked for at each load
 * @throws {ConfigError} `desk` when the shipped files cannot be used
 */
export async function openDesk(
  context: ServerContext,
  site: Site,
  lines: () => DeskLines,
): Promise<DeskParts> {
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
    names() {
      const all = [...desks.values()]
      const namesOf = (list: readonly { name: string }[]) => [...new Set(list.map(({ name }) => name))]
      return {
        topics: namesOf(all.flatMap(({ topics }) => topics)),
        steps: namesOf(all.flatMap(({ steps }) => steps)),
      }
    },
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
      const faults = [...desks].flatMap(([name, desk]) => lineFaults(desk, now, filesOf(name)))
      if (faults.length > 0) throw new DeskError(faults)
    },
  }
}

/** The names in a language's file of words; undefined where there is no such file, or it is no YAML. */
async function readNames(assetsDir: string, site: Site, language: string): Promise<DeskNames | undefined> {
  const name = `${language}.yaml`
  if (!isLanguage(language)) return undefined
  const layers = [await shippedFiles(assetsDir), await siteFiles(site)]
  const texts = layers.flatMap((files) => files.get(name) ?? [])
  if (texts.length === 0) return undefined
  try {
    return namesIn(texts.map(parseYaml).reduce(overlaid))
  } catch {
    return undefined
  }
}
