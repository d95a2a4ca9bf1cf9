// What calls allocate on the call thread. The server runs without garbage collection, so that its heap grows by exactly
// what is allocated, whatever else the machine does; a figure of time means nothing in it.

import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { round } from './crowd.ts'
import type { LoadPart } from './density.ts'
import { measureLoad, ours, type Subject } from './load.ts'

/** One line of heap.ts. */
type Look = {
  atMs: number
  heapCapacity: number
  extraMemorySize: number
  objectTypeCounts: Record<string, number>
}

/** By then the languages are prepared. */
const settleMs = 12_000
/** The first part of a run compiles code and fills caches. */
const countedShare = 0.6
/** Kinds of objects that are listed. */
const mostKinds = 12

/** One row for ready-made words and one for live replies. */
export async function measureGarbage({ steps, ...options }: LoadPart): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown>[] = []
  for (const calls of steps)
    for (const replies of ['script', 'live'] as const)
      rows.push(await measureOne({ ...options, calls, replies }))
  return { turnS: options.turnS, rows }
}

async function measureOne(options: Parameters<typeof measureLoad>[2]): Promise<Record<string, unknown>> {
  const file = join(tmpdir(), `voicebot-heap-${crypto.randomUUID()}.jsonl`)
  const environment = {
    BUN_JSC_useGC: '0',
    BUN_OPTIONS: `--preload ${join(import.meta.dir, 'heap.ts')}`,
    HEAP_FILE: file,
  }
  let closedMs = 0
  const watched: Subject = async (...given) => {
    const running = await ours(...given)
    return {
      ...running,
      counters() {
        closedMs = Date.now()
        return running.counters()
      },
    }
  }
  try {
    const { turns } = await measureLoad('ours', watched, { ...options, environment, settleMs })
    const lines = (await Bun.file(file).text()).trim().split('\n')
    const looks = lines
      .map((line) => JSON.parse(line) as Look)
      .filter(({ atMs }) => atMs > closedMs - options.seconds * 1_000 * countedShare && atMs <= closedMs)
    const { answered } = turns as { answered: number }
    return { calls: options.calls, replies: options.replies, answered, ...perCall(looks, options.calls) }
  } finally {
    await rm(file, { force: true })
  }
}

/** What a call allocates in a second. */
function perCall(looks: readonly Look[], calls: number) {
  const [first, last] = [looks[0], looks.at(-1)]
  if (first === undefined || last === undefined || first === last) throw new Error('the run was too short')
  const callSeconds = ((last.atMs - first.atMs) / 1_000) * calls
  const kinds = Object.entries(last.objectTypeCounts)
    .map(([kind, count]) => [kind, (count - (first.objectTypeCounts[kind] ?? 0)) / callSeconds] as const)
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostKinds)
  return {
    heapKbPerS: round((last.heapCapacity - first.heapCapacity) / 1_024 / callSeconds),
    buffersKbPerS: round((last.extraMemorySize - first.extraMemorySize) / 1_024 / callSeconds),
    objectsPerS: Object.fromEntries(kinds.map(([kind, count]) => [kind, round(count)])),
  }
}
