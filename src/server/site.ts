// The site folder, DATA_DIR/site: opened at the start, with what is broken in it named in the log and in `/readyz`.

import { join } from 'node:path'
import { errorText } from '../base/errors.ts'
import { documentName } from '../site/generation.ts'
import { openSite, type Site } from '../site/store.ts'
import type { ServerContext } from './context.ts'

/** Never throws: a folder that cannot be read leaves everything as the program ships it. */
export async function openSiteFolder({ config, clock, log }: ServerContext): Promise<Site> {
  const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: () => clock.wallMs() })
  site
    .collect()
    .catch((error: unknown) => log.warn('old changes are not deleted', { error: errorText(error) }))
  return site
}

/**
 * Reads a document that the site may have changed.
 *
 * @param id `prompts/fr.md`
 * @param parse throws when the text cannot be used
 * @returns undefined when the site has not changed it, or what it has cannot be used: then `degraded` says so
 */
export async function siteDocument<T>(
  { log, degraded }: ServerContext,
  site: Site,
  id: string,
  parse: (text: string) => T,
): Promise<T | undefined> {
  const document = site.state.documents[id]
  if (document === undefined) return undefined
  try {
    return parse(new TextDecoder().decode(await site.content(documentName(document))))
  } catch (error) {
    const reason = errorText(error)
    log.warn('the shipped document is used', { id, reason })
    degraded.set(`site ${id}`, `site folder: ${id} cannot be used, the shipped one is (${reason})`)
    return undefined
  }
}
