// The desk, phrases and prompts that calls get from the shipped files and a site's folder, or from a change of it that
// is not in use yet. The commands read them here, and so does a rehearsal.

import { join } from 'node:path'
import { offeredLanguages } from '../../config/languages.ts'
import type { Config } from '../../config.ts'
import { DeskError } from '../../desk/load-desk.ts'
import { parseTexts, type Texts } from '../../desk/texts.ts'
import { type PromptTemplates, parseTemplates } from '../../dialogue/model/prompt.ts'
import { layOver } from '../../phrases/overlay.ts'
import { withSiteLines } from '../../phrases/site-lines.ts'
import { loadTexts } from '../../phrases/texts.ts'
import type { Stage } from '../../rehearsal/replay.ts'
import { documentText } from '../../site/document-text.ts'
import { documentName } from '../../site/generation.ts'
import type { Site } from '../../site/store.ts'
import { languages } from '../../understanding/languages/index.ts'
import { createDeskTexts } from '../desk/desk-texts.ts'
import { hoursId, hoursOf, parseHours } from '../desk/hours.ts'
import { type Desks, defaultDesk, readDesks, siteFiles } from '../desk/read-desks.ts'

/** The site's changes, and what they name. */
export type SiteView = Pick<Site, 'state' | 'content'>

/**
 * The desks, and the texts of each language that they have words for: those of `wanted` for certain, first.
 *
 * @throws {DeskError} with the faults of all desks; errors of the disk
 */
export async function desksAndTexts(
  config: Config,
  site: SiteView,
  wanted: readonly string[],
): Promise<{ desks: Desks; offered: readonly Texts[] }> {
  const shipped = await loadTexts(join(config.ASSETS_DIR, 'phrases'))
  const all = layOver(await withSiteLines(shipped, site), site.state.phrases).texts.map(parseTexts)
  const files = await siteFiles(site)
  const read = async (codes: readonly string[]) => {
    const offered = codes.flatMap((code) => all.find(({ language }) => language === code) ?? [])
    const lines = Object.fromEntries(offered.map((texts) => [texts.language, texts.lines]))
    return { desks: await readDesks(config.ASSETS_DIR, lines, files), offered }
  }
  // A site needs words only for the languages of its calls; the shipped desk has those of all.
  return await read([...new Set([...wanted, ...languages])]).catch((error: unknown) => {
    if (error instanceof DeskError) return read(wanted)
    throw error
  })
}

/**
 * What a rehearsal plays calls with, by the name of their desk; undefined for a desk that is not there.
 *
 * @throws as {@link desksAndTexts}; what a broken prompt or broken hours throw
 */
export async function openStage(
  config: Config,
  site: SiteView,
): Promise<(desk: string | undefined) => Stage | undefined> {
  const { desks, offered } = await desksAndTexts(config, site, offeredLanguages(config))
  const own = await documentText(site, hoursId)
  // Each call has the message of its own day.
  const hours = hoursOf(config, { ...(own === undefined ? {} : parseHours(own)), message: '' })
  const deskTexts = createDeskTexts(config, hours)
  const templates = new Map<string, PromptTemplates>()
  for (const { language } of offered) {
    const id = `prompts/${language}.md`
    const text = (await documentText(site, id)) ?? (await Bun.file(join(config.ASSETS_DIR, id)).text())
    templates.set(language, parseTemplates(text))
  }
  return (name = defaultDesk) => {
    const desk = desks.get(name)
    return (
      desk && {
        desk,
        texts(language, wallMs) {
          const phrases = offered.find((one) => one.language === language)
          return phrases && deskTexts(phrases, wallMs)
        },
        templates: (language) => templates.get(language),
      }
    )
  }
}

/** The site with these files of a desk in place of its own, such as `desk.yaml` and `fr.yaml`; nothing is stored. */
export function withDeskFiles(site: SiteView, files: ReadonlyMap<string, string>): SiteView {
  const contents = new Map<string, Uint8Array>()
  const documents = { ...site.state.documents }
  for (const [name, text] of files) {
    const bytes = new TextEncoder().encode(text)
    const document = { sha256: new Bun.SHA256().update(bytes).digest('hex'), bytes: bytes.length, version: 1 }
    contents.set(documentName(document), bytes)
    documents[`desk/${name}`] = document
  }
  return {
    state: { ...site.state, documents },
    content: async (name) => contents.get(name) ?? (await site.content(name)),
  }
}
