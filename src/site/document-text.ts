import { documentName } from './generation.ts'
import type { Site } from './store.ts'

/**
 * One of the site's own documents.
 *
 * @param id such as `prompts/fr.md` or `desk/desk.yaml`
 * @returns its text; undefined when the site has none
 * @throws {SiteError} `content` when its file cannot be read
 */
export async function documentText(
  site: Pick<Site, 'state' | 'content'>,
  id: string,
): Promise<string | undefined> {
  const document = site.state.documents[id]
  return document && new TextDecoder().decode(await site.content(documentName(document)))
}
