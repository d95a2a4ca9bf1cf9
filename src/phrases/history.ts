// The site's history as the operator reads it: texts before and after, voices, and whether a change can be taken back.

import { voiceNameOf } from '../providers/voice-key.ts'
import type { SiteChange, SiteItem, SitePhrase } from '../site/generation.ts'
import type { HistoryEntry } from './types.ts'

/** @param changes newest first @param site says whether nothing of a change was changed again */
export function historyEntries(
  changes: readonly SiteChange[],
  site: { canUndo(change: SiteChange): boolean },
): HistoryEntry[] {
  return changes.map((change) => ({
    generation: change.generation,
    at: change.at,
    by: change.by,
    action: change.action,
    undoes: change.undoes ?? null,
    canUndo: site.canUndo(change),
    items: change.items.slice(0, shownItems).map(entryItem),
    more: Math.max(0, change.items.length - shownItems),
  }))
}

/** An import can change all phrases at once. */
const shownItems = 20

function entryItem(item: SiteItem): HistoryEntry['items'][number] {
  if (item.kind === 'document')
    return { id: item.id, before: null, after: null, soundBefore: null, soundAfter: null }
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
