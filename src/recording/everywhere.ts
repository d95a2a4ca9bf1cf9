// One list of all machines of a cluster: of their recordings, or of the turns that the desk could not use. Each machine
// lists its own; the lists are merged by `key`, which rises with time, with one cursor for all.

import { z } from 'zod'
import { listedSchema, listedTurnSchema } from './files.ts'
import type { ListedRecording, ListedTurn, RecordingQuery, Recordings } from './library.ts'
import type { TurnQuery } from './search/turn-table.ts'

/** What each machine answered, as JSON, and the addresses of those that are off or did not answer in time. */
type Answers = { found: { machine: string; json: unknown }[]; missing: string[] }

/** The recordings of the other machines. */
export type OtherRecordings = {
  /** Address of this machine, as the others know it; undefined while it is in no list. */
  readonly own: string | undefined
  search(query: RecordingQuery): Promise<Answers>
  turns(query: TurnQuery): Promise<Answers>
}

/** `machine`: address of the one that has it; missing where one machine is alone. */
type Placed<Row> = Row & { machine?: string }

/** The rows of one machine, newest first. `next`, `isComplete`: as in library.ts. */
export type Part<Row> = { rows: Row[]; next: number | null; isComplete: boolean }

/**
 * `missing`: machines whose rows are not in the list, because they are off or did not answer. `isComplete`: false then
 * too.
 */
type Merged<Row> = Part<Row> & { missing: string[] }

type Listed = Pick<ListedRecording, 'key' | 'day' | 'audio' | 'stage' | 'record'>
export type FoundRecording = Placed<Listed>
export type FoundPage = Omit<Merged<FoundRecording>, 'rows'> & { recordings: FoundRecording[] }
export type FoundTurns = Omit<Merged<Placed<ListedTurn>>, 'rows'> & { turns: Placed<ListedTurn>[] }

/** Rows of one answer of another machine: the thread that plays the calls reads them in one go. */
const mostAtOnce = 100

/** @returns lists the recordings of all machines, newest first; those of this one where `others` is undefined */
export function listEverywhere(
  here: Pick<Recordings, 'list'>,
  others: Pick<OtherRecordings, 'own' | 'search'> | undefined,
): (query: RecordingQuery) => Promise<FoundPage> {
  return async (query) => {
    const { rows, ...page } = await readAll<Listed, RecordingQuery>(query, others, {
      name: 'recordings',
      row: listedSchema,
      async own(part) {
        const { recordings, ...rest } = await here.list(part)
        return { ...rest, rows: recordings }
      },
      ask: (part) => others!.search(part),
    })
    return { ...page, recordings: rows }
  }
}

/** @returns the same for the turns that the desk could not use */
export function turnsEverywhere(
  here: Pick<Recordings, 'turns'>,
  others: Pick<OtherRecordings, 'own' | 'turns'> | undefined,
): (query: TurnQuery) => Promise<FoundTurns> {
  return async (query) => {
    const { rows, ...page } = await readAll<ListedTurn, TurnQuery>(query, others, {
      name: 'turns',
      row: listedTurnSchema,
      async own(part) {
        const { turns, ...rest } = await here.turns(part)
        return { ...rest, rows: turns }
      },
      ask: (part) => others!.turns(part),
    })
    return { ...page, turns: rows }
  }
}

type Query = { before?: number | undefined; limit: number }

/** One of the lists. */
type List<Row, Asked> = {
  /** Of the rows in another machine's answer. */
  name: string
  row: z.ZodType<Row>
  own(query: Asked): Promise<Part<Row>>
  ask(query: Asked): Promise<Answers>
}

async function readAll<Row extends { key: number }, Asked extends Query>(
  query: Asked,
  others: Pick<OtherRecordings, 'own'> | undefined,
  list: List<Row, Asked>,
): Promise<Merged<Placed<Row>>> {
  if (others === undefined) return { ...(await list.own(query)), missing: [] }
  const missing = new Set<string>()
  const rows: Placed<Row>[] = []
  let { before } = query
  for (;;) {
    const limit = Math.min(mostAtOnce, query.limit - rows.length)
    const { parts, silent } = await askAll(list, others, { ...query, before, limit })
    for (const machine of silent) missing.add(machine)
    const merged = mergeParts(parts, limit)
    rows.push(...merged.rows)
    if (merged.next !== null && rows.length < query.limit) before = merged.next
    else
      return {
        ...{ rows, next: merged.next, missing: [...missing].sort() },
        isComplete: missing.size === 0 && parts.every(({ isComplete }) => isComplete),
      }
  }
}

async function askAll<Row extends { key: number }, Asked extends Query>(
  list: List<Row, Asked>,
  others: Pick<OtherRecordings, 'own'>,
  query: Asked,
): Promise<{ parts: Part<Placed<Row>>[]; silent: string[] }> {
  const [own, { found, missing }] = await Promise.all([list.own(query), list.ask(query)])
  const placed = (rows: Row[], machine: string | undefined): Placed<Row>[] =>
    rows.map((one) => ({ ...one, ...(machine !== undefined && { machine }) }))
  const parts = [{ ...own, rows: placed(own.rows, others.own) }]
  const silent = [...missing]
  for (const { machine, json } of found) {
    const part = await readPart(list, json)
    if (part === undefined) silent.push(machine)
    else parts.push({ ...part, rows: placed(part.rows, machine) })
  }
  return { parts, silent }
}

const partSchema = z.looseObject({ next: z.number().nullable(), isComplete: z.boolean() })

/** @returns undefined for what this version cannot read. Four rows at a time, as in library.ts */
async function readPart<Row>(
  { name, row }: Pick<List<Row, never>, 'name' | 'row'>,
  json: unknown,
): Promise<Part<Row> | undefined> {
  const part = partSchema.safeParse(json).data
  const given = part?.[name]
  if (part === undefined || !Array.isArray(given)) return undefined
  const rows: Row[] = []
  for (const [at, one] of given.entries()) {
    const read = row.safeParse(one).data
    if (read === undefined) return undefined
    rows.push(read)
    if (at % 4 === 3) await new Promise((resolve) => setImmediate(resolve))
  }
  return { rows, next: part.next, isComplete: part.isComplete }
}

/**
 * The newest rows of several lists. With rows of the same key at its end a page has more than `limit`: the cursor
 * cannot stand between them.
 *
 * @param parts each with its newest `limit` rows, and where its next ones begin
 */
export function mergeParts<Row extends { key: number }>(
  parts: readonly Pick<Part<Row>, 'rows' | 'next'>[],
  limit: number,
): Pick<Part<Row>, 'rows' | 'next'> {
  // What a machine has below its own cursor is not known yet, so nothing older may be in this page.
  const floor = Math.max(...parts.map(({ next }) => next ?? 0))
  const known = parts
    .flatMap(({ rows }) => rows)
    .filter(({ key }) => key >= floor)
    .sort((a, b) => b.key - a.key)
  let count = Math.min(limit, known.length)
  while (count < known.length && known[count]!.key === known[count - 1]!.key) count++
  const rows = known.slice(0, count)
  if (count < known.length) return { rows, next: rows.at(-1)!.key }
  return { rows, next: floor === 0 ? null : floor }
}
