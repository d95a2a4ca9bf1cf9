// Lines that a site's desk brings along (`lines:` in its fr.yaml): they are phrases like the shipped ones, so that the
// page lists them and the voice in use speaks them in advance. What is wrong with such a file, the desk says.

import { parseYaml } from '../base/yaml.ts'
import { linesSchema, type PhraseTexts } from '../desk/texts.ts'
import { documentName, type SiteState } from '../site/generation.ts'

/** `desk/fr.yaml`, `desk/shop.fr.yaml`: the language stands last. */
const wordsFile = /^desk\/(?:[a-z-]+\.)?([a-z]{2})\.yaml$/

/** The shipped texts with the site's lines; a line that the program has stays as it is. */
export async function withSiteLines(
  shipped: readonly PhraseTexts[],
  site: { readonly state: SiteState; content(name: string): Promise<Uint8Array> },
): Promise<readonly PhraseTexts[]> {
  const texts = structuredClone(shipped) as PhraseTexts[]
  for (const [id, document] of Object.entries(site.state.documents)) {
    const own = texts.find(({ language }) => language === id.match(wordsFile)?.[1])
    if (own === undefined) continue
    const bytes = await site.content(documentName(document)).catch(() => new Uint8Array(0))
    own.lines = { ...linesIn(new TextDecoder().decode(bytes)), ...own.lines }
  }
  return texts
}

function linesIn(text: string): PhraseTexts['lines'] {
  try {
    const content = parseYaml(text) as { lines?: unknown } | null
    return linesSchema.safeParse(content?.lines).data ?? {}
  } catch {
    return {}
  }
}
