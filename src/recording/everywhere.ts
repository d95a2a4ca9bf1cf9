// One list of the recordings of all machines of a cluster. Each machine lists its own; the lists are merged by the
// start of the recordings, with one cursor for all.

import { z } from 'zod'
import { listedSchema } from './files.ts'
import type { ListedRecording, RecordingPage, RecordingQuery, Recordings } from './library.ts'

const pageSchema = z.object({
  recordings: z.array(z.unknown()),
  next: z.number().nullable(),
  isComplete: z.boolean(),
})

/** The recordings of the other machines. */
export type OtherRecordings = {
  /** Address of this machine, as the others know it; undefined while it is in no list. */
  readonly own: string | undefined
  /** @returns what each machine answered, as JSON, and the addresses of those that are off or did not answer in time */
  search(query: RecordingQuery): Promise<{ found: { machine: string; json: unknown }[]; missing: string[] }>
}

/** `machine`: address of the one that has the recording; missing where one machine is alone. */
export type FoundRecording = Pick<ListedRecording, 'key' | 'day' | 'audio' | 'stage' | 'record'> & {
  machine?: string
}
/**
 * `missing`: machines whose recordings are not in the list, because they are off or did not answer. `isComplete`: false
 * then too.
 */
export type FoundPage = Omit<RecordingPage, 'recordings'> & {
  recordings: FoundRecording[]
  missing: string[]
}

/** Records of one answer of another machine: the thread that plays the calls reads them in one go. */
const mostAtOnce = 100

/** @returns lists the recordings of all machines, newest first; those of this one where `others` is undefined */
export function listEverywhere(
  here: Pick<Recordings, 'list'>,
  others: OtherRecordings | undefined,
): (query: RecordingQuery) => Promise<FoundPage> {
  if (others === undefined) return async (query) => ({ ...(await here.list(query)), missing: [] })
  return async (query) => {
    const missing = new Set<string>()
    const recordings: FoundRecording[] = []
    let { before } = query
    for (;;) {
      const limit = Math.min(mostAtOnce, query.limit - recordings.length)
      const { pages, silent } = await askAll(here, others, { ...query, before, limit })
      for (const machine of silent) missing.add(machine)
      const page = mergePages(pages, limit)
      recordings.push(...page.recordings)
      if (page.next !== null && recordings.length < query.limit) before = page.next
      else
        return {
          ...{ recordings, next: page.next, missing: [...missing].sort() },
          isComplete: missing.size === 0 && pages.every(({ isComplete }) => isComplete),
        }
    }
  }
}

type MachinePage = { recordings: FoundRecording[]; next: number | null; isComplete: boolean }

async function askAll(here: Pick<Recordings, 'list'>, others: OtherRecordings, query: RecordingQuery) {
  const [page, { found, missing }] = await Promise.all([here.list(query), others.search(query)])
  const machine = others.own
  const own = page.recordings.map((one) => ({ ...one, ...(machine !== undefined && { machine }) }))
  const pages: MachinePage[] = [{ ...page, recordings: own }]
  const silent = [...missing]
  for (const { machine, json } of found) {
    const read = await readPage(machine, json)
    if (read === undefined) silent.push(machine)
    else pages.push(read)
  }
  return { pages, silent }
}

/** @returns undefined for what this version cannot read. Four records at a time, as in library.ts */
async function readPage(machine: string, json: unknown): Promise<MachinePage | undefined> {
  const page = pageSchema.safeParse(json).data
  if (page === undefined) return undefined
  const recordings: FoundRecording[] = []
  for (const [at, one] of page.recordings.entries()) {
    const recording = listedSchema.safeParse(one).data
    if (recording === undefined) return undefined
    recordings.push({ ...recording, machine })
    if (at % 4 === 3) await new Promise((resolve) => setImmediate(resolve))
  }
  return { ...page, recordings }
}

/**
 * The newest recordings of several lists. With recordings of the same millisecond at its end a page has more than
 * `limit`: the cursor cannot stand between them.
 *
 * @param pages each with its newest `limit` recordings, and where its next ones begin
 */
export function mergePages(
  pages: readonly Pick<MachinePage, 'recordings' | 'next'>[],
  limit: number,
): { recordings: FoundRecording[]; next: number | null } {
  // What a machine has below its own cursor is not known yet, so nothing older may be in this page.
  const floor = Math.max(...pages.map(({ next }) => next ?? 0))
  const known = pages
    .flatMap(({ recordings }) => recordings)
    .filter(({ key }) => key >= floor)
    .sort((a, b) => b.key - a.key)
  let count = Math.min(limit, known.length)
  while (count < known.length && known[count]!.key === known[count - 1]!.key) count++
  const recordings = known.slice(0, count)
  if (count < known.length) return { recordings, next: recordings.at(-1)!.key }
  return { recordings, next: floor === 0 ? null : floor }
}
