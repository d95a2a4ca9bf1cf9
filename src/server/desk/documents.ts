// The documents that a site may lay over the shipped ones: the instructions for the language model, hours with the
// message of the day, the vendors' prices, and files of the desk. All but the last are loaded with the phrases, as one
// generation: calls that begin then use them, and live calls keep theirs. desk.ts loads the desk.

import { join } from 'node:path'
import { ConfigError, errorText, faultText } from '../../base/errors.ts'
import { offeredLanguages } from '../../config/languages.ts'
import { type PromptTemplates, parseTemplates } from '../../dialogue/model/prompt.ts'
import { noPrices, type PriceTable } from '../../providers/prices.ts'
import { documentText } from '../../site/document-text.ts'
import type { SiteState } from '../../site/generation.ts'
import type { Site } from '../../site/store.ts'
import { languages } from '../../understanding/languages/index.ts'
import type { ServerContext } from '../context.ts'
import { parseSitePrices, pricesId, pricesOver } from '../spending/prices.ts'
import { createDeskTexts, type DeskTexts } from './desk-texts.ts'
import { type Hours, hoursId, hoursOf, parseHours } from './hours.ts'
import { deskFileName, parseDeskFile } from './read-desks.ts'

/** Each kind of document with its check, which throws a sentence. The import of a backup takes no others. */
const kinds: readonly { id: RegExp; check: (text: string) => unknown }[] = [
  { id: new RegExp(`^prompts/(${languages.join('|')})\\.md$`), check: parseTemplates },
  { id: /^hours\/hours\.yaml$/, check: parseHours },
  { id: /^prices\/prices\.yaml$/, check: parseSitePrices },
  // By itself; whether a desk's files fit together is checked when they are loaded.
  { id: new RegExp(`^desk/${deskFileName.source.slice(1)}`), check: parseDeskFile },
]

/** @returns what is wrong with a document; undefined when the server can use it */
export function documentFault(id: string, text: string): string | undefined {
  const kind = kinds.find((one) => one.id.test(id))
  if (kind === undefined) return 'is not a document that the server reads'
  try {
    kind.check(text)
    return undefined
  } catch (error) {
    return faultText(error)
  }
}

export type Documents = {
  /** By language; undefined without a language model. */
  readonly templates: Readonly<Record<string, PromptTemplates>> | undefined
  readonly hours: Hours
  readonly deskTexts: DeskTexts
  readonly prices: PriceTable
}

export type DocumentParts = {
  /** For calls that begin now. */
  current(): Documents
  /**
   * Reads what a state names.
   *
   * @param isRefused whether a broken document is an error; else the shipped one is used, and `degraded` says so
   * @returns puts it in use
   * @throws {ConfigError} `prompt` when the shipped file cannot be used; {@link SiteError} `content`, or what is wrong
   *   with a document that `isRefused` names
   */
  load(state: SiteState, isRefused: (id: string) => boolean): Promise<() => void>
}

export function createDocuments(context: ServerContext, site: Site, hasModel: boolean): DocumentParts {
  const { config, log, degraded } = context
  const offered = offeredLanguages(config)
  const withHours = (hours: Hours) => ({ hours, deskTexts: createDeskTexts(config, hours) })
  let current: Documents = { templates: undefined, ...withHours(hoursOf(config)), prices: noPrices }
  return {
    current: () => current,
    async load(state, isRefused) {
      /** Why the site's own document is not used, by its name. */
      const faults = new Map<string, string | undefined>()
      const read = async <T>(id: string, parse: (text: string) => T): Promise<T | undefined> => {
        faults.set(id, undefined)
        try {
          const text = await documentText({ state, content: (name) => site.content(name) }, id)
          return text === undefined ? undefined : parse(text)
        } catch (error) {
          if (isRefused(id)) throw error
          faults.set(id, errorText(error))
          return undefined
        }
      }
      const templatesIn = async (code: string) => {
        const id = `prompts/${code}.md`
        const own = await read(id, parseTemplates)
        return [code, own ?? (await shippedTemplates(config.ASSETS_DIR, id))] as const
      }
      const templates = hasModel ? Object.fromEntries(await Promise.all(offered.map(templatesIn))) : undefined
      const prices = await pricesOver(config.ASSETS_DIR, await read(pricesId, parseSitePrices))
      const next = { templates, ...withHours(hoursOf(config, await read(hoursId, parseHours))), prices }
      return () => {
        current = next
        for (const [id, reason] of faults) {
          degraded.delete(`site ${id}`)
          if (reason === undefined) continue
          log.warn('the shipped document is used', { id, reason })
          degraded.set(`site ${id}`, `site folder: ${id} cannot be used, the shipped one is (${reason})`)
        }
      }
    },
  }
}

async function shippedTemplates(assetsDir: string, id: string): Promise<PromptTemplates> {
  const path = join(assetsDir, id)
  try {
    return parseTemplates(await Bun.file(path).text())
  } catch (cause) {
    const hint = 'Set ASSETS_DIR to the assets folder of the project, or LLM=scripted.'
    throw new ConfigError(
      'prompt',
      `The prompt of the language model cannot be used from ${path}: ${errorText(cause)}. ${hint}`,
      { cause },
    )
  }
}
