// `bun run site desk my/desk.yaml my/fr.yaml`: lays a site's desk files over the shipped ones, as one change.

import { basename, join } from 'node:path'
import { offeredLanguages } from '../config/languages.ts'
import type { Config } from '../config.ts'
import type { Desk } from '../desk/desk.ts'
import { DeskError } from '../desk/load-desk.ts'
import { loadTexts } from '../phrases/texts.ts'
import {
  type DeskLines,
  defaultDesk,
  deskFileName,
  filesOf,
  parseDeskFile,
  readDesks,
  siteFiles,
} from '../server/desk/read-desks.ts'
import type { SiteItem } from '../site/generation.ts'
import type { Site } from '../site/store.ts'

/**
 * @param paths whose names are those of files of assets/desk/; an empty file takes the site's back
 * @throws {DeskError} when the desk with these files cannot be used; nothing has changed then
 */
export async function layDesk(
  site: Site,
  config: Config,
  paths: readonly string[],
  by: string,
): Promise<string> {
  const files = new Map(await siteFiles(site))
  const items: SiteItem[] = []
  for (const path of paths) {
    const name = basename(path)
    if (!deskFileName.test(name)) throw new Error(`${path}: name it desk.yaml, or fr.yaml for the words`)
    const bytes = await Bun.file(path).bytes()
    const text = new TextDecoder().decode(bytes)
    const isBack = text.trim() === ''
    if (isBack) files.delete(name)
    else files.set(name, checked(path, text))
    const after = isBack ? null : { sha256: await site.store(bytes, 'txt'), bytes: bytes.length, version: 1 }
    const id = `desk/${name}`
    items.push({ kind: 'document', id, before: site.state.documents[id] ?? null, after })
  }
  const shipped = new Map(
    (await loadTexts(join(config.ASSETS_DIR, 'phrases'))).map(({ language, lines }) => [language, lines]),
  )
  const lines = Object.fromEntries(offeredLanguages(config).map((code) => [code, shipped.get(code) ?? {}]))
  const desks = await readDesks(config.ASSETS_DIR, lines, files)
  const faults = [...desks].flatMap(([name, desk]) =>
    takenLines(name, desk, name === defaultDesk ? undefined : desks.get(defaultDesk), lines),
  )
  if (faults.length > 0) throw new DeskError(faults)
  const { generation } = await site.commit({ by, action: 'document', items })
  return `the desk is changed, as change ${generation}; a running server uses it after POST /api/desk/reload\n`
}

/** The text, whose file may be of a language that no call is in: it is then looked at no further. */
function checked(path: string, text: string): string {
  try {
    parseDeskFile(text)
  } catch (error) {
    throw new Error(`${path}: is not YAML (${error instanceof Error ? error.message : String(error)})`)
  }
  return text
}

/**
 * Lines of a desk that the program has, as faults.
 *
 * @param below the desk that this one is laid over, whose lines are named there
 */
function takenLines(name: string, desk: Desk, below: Desk | undefined, lines: DeskLines): string[] {
  return Object.entries(lines).flatMap(([code, shipped]) =>
    Object.keys(desk.lines[code] ?? {})
      .filter((line) => line in shipped && !(line in (below?.lines[code] ?? {})))
      .map(
        (line) =>
          `${filesOf(name).words(code)}: lines.${line}: the program has this line; change it on the operator's page, ` +
          'or take another name',
      ),
  )
}
