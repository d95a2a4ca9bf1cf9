// Recordings as the page gets them from the server.

import type { RecordingInfo } from '../../../recording/entry.ts'

/** `machine`: address of the one that has it, where there are several. */
export type Found = Pick<RecordingInfo, 'day' | 'audio' | 'stage' | 'record'> & { machine?: string }

/** What is played of one. */
export type Playable = Pick<Found, 'record' | 'audio' | 'machine'>

/** `missing`: addresses of machines whose recordings are not in the list. */
export type Page = { recordings: Found[]; next: number | null; isComplete: boolean; missing?: string[] }

/** The parts of one call, the first one first. */
export type Parts = Required<Pick<Page, 'missing'>> & { parts: Found[] }

/**
 * Path of a recording on its machine.
 *
 * @param end `.wav` and the like; empty for the recording itself
 * @param query what else is asked of it
 */
export const pathOf = ({ record, machine }: Playable, end = '', query: Record<string, string> = {}): string =>
  pathTo(record.id, end, machine, query)

export function pathTo(
  id: string,
  end: string,
  machine: string | undefined,
  query: Record<string, string> = {},
): string {
  const text = new URLSearchParams({ ...query, ...(machine && { machine }) }).toString()
  return `/api/recordings/${id}${end}${text && `?${text}`}`
}

/** Two machines may have a recording of the same id: one part each of the same call. */
export const isSame = (a: Playable, b: Playable): boolean =>
  a.record.id === b.record.id && a.machine === b.machine
