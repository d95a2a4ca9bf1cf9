// The site folder, DATA_DIR/site: opened at the start, with what is broken in it named in the log and in `/readyz`.

import { join } from 'node:path'
import { errorText } from '../base/errors.ts'
import { openSite, type Site, type SiteOthers } from '../site/store.ts'
import type { ServerContext } from './context.ts'

/**
 * Never throws: a folder that cannot be read leaves everything as the program ships it.
 *
 * @param others the machines that have the same site
 */
export async function openSiteFolder(
  { config, clock, log }: ServerContext,
  others: SiteOthers | undefined,
): Promise<Site> {
  const dir = join(config.DATA_DIR, 'site')
  const site = await openSite({ dir, wallMs: () => clock.wallMs(), ...(others && { others }) })
  site
    .collect()
    .catch((error: unknown) => log.warn('old changes are not deleted', { error: errorText(error) }))
  return site
}
