// The site folder, DATA_DIR/site: opened at the start, with what is broken in it named in the log and in `/readyz`.

import { join } from 'node:path'
import { errorText } from '../base/errors.ts'
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
