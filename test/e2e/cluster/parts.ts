// The recording of a call that was on two machines.

import { askAdmin } from '../../support/lab/admin.ts'
import { check } from '../case.ts'
import type { Api } from './conversation.ts'
import { until } from './until.ts'

type Row = { machine: string; record: { id: string; partBefore?: string } }
/** A WAV file of at least a second of 8 kHz stereo. */
const someBytes = 32_000

/** Settles when a bot lists both parts, the later one names the machine of the first, and both have sound. */
export async function bothParts({ http }: Api, callId: string): Promise<void> {
  let rows: Row[] = []
  await until('both parts of the recording are there', async () => {
    const answer = await askAdmin(http, '/api/recordings/search', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ callId }),
    })
    rows = ((await answer.json()) as { recordings: Row[] }).recordings
    return rows.length === 2
  })
  const later = rows.find(({ record }) => record.partBefore !== undefined)
  const first = rows.find((row) => row !== later)
  check(later?.record.partBefore === first?.machine, 'the later part does not name the machine of the first')
  for (const { machine, record } of rows) {
    const path = `/api/recordings/${record.id}.wav?machine=${encodeURIComponent(machine)}`
    const { length } = await (await askAdmin(http, path)).bytes()
    check(length > someBytes, `a part of the recording has ${length} bytes`)
  }
}
