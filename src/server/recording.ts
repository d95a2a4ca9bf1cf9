// The recordings of calls: the folder, its free space, and the thread that writes. A folder that cannot be used never
// stops a call; calls are then taken without a recording.

import type { Log } from '../base/log.ts'
import { recordingCounters } from '../recording/counters.ts'
import { folderFault } from '../recording/disk.ts'
import { createRecorder, type Recorder } from '../recording/recorder.ts'
import { createSpaceGuard } from '../recording/space-guard.ts'
import { createWriter } from '../recording/writer.ts'
import type { ServeParts, ServerContext } from './context.ts'

export type RecordingParts = {
  /** Why the folder cannot be used; undefined when it can, or when RECORDINGS_DIR is empty. */
  readonly fault: string | undefined
  /** @returns undefined when calls are not recorded */
  createRecorder(callId: string, log: Log): Recorder | undefined
  close(): void
}

export async function openRecording(
  { config, clock, log, metrics }: ServerContext,
  disk: ServeParts['disk'] | undefined,
): Promise<RecordingParts> {
  const dir = config.RECORDINGS_DIR
  if (dir === '') return { fault: undefined, createRecorder: () => undefined, close() {} }
  const fault = await folderFault(dir)
  if (fault !== undefined) log.warn('calls cannot be recorded, but are still taken', { dir, error: fault })
  const space = createSpaceGuard({ dir, minFreeBytes: config.RECORDINGS_MIN_FREE_MB * 1_000_000, clock, log })
  recordingCounters(metrics)
  const writer = createWriter({ clock, log, metrics })
  return {
    fault,
    createRecorder: (callId, callLog) =>
      createRecorder({
        dir,
        callId,
        startedWallMs: clock.wallMs(),
        clock,
        log: callLog,
        metrics,
        timeZone: config.TIME_ZONE,
        spaceIsLow: space.isLow,
        disk: disk ?? writer,
      }),
    close: () => writer.close(),
  }
}
