// `bun run site desk my/desk.yaml my/fr.yaml`: lays a site's desk files over the shipped ones, as one change.

import { basename, join } from 'node:path'
import type { Config } from '../config.ts'
import { DeskError } from '../desk/load-desk.ts'
import { loadTexts } from '../phrases/texts.ts'
import { deskFileName, readDesk, siteFiles } from '../server/desk.ts'
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
    else files.set(name, text)
    const after = isBack ? null : { sha256: await site.store(bytes, 'txt'), bytes: bytes.length, version: 1 }
    const id = `desk/${name}`
    items.push({ kind: 'document', id, before: site.state.documents[id] ?? null, after })
  }
  const texts = await loadTexts(join(config.ASSETS_DIR, 'phrases'))
  const lines = texts.find(({ language }) => language === config.LANGUAGE)?.lines ?? {}
  const desk = await readDesk(config.ASSETS_DIR, { [config.LANGUAGE]: lines }, files)
  const taken = Object.keys(desk.lines[config.LANGUAGE]!).filter((name) => name in lines)
  if (taken.length > 0)
    throw new DeskError(
      taken.map(
        (name) =>
          `${config.LANGUAGE}.yaml: lines.${name}: the program has this line; change it on the operator's page, ` +
          'or take another name',
      ),
    )
  const { generation } = await site.commit({ by, action: 'document', items })
  return `the desk is changed, as change ${generation}; a running server uses it after POST /api/desk/reload\n`
}
