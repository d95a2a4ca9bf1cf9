// The site's history as the operator reads it: texts before and after, voices, and whether a change can be taken back.

import { voiceNameOf } from '../providers/voice-key.ts'
import {
  documentName,
  type SiteChange,
  type SiteDocument,
  type SiteItem,
  type SitePhrase,
} from '../site/generation.ts'
import type { HistoryEntry } from './types.ts'

/** What is read of the site folder: whether nothing of a change was changed again, and documents. */
type HistorySource = {
  canUndo(change: SiteChange): boolean
  content(name: string): Promise<Uint8Array>
}

/** @param changes newest first */
export function historyEntries(changes: readonly SiteChange[], site: HistorySource): Promise<HistoryEntry[]> {
  return Promise.all(
    changes.map(async (change) => ({
      generation: change.generation,
      at: change.at,
      by: change.by,
      action: change.action,
      undoes: change.undoes ?? null,
      canUndo: site.canUndo(change),
      items: await Promise.all(change.items.slice(0, shownItems).map((item) => entryItem(item, site))),
      more: Math.max(0, change.items.length - shownItems),
    })),
  )
}

/** An import can change all phrases at once. */
const shownItems = 20
/** Hours have a few lines; a prompt or a desk is too long to be read in a history. */
const shownBytes = 1_000

async function entryItem(item: SiteItem, site: HistorySource): Promise<HistoryEntry['items'][number]> {
  if (item.kind === 'document') {
    const [before, after] = await Promise.all([item.before, item.after].map((one) => shortText(one, site)))
    return { id: item.id, before, after, soundBefore: null, soundAfter: null }
  }
  const text = (phrase: SitePhrase | null) => phrase?.text ?? item.shipped
  const voice = (phrase: SitePhrase | null) => (phrase?.sound ? voiceNameOf(phrase.sound.voice) : null)
  return {
    id: item.id,
    before: text(item.before),
    after: text(item.after),
    soundBefore: voice(item.before),
    soundAfter: voice(item.after),
  }
}

async function shortText(document: SiteDocument | null, site: HistorySource): Promise<string | null> {
  if (document === null || document.bytes > shownBytes) return null
  // A backup has the history of documents, but not all their texts.
  const bytes = await site.content(documentName(document)).catch(() => undefined)
  return bytes === undefined ? null : new TextDecoder().decode(bytes).trimEnd()
}
