// The site's music for callers who wait, from a file of the site folder.

import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, levelDb } from '../../src/audio/pcm.ts'
import { silentLog } from '../../src/base/log.ts'
import { readConfig } from '../../src/config.ts'
import { openWaiting } from '../../src/server/waiting.ts'
import { shareSamples } from '../../src/threads/protocol.ts'

const tone = Int16Array.from({ length: 16_000 }, (_, i) => 9_000 * Math.sin(i / 3))
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'waiting-'))
})
afterEach(() => rm(dir, { recursive: true }))

function open(settings: Record<string, string>) {
  const degraded = new Map<string, string>()
  const decoded: number[] = []
  const decode = async (bytes: Uint8Array) => {
    decoded.push(bytes.length)
    return { samples: shareSamples(tone), sourceHz: 44_100 }
  }
  const config = readConfig(settings)
  return { ...openWaiting({ config, log: silentLog, degraded }, dir, { decode }), degraded, decoded }
}

test('is silence when it is off, and noise alone unless music is wanted', async () => {
  expect(open({ WAITING_SOUND: 'off' }).loops).toBeUndefined()
  expect(open({}).loops).toMatchObject({ music: undefined })
})

test('decodes a WAV or MP3 file, and brings it to its level', async () => {
  await Bun.write(join(dir, 'waiting.mp3'), new Uint8Array(321))
  const { ready, loops, decoded, degraded } = open({ WAITING_SOUND: 'music', WAITING_MUSIC_DB: '-26' })
  await ready
  expect(decoded).toEqual([321])
  expect(levelDb(loops!.music!)).toBeCloseTo(-26, 1)
  expect(degraded.size).toBe(0)
})

test('reads samples without a header as they are', async () => {
  await Bun.write(join(dir, 'waiting.raw'), bytesOf(tone))
  const { ready, loops, decoded } = open({ WAITING_SOUND: 'music' })
  await ready
  expect(decoded).toEqual([])
  expect(levelDb(loops!.music!)).toBeCloseTo(-32, 1)
})

test('says that there is no usable music, and leaves noise', async () => {
  const missing = open({ WAITING_SOUND: 'music' })
  await missing.ready
  expect(missing.loops?.music).toBeUndefined()
  expect(missing.degraded.get('waiting')).toContain('waiting.wav')
  await Bun.write(join(dir, 'waiting.raw'), bytesOf(new Int16Array(16_000)))
  const silent = open({ WAITING_SOUND: 'music' })
  await silent.ready
  expect(silent.degraded.get('waiting')).toContain('silent')
})
