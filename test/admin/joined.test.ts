// Two parts of a call on the page: which belong together, and how they sound as one.

import { describe, expect, test } from 'bun:test'
import { type Found, pathOf } from '../../src/admin/page/client/found.ts'
import { joined, partBefore, wavOf } from '../../src/admin/page/client/joined.ts'
import { readWav } from '../../src/audio/wav.ts'
import { callRecordSchema } from '../../src/recording/files.ts'

const id = 'aaaaaaaa-1c3e-4f60-8a11-2f4be0c39d01'
const part = (
  machine: string,
  startedAt: string,
  endedAt: string | null,
  audio: Found['audio'] = 'raw',
): Found => ({
  ...{ day: '2026-11-23', audio, stage: 'whole', machine },
  record: callRecordSchema.parse({
    ...{ version: 1, id, callId: id, durationMs: 1, outcome: 'lost' },
    startedAt: `2026-11-23T09:${startedAt}.000Z`,
    endedAt: endedAt && `2026-11-23T09:${endedAt}.000Z`,
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
  }),
})

describe('the part that is heard before another one', () => {
  const second = part('http://b', '05:00', '06:00')
  test.each([
    ['ended a second before', part('http://a', '00:00', '04:59'), true],
    ['seems to end after the other began', part('http://a', '00:00', '05:01'), true],
    ['ended long before: the caller was with people', part('http://a', '00:00', '03:00'), false],
    ['has no sound any more', part('http://a', '00:00', '04:59', 'none'), false],
    ['still runs', part('http://a', '00:00', null), false],
  ])('%s: %p', (_, first, isHeard) => {
    expect(partBefore(second, { parts: [first, second] })).toBe(isHeard ? first : undefined)
    expect(partBefore(first, { parts: [first, second] })).toBeUndefined()
  })

  test('is not there when the recording is gone meanwhile', () => {
    expect(partBefore(second, { parts: [] })).toBeUndefined()
  })
})

const constant = (samples: number, value: number) => ({
  left: new Float32Array(samples).fill(value),
  right: new Float32Array(samples).fill(-value),
})

describe('two parts as one sound', () => {
  test('have as much silence between them as there was', () => {
    const { left, right } = joined(constant(8_000, 0.5), constant(4_000, 0.25), 1_500)
    expect([left.length, right.length]).toEqual([16_000, 16_000])
    expect([left[7_999], left[8_000], left[11_999], left[12_000]]).toEqual([0.5, 0, 0, 0.25])
    expect([right[0], right[15_999]]).toEqual([-0.5, -0.25])
  })

  test('do not overlap where the clocks of the machines differ', () => {
    const { left } = joined(constant(8_000, 0.5), constant(8, 0.25), 900)
    expect([left.length, left[7_199], left[7_200]]).toEqual([7_208, 0.5, 0.25])
  })

  test('are a stereo WAV', async () => {
    const wav = readWav(new Uint8Array(await wavOf(constant(2, 0.5)).arrayBuffer()))
    expect(wav).toMatchObject({ rateHz: 8_000, channels: 2 })
    expect([...wav.samples]).toEqual([16_383, -16_383, 16_383, -16_383])
  })
})

test('the path of a recording names its machine where there are several', () => {
  const found = part('http://10.0.0.11:8080', '00:00', '01:00')
  expect(pathOf(found, '.wav')).toBe(`/api/recordings/${id}.wav?machine=http%3A%2F%2F10.0.0.11%3A8080`)
  const { machine: _, ...alone } = found
  expect(pathOf(alone)).toBe(`/api/recordings/${id}`)
})
