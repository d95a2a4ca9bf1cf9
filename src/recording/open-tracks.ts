// Creates the two files of a recording, under the first name that is free: a call that comes back from a queue keeps
// its id and gets `-2` to `-9`.

import type { Disk, RecordingFile } from './disk.ts'
import { recordingDay, recordingFiles } from './files.ts'

export type OpenTracks = { id: string; json: string; caller: RecordingFile; agent: RecordingFile }

/** @throws when no name is free, the id is not a call's, or the disk refuses; no file is left open then */
export async function openTracks(
  disk: Disk,
  call: { dir: string; callId: string; startedWallMs: number; timeZone?: string },
): Promise<OpenTracks> {
  const { dir, callId, startedWallMs, timeZone } = call
  const day = recordingDay(startedWallMs, timeZone)
  for (let visit = 1; visit <= 9; visit++) {
    const id = visit === 1 ? callId : `${callId}-${visit}`
    const files = recordingFiles(dir, day, id)
    if (files === undefined) break
    const caller = await disk.create(files.caller)
    if (caller === undefined) continue
    const agent = await createAgent(disk, files.agent, caller)
    return { id, json: files.json, caller, agent }
  }
  throw new Error('no free name for the recording')
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
