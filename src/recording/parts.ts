// Tells the recording of a lost part which machine went on with the call. That machine wrote down where the part before
// is when it took the call over; the machine that had died asks when it is back, and takes over the caller's numbers.

import { nodeDisk } from './disk.ts'
import { type RecordingEntry, readDay } from './entry.ts'
import type { FoundRecording } from './everywhere.ts'
import type { CallRecord } from './files.ts'
import { type ForgottenCalls, writeRecord } from './forgotten.ts'
import { dayFolders } from './retention.ts'

/** As in repair.ts: the recordings of a machine that comes back later get no link. */
const newestDays = 3
/** A machine that does not answer costs seconds; a crash can lose hundreds of calls. */
const atOnce = 16

type LinkOptions = {
  dir: string
  /** The recordings of a call on all machines that answer. */
  partsOf: (callId: string) => Promise<readonly FoundRecording[]>
  /** Whether this process still writes the record of a call. */
  isBeingWritten: (callId: string) => boolean
  forgotten: ForgottenCalls
}

/** @returns how many recordings have a link now that had none */
export async function linkLostParts(options: LinkOptions): Promise<number> {
  const { dir, isBeingWritten } = options
  let linked = 0
  for (const day of (await dayFolders(dir)).slice(-newestDays)) {
    const lost = (await readDay(dir, day, isLost)).filter(
      ({ stage, record }) => stage === 'whole' && !isBeingWritten(record.callId),
    )
    for (let at = 0; at < lost.length; at += atOnce) {
      const done = await Promise.all(lost.slice(at, at + atOnce).map((entry) => link(entry, options)))
      linked += done.filter(Boolean).length
    }
  }
  return linked
}

async function link(
  { record, files }: RecordingEntry,
  { partsOf, forgotten }: LinkOptions,
): Promise<boolean> {
  const isForgotten = forgotten.watch()
  const next = nextPart(record, await partsOf(record.callId))
  if (next?.machine === undefined || !(await Bun.file(files.json).exists())) return false
  // What the caller gave later must find this part too, when it is erased.
  const numbers = [...new Set([...record.numbers, ...next.record.numbers])]
  return writeRecord(nodeDisk, files.json, { ...record, numbers, partAfter: next.machine }, isForgotten)
}

const isLost = ({ outcome, endedAt, partAfter }: CallRecord): boolean =>
  outcome === 'lost' && endedAt !== null && partAfter === undefined

/** The first of the later parts that knows of one before it. */
function nextPart({ startedAt }: CallRecord, parts: readonly FoundRecording[]): FoundRecording | undefined {
  return parts
    .filter(({ record }) => record.partBefore !== undefined && record.startedAt > startedAt)
    .toSorted((a, b) => (a.record.startedAt < b.record.startedAt ? -1 : 1))[0]
}
