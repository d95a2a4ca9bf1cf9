// The site folder, DATA_DIR/site: opened at the start, with what is broken in it named in the log and in `/readyz`.

import { join } from 'node:path'
import { errorText } from '../base/errors.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { openSite, type Site } from '../site/store.ts'
import type { ServerContext } from './context.ts'
import { SiteSharing } from './site-sharing.ts'

/** `sharing`: with the other machines, where there are several. */
export type SiteParts = { site: Site; sharing: SiteSharing | undefined }

/** Never throws: a folder that cannot be read leaves everything as the program ships it. */
export async function openSiteFolder(
  context: ServerContext,
  cluster: Cluster | undefined,
): Promise<SiteParts> {
  const { config, clock, log } = context
  const dir = join(config.DATA_DIR, 'site')
  const sharing = cluster && new SiteSharing(context, cluster)
  const site = await openSite({ dir, wallMs: () => clock.wallMs(), ...(sharing && { others: sharing }) })
  site
    .collect()
    .catch((error: unknown) => log.warn('old changes are not deleted', { error: errorText(error) }))
  return { site, sharing }
}
