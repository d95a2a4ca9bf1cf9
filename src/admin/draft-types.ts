// The draft of a change and its rehearsal, as the operator sees them. Types only: the page's script uses them too.

import type { z } from 'zod'
import type { HistoryEntry, PhraseChange } from '../phrases/types.ts'
import type { differencesSchema } from './draft-schemas.ts'

/** A rehearsal of the draft as it is now. */
export type DraftRehearsal = {
  phase: 'running' | 'done' | 'failed'
  /** Calls to play, those that were played, and of these the ones that go another way. */
  total: number
  calls: number
  differ: number
  /** Calls that could not be played. */
  left: number
  /** Why it failed. */
  reason: string | null
}

export type DraftInfo = {
  /** The generation that the draft was made on, or rehearsed on last; it is published on no other. */
  base: number
  /** What is on air. */
  generation: number
  /** Against what is on air. */
  items: HistoryEntry['items']
  /** Missing until the draft is rehearsed, and after it changes. */
  rehearsal: DraftRehearsal | null
}

/** The first difference of each call. It has callers' words. */
export type DraftDifferences = z.infer<typeof differencesSchema>

export type Kept = { ok: true } | (PhraseChange & { ok: false })

export type DraftEditor = {
  read(): Promise<DraftInfo>
  /** Speaks a text, and keeps it in the draft instead of putting it on air. */
  putText(name: string, language: string, text: string): Promise<Kept>
  /** @param text of a prompt, the hours, or a file of a desk; null: as shipped */
  putDocument(id: string, text: string | null): Promise<Kept>
  /** What callers say, and the words that it stands for; null takes it out. @param language default: LANGUAGE */
  putSaying(said: string, means: string | null, language?: string): Promise<Kept>
  /** @returns false when the draft has no such item */
  remove(id: string): Promise<boolean>
  discard(): Promise<void>
  /** Begins to play the newest calls with the draft on what is on air now. @returns false while it runs already */
  rehearse(last: number): Promise<boolean>
  differences(): DraftDifferences
  /** Puts the draft on air as one change. @returns `conflict` when something else was published since its base */
  publish(by: string): Promise<PhraseChange>
}
