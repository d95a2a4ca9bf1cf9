// Finds the calls that can be played again: those whose inputs lie beside their record.

import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type CallRecord, callRecordSchema, idOfFile, inputsEnd } from '../recording/files.ts'
import { readInputs } from './read-inputs.ts'
import type { KeptInputs } from './replay.ts'

/** A call on the disk. `kept` is undefined when this build cannot read its inputs. */
export type RecordedCall = { id: string; record: CallRecord; kept: KeptInputs | undefined }

/** Where a call is: the folder of its day, and its id. */
export type CallPlace = { folder: string; id: string }

/** The calls of a folder, oldest first by the name of their files' day. @param folder that of a day, or one above */
export async function callsIn(folder: string): Promise<CallPlace[]> {
  const found: CallPlace[] = []
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory()) found.push(...(await callsIn(join(folder, entry.name))))
    else if (entry.name.endsWith(inputsEnd)) {
      const id = idOfFile(basename(entry.name))
      if (id !== undefined) found.push({ folder, id })
    }
  }
  return found
}

/** @returns undefined when its record is gone, was reduced to statistics, or cannot be read */
export async function readCall({ folder, id }: CallPlace): Promise<RecordedCall | undefined> {
  const text = (end: string) => readFile(join(folder, `${id}${end}`), 'utf8').catch(() => '')
  const record = callRecordSchema.safeParse(parsed(await text('.json'))).data
  if (record === undefined || record.stage !== 'whole') return undefined
  return { id, record, kept: readInputs(await text(inputsEnd)) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
