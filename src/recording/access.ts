// What a caller who asks for access gets: everything that is held about the calls in which their number was given. It
// finds the same calls as the erasure.

import { readFile } from 'node:fs/promises'
import { type RecordingStage, readDay } from './entry.ts'
import { holdsNumber } from './erasure.ts'
import type { CallRecord } from './files.ts'
import { dayFolders } from './retention.ts'

export type HeldRecording = {
  day: string
  stage: RecordingStage
  record: CallRecord
  /** What the call can be played again from, one line of JSON an input; '' when nothing was kept. */
  inputs: string
  /** Path of the audio on the admin server; null when its term is over or there was none. */
  audio: string | null
}

export type Held<Call> = {
  recordings: HeldRecording[]
  /** Live and ended calls in the server's memory. */
  calls: Call[]
  /** Answers that wait for the dialplan: what the technician will see. */
  nextSteps: { callId: string; text: string }[]
  /** Records that wait for room on the disk. */
  unwritten: CallRecord[]
}

/** @returns finds everything that is held of a caller. @param phone national form, `0612345678` */
export function createAccess<Call extends { id: string }>(deps: {
  dir: string
  calls: { ofCaller(phone: string): readonly Call[] }
  nextSteps: { has(callId: string): boolean; peek(callId: string): string }
  unwritten: (phone: string) => CallRecord[]
}): (phone: string) => Promise<Held<Call>> {
  const { dir, calls, nextSteps, unwritten } = deps
  return async (phone) => {
    const recordings = await recordingsOf(dir, phone)
    const known = [...calls.ofCaller(phone)]
    const ids = new Set([...recordings.map(({ record }) => record.callId), ...known.map(({ id }) => id)])
    const steps = [...ids].filter((id) => nextSteps.has(id))
    return {
      recordings,
      calls: known,
      nextSteps: steps.map((callId) => ({ callId, text: nextSteps.peek(callId) })),
      unwritten: unwritten(phone),
    }
  }
}

/** The recordings in which the number was given, oldest day first. */
export async function recordingsOf(dir: string, phone: string): Promise<HeldRecording[]> {
  const held: HeldRecording[] = []
  for (const folder of await dayFolders(dir))
    for (const entry of await readDay(dir, folder)) {
      if (!(await holdsNumber(dir, entry, phone))) continue
      const { day, stage, record, audio, files } = entry
      const path = `/api/recordings/${record.id}.${audio === 'raw' ? 'wav' : 'mp3'}`
      const inputs = await readFile(files.inputs, 'utf8').catch(() => '')
      held.push({ day, stage, record, inputs, audio: audio === 'none' ? null : path })
    }
  return held
}
