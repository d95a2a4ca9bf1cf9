// Recordings as the page names them.

import { expect, test } from 'bun:test'
import { pathOf } from '../../src/admin/page/client/found.ts'
import { callRecordSchema } from '../../src/recording/files.ts'

const id = 'aaaaaaaa-1c3e-4f60-8a11-2f4be0c39d01'
const record = callRecordSchema.parse({
  ...{ version: 1, id, callId: id, durationMs: 1, startedAt: '2026-11-23T09:00:00.000Z', endedAt: null },
  audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
})

test('the path of a recording names its machine where there are several', () => {
  const found = { record, audio: 'raw' as const, machine: 'http://10.0.0.11:8080' }
  const there = 'machine=http%3A%2F%2F10.0.0.11%3A8080'
  expect(pathOf(found, '.wav')).toBe(`/api/recordings/${id}.wav?${there}`)
  expect(pathOf(found, '.wav', { whole: '1' })).toBe(`/api/recordings/${id}.wav?whole=1&${there}`)
  const { machine: _, ...alone } = found
  expect(pathOf(alone)).toBe(`/api/recordings/${id}`)
  expect(pathOf(alone, '.wav', { whole: '1' })).toBe(`/api/recordings/${id}.wav?whole=1`)
})
