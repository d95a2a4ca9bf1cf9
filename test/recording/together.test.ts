// The parts of a call that are heard as one sound: which they are, and the WAV that they make.

import { describe, expect, test } from 'bun:test'
import { readWav } from '../../src/audio/wav.ts'
import { callRecordSchema } from '../../src/recording/files.ts'
import { together } from '../../src/recording/together.ts'
import { type PartSound, wholeWav } from '../../src/recording/whole-call.ts'

const id = 'aaaaaaaa-1c3e-4f60-8a11-2f4be0c39d01'
const part = (startedAt: string, endedAt: string | null, audio: 'raw' | 'mp3' | 'none' = 'raw') => ({
  audio,
  record: callRecordSchema.parse({
    ...{ version: 1, id, callId: id, durationMs: 1, outcome: 'lost' },
    startedAt: `2026-11-23T09:${startedAt}.000Z`,
    endedAt: endedAt && `2026-11-23T09:${endedAt}.000Z`,
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
  }),
})

describe('the part before another one', () => {
  const second = part('05:00', '06:00')
  test.each([
    ['ended a second before', part('00:00', '04:59'), true],
    ['was archived', part('00:00', '04:59', 'mp3'), true],
    ['seems to end after the other began', part('00:00', '05:01'), true],
    ['ended long before: the caller was with people', part('00:00', '03:00'), false],
    ['has no sound any more', part('00:00', '04:59', 'none'), false],
    ['still runs', part('00:00', null), false],
  ])('%s', (_, first, areOne) => {
    const parts = [first, second]
    expect(together(parts, 1)).toEqual(areOne ? parts : [second])
    expect(together(parts, 0)).toEqual(areOne ? parts : [first])
  })

  test('may have one before it too, and one that is apart', () => {
    const parts = [part('00:00', '01:00'), part('03:00', '04:00'), part('04:02', '04:58'), second]
    for (const at of [1, 2, 3]) expect(together(parts, at)).toEqual(parts.slice(1))
    expect(together(parts, 0)).toEqual(parts.slice(0, 1))
  })
})

/** So many samples of both sides, in chunks of 1 000 bytes. */
function sound(startedMs: number, samples: number, left: number, opened: number[] = []): PartSound {
  const both = new Int16Array(samples * 2).map((_, i) => (i % 2 === 0 ? left : -left))
  const bytes = new Uint8Array(both.buffer)
  return {
    ...{ startedMs, sizeBytes: bytes.length },
    async *open() {
      opened.push(startedMs)
      for (let at = 0; at < bytes.length; at += 1_000) yield bytes.slice(at, at + 1_000)
    },
  }
}

async function samplesOf(...parts: PartSound[]) {
  const { sizeBytes, stream } = wholeWav(parts)
  const bytes = await new Response(stream()).bytes()
  expect(bytes.length).toBe(sizeBytes)
  const wav = readWav(bytes)
  expect(wav).toMatchObject({ rateHz: 8_000, channels: 2 })
  const side = (of: number) => wav.samples.filter((_, i) => i % 2 === of)
  return { left: side(0), right: side(1) }
}

describe('parts as one sound', () => {
  test('have as much silence between them as there was', async () => {
    const { left, right } = await samplesOf(sound(0, 8_000, 500), sound(1_500, 4_000, 250))
    expect([left.length, right.length]).toEqual([16_000, 16_000])
    expect([left[7_999], left[8_000], left[11_999], left[12_000]]).toEqual([500, 0, 0, 250])
    expect([right[0], right[15_999]]).toEqual([-500, -250])
  })

  test('do not overlap where the clocks of the machines differ', async () => {
    const { left } = await samplesOf(sound(0, 8_000, 500), sound(900, 8, 250))
    expect([left.length, left[7_199], left[7_200]]).toEqual([7_208, 500, 250])
  })

  test('may be three, with a silence longer than a piece, and each is asked for when its turn comes', async () => {
    const opened: number[] = []
    const parts = [sound(0, 8, 1, opened), sound(30_000, 8, 2, opened), sound(30_001, 8, 3, opened)]
    const reader = wholeWav(parts).stream().getReader()
    await reader.read()
    expect(opened).not.toContain(30_000)
    await reader.cancel()
    const { left } = await samplesOf(...parts)
    expect([left.length, left[7], left[8], left[239_999], left[240_000], left[240_008]]).toEqual([
      ...[240_016, 1, 0, 0, 2, 3],
    ])
  })

  test('fail when one cannot be had any more, so that nobody takes a part for the whole', async () => {
    const gone: PartSound = {
      ...{ startedMs: 1_000, sizeBytes: 32 },
      // biome-ignore lint/correctness/useYield: it fails before its first chunk
      async *open() {
        throw new Error('gone')
      },
    }
    await expect(new Response(wholeWav([sound(0, 8, 1), gone]).stream()).bytes()).rejects.toThrow('gone')
  })
})
