// The recordings of calls: the folder, its free space, and the thread that writes. A folder that cannot be used never
// stops a call; calls are then taken without a recording.

import type { CallRing } from '../../audio/call-ring.ts'
import { waitMs } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { RecordingPolicy } from '../../desk/types.ts'
import { recordingCounters } from '../../recording/counters.ts'
import { folderFault } from '../../recording/disk.ts'
import type { CallRecord } from '../../recording/files.ts'
import { createRecorder, type Recorder } from '../../recording/recorder.ts'
import { createSearch, type Search } from '../../recording/search/search.ts'
import { createSpaceGuard } from '../../recording/space-guard.ts'
import { RecordingMemories } from '../../recording/track-memory.ts'
import { UnwrittenRecords } from '../../recording/unwritten.ts'
import { createWriter } from '../../recording/writer.ts'
import type { ServeParts, ServerContext } from '../context.ts'

/** The last try to write what waits, when the server ends. */
const lastTryMs = 2_000

export type RecordingParts = {
  /** Why the folder cannot be used; undefined when it can, or when RECORDINGS_DIR is empty. */
  readonly fault: string | undefined
  /** RECORDING, or `off` when there is no folder. */
  readonly policy: RecordingPolicy
  /** Finds recordings, and keeps the index of them. */
  readonly search: Search
  /** Starts the thread that writes; the first call does so too. */
  start(): void
  /** Makes the memory of so many recordings in advance. */
  prepare(calls: number): void
  /** @returns undefined when calls are not recorded */
  createRecorder(callId: string, log: Log, ring: CallRing): Recorder | undefined
  /** Records of ended calls that wait for room on the disk. @param phone national form, `0612345678` */
  unwrittenOf(phone: string): CallRecord[]
  /** Tries once more to write the records that wait. */
  close(): Promise<void>
}

export async function openRecording(
  context: ServerContext,
  disk: ServeParts['disk'] | undefined,
): Promise<RecordingParts> {
  const { config, clock, log, metrics, degraded, memories } = context
  const dir = config.RECORDINGS_DIR
  const waiting = metrics.gauge(
    'recording_records_waiting',
    'Records of ended calls that the disk refused and that are tried again',
  )
  const policy = config.RECORDING
  const search = createSearch({ dir, clock, log, metrics })
  if (dir === '' || policy === 'off')
    return {
      fault: undefined,
      policy: 'off',
      search,
      start() {},
      prepare() {},
      createRecorder: () => undefined,
      unwrittenOf: () => [],
      async close() {
        search.close()
      },
    }
  const fault = await folderFault(dir)
  if (fault !== undefined) log.warn('calls cannot be recorded, but are still taken', { dir, error: fault })
  const space = createSpaceGuard({ dir, minFreeBytes: config.RECORDINGS_MIN_FREE_MB * 1_000_000, clock, log })
  recordingCounters(metrics)
  const writer = createWriter({ clock, log, metrics, startsLater: true })
  const unwritten = new UnwrittenRecords({
    disk: disk ?? writer,
    clock,
    forgotten: memories.forgotten,
    onChange(count, dropped) {
      waiting.value = count
      const lost = dropped === 0 ? '' : `, ${dropped} are lost`
      if (count > 0) degraded.set('records', `recording: ${count} records wait for room on the disk${lost}`)
      else degraded.delete('records')
    },
  })
  memories.add((callId) => unwritten.forget(callId))
  const trackMemories = new RecordingMemories()
  return {
    fault,
    policy,
    search,
    start: () => writer.start(),
    prepare: (calls) => trackMemories.prepare(calls),
    unwrittenOf: (phone) => unwritten.recordsOf(phone),
    createRecorder: (callId, callLog, ring) =>
      createRecorder({
        dir,
        ring,
        callId,
        startedWallMs: clock.wallMs(),
        clock,
        log: callLog,
        metrics,
        permission: policy,
        timeZone: config.TIME_ZONE,
        spaceIsLow: space.isLow,
        disk: disk ?? writer,
        forgotten: memories.forgotten,
        memories: trackMemories,
        onUnwritten: (path, record) => unwritten.keep(path, record),
        onHealth(isWriting) {
          if (isWriting) degraded.delete('recording')
          else
            degraded.set(
              'recording',
              'recording: calls are not written whole, RECORDINGS_DIR is full or fails',
            )
        },
      }),
    async close() {
      search.close()
      unwritten.close()
      // A disk that hangs must not keep the server from ending.
      if (unwritten.size > 0) await Promise.race([unwritten.retry(), waitMs(clock, lastTryMs)])
      writer.close()
    },
  }
}
