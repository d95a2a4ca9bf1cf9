// A draft of the next change: items that are kept beside what is on air, in DATA_DIR/site/drafts/draft.json, until they
// are published as one generation. A site has one draft; a file without items means
// that nothing is drafted. Texts and sounds of the items lie where those of the site do.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { SiteDisk } from './disk.ts'
import { applyItems, itemSchema, SiteError, type SiteItem, type SiteState } from './generation.ts'
import type { Site } from './types.ts'

const draftSchema = z.strictObject({
  layout: z.literal(1),
  /** The generation that the draft was made on, or rehearsed on last. */
  base: z.int().min(0),
  items: z.array(itemSchema),
})
export type Draft = Pick<z.infer<typeof draftSchema>, 'base' | 'items'>

const pathOf = (dir: string) => join(dir, 'drafts', 'draft.json')

/**
 * @param dir the site folder
 * @returns undefined when nothing is drafted
 * @throws {SiteError} `unreadable`; errors of the disk
 */
export async function readDraft(dir: string): Promise<Draft | undefined> {
  const text = await readFile(pathOf(dir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const draft = draftSchema.safeParse(json(text)).data
  if (draft === undefined)
    throw new SiteError('unreadable', 'the draft in the site folder cannot be read: discard it')
  return draft.items.length === 0 ? undefined : draft
}

/** Replaces the draft in one step. The content of its items must have been stored. @throws errors of the disk */
export async function writeDraft(dir: string, disk: SiteDisk, { base, items }: Draft): Promise<void> {
  const text = `${JSON.stringify({ layout: 1, base, items }, null, 1)}\n`
  await disk.write(pathOf(dir), new TextEncoder().encode(text))
}

/** The site as it would be with these items; nothing is put in use. */
export function withItems(
  site: Pick<Site, 'state' | 'content'>,
  items: readonly SiteItem[],
): { state: SiteState; content: Site['content'] } {
  const state = applyItems(site.state, items, site.state.generation)
  return { state, content: (name) => site.content(name) }
}

/** The items as a change of this state: each begins with what is on air now. */
export const onState = (items: readonly SiteItem[], state: SiteState): SiteItem[] =>
  items.map((item) =>
    item.kind === 'phrase'
      ? { ...item, before: state.phrases[item.id] ?? null }
      : { ...item, before: state.documents[item.id] ?? null },
  )

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
