// Finds a name for a recording that is free, and creates its two files: a call that comes back from a queue keeps its
// id and gets `-2` to `-9`. The earlier part may have no audio, so its JSON counts as well.

import type { Disk, RecordingFile, Tracks } from './disk.ts'
import { type RecordingFiles, recordingDay, recordingFiles } from './files.ts'

export type RecordingName = { id: string; files: RecordingFiles }

/** @throws when no name is free or the id is not a call's */
export async function freeName(
  disk: Disk,
  call: { dir: string; callId: string; startedWallMs: number; timeZone?: string },
): Promise<RecordingName> {
  const { dir, callId, startedWallMs, timeZone } = call
  const day = recordingDay(startedWallMs, timeZone)
  for (let visit = 1; visit <= 9; visit++) {
    const id = visit === 1 ? callId : `${callId}-${visit}`
    const files = recordingFiles(dir, day, id)
    if (files === undefined) break
    const taken = await Promise.all([files.json, files.caller, files.mp3].map((path) => disk.exists(path)))
    if (!taken.includes(true)) return { id, files }
  }
  throw new Error('no free name for the recording')
}

/** @throws when a file exists already, or the disk refuses; no file is left open then */
export async function openTracks(disk: Disk, files: RecordingFiles): Promise<Tracks> {
  const caller = await disk.create(files.caller)
  if (caller === undefined) throw new Error('the caller track exists already')
  return { caller, agent: await createAgent(disk, files.agent, caller) }
}

/** Closes the caller's file when the agent's cannot be created: Bun ends the process over a file left open. */
async function createAgent(disk: Disk, path: string, caller: RecordingFile): Promise<RecordingFile> {
  try {
    const agent = await disk.create(path)
    if (agent === undefined) throw new Error('the agent track exists already without a caller track')
    return agent
  } catch (error) {
    await caller.close()
    throw error
  }
}
