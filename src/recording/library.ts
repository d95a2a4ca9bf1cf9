// Finds, reads and deletes recordings. Every path is built from a day and an id of our own form, and days are found by
// reading the folder: no outside text becomes a path. The index (search/) says which recordings a query wants; what is
// shown of them is read from their files.

import { join } from 'node:path'
import type { z } from 'zod'
import { namesIn, type RecordingEntry, type RecordingInfo, readEntry, removeFiles } from './entry.ts'
import { dayPattern, idOfFile, type listedTurnSchema, recordingIdPattern } from './files.ts'
import type { Hit, IndexQuery } from './search/index-file.ts'
import { type Search, searchHere } from './search/search.ts'
import type { TurnHit, TurnQuery } from './search/turn-table.ts'

export type RecordingQuery = IndexQuery

/**
 * `next`: the `before` of the next page; null on the last one. `isComplete`: false while the index is being made, the
 * newest recordings first.
 */
export type RecordingPage = { recordings: ListedRecording[]; next: number | null; isComplete: boolean }

/** `key` rises with the start of the recording, and orders the list. */
export type ListedRecording = RecordingInfo & { key: number }

/** A turn that the desk could not use: in which recording, and its place in the record's list. */
export type ListedTurn = z.infer<typeof listedTurnSchema>

/** `next`, `isComplete`: as in {@link RecordingPage}. */
export type TurnPage = { turns: ListedTurn[]; next: number | null; isComplete: boolean }

export type Recordings = {
  /** Newest first, those without a readable record included. */
  list(query: RecordingQuery): Promise<RecordingPage>
  /** Turns that the desk could not use, newest first. */
  turns(query: TurnQuery): Promise<TurnPage>
  find(id: string): Promise<RecordingEntry | undefined>
  /** Deletes audio and transcript. @returns false when there is no such recording */
  remove(id: string): Promise<boolean>
}

/** @param dir root of the recordings; it may not exist yet */
export function createRecordings(dir: string, search: Search = searchHere(dir)): Recordings {
  const days = async (): Promise<string[]> => {
    const names = await namesIn(dir)
    return names
      .filter((name) => dayPattern.test(name))
      .sort()
      .reverse()
  }
  const find = async (id: string) => {
    if (!recordingIdPattern.test(id)) return undefined
    for (const day of await days()) {
      const names = (await namesIn(join(dir, day))).filter((name) => idOfFile(name) === id)
      const found = names.length === 0 ? undefined : await readEntry(dir, day, id, names)
      if (found) return found
    }
    return undefined
  }
  return {
    find,
    async list(query) {
      const { hits, isComplete } = await search.find(query)
      const next = hits.length < query.limit ? null : (hits.at(-1)?.key ?? null)
      return { recordings: await readHits(dir, hits), next, isComplete }
    },
    async turns(query) {
      const { hits, isComplete } = await search.turns(query)
      const next = hits.length < query.limit ? null : (hits.at(-1)?.key ?? null)
      const calls = [...new Map(hits.map((hit) => [placeOf(hit), hit])).values()]
      const read = await readHits(dir, calls)
      const found = new Map(read.map((one) => [placeOf({ day: one.day, id: one.record.id }), one]))
      return { turns: hits.flatMap((hit) => turnIn(found.get(placeOf(hit)), hit)), next, isComplete }
    },
    async remove(id) {
      const found = await find(id)
      if (!found) return false
      await removeFiles(found)
      await search.dropGone()
      return true
    },
  }
}

const placeOf = ({ day, id }: { day: string; id: string }): string => `${day}/${id}`

/** Empty when its record was erased or replaced meanwhile. */
function turnIn(found: RecordingInfo | undefined, { key, n }: TurnHit): ListedTurn[] {
  const turn = found?.record.notUnderstood[n]
  if (found === undefined || turn === undefined) return []
  const { day, audio, record } = found
  return [{ ...turn, key, day, audio, id: record.id, n, startedAt: record.startedAt }]
}

/** Reads four at a time and lets the event loop run after each four: this is the thread that plays the calls. */
async function readHits(dir: string, hits: readonly Hit[]): Promise<ListedRecording[]> {
  const names = new Map<string, Map<string | undefined, string[]>>()
  for (const day of new Set(hits.map((hit) => hit.day)))
    names.set(day, Map.groupBy(await namesIn(join(dir, day)), idOfFile))
  const found: ListedRecording[] = []
  for (let at = 0; at < hits.length; at += 4) {
    const some = hits.slice(at, at + 4).map(async ({ key, day, id }) => {
      const files = names.get(day)?.get(id)
      const entry = files && (await readEntry(dir, day, id, files))
      return entry && { ...entry, key }
    })
    // Those that were erased meanwhile are left out.
    found.push(...(await Promise.all(some)).filter((entry) => entry !== undefined))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return found
}
