import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ArchiveCodec, type ArchiveOptions, archiveAll } from '../../src/recording/archive.ts'
import { compareSides } from '../../src/recording/archive-check.ts'
import { type ArchiveDisk, nodeArchiveDisk } from '../../src/recording/archive-disk.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import {
  agentSamples,
  both,
  callerSamples,
  day,
  done,
  id,
  nowMs,
  type Recording,
  recordingFolder,
  yesterdayMs,
} from './archive-folder.ts'

setDefaultTimeout(60_000)

const folder = recordingFolder()
const { record, files } = folder

/** Keeps the samples as they are: what is tested here is what happens around the encoder. */
const plainCodec: ArchiveCodec = {
  encodeMp3: async (left, right) => {
    const both = new Int16Array(left.length * 2)
    for (let i = 0; i < left.length; i++) both.set([left[i]!, right[i]!], 2 * i)
    return new Uint8Array(both.buffer)
  },
  decode: async (bytes) => new Int16Array(bytes.slice().buffer),
}

const run = (options: Partial<ArchiveOptions> = {}) =>
  archiveAll({ dir: folder.dir, codec: plainCodec, wallMs: () => nowMs, ...options })

describe('a finished call', () => {
  test('becomes one MP3, caller left and agent right, and its RAW files go', async () => {
    await record()
    const report = await run()
    expect(report).toMatchObject({ archived: 1, failed: 0, errors: [], rawBytes: 192_000, audioMs: 6_000 })
    expect(await files()).toEqual(done)
    const mp3 = await Bun.file(join(folder.dir, day, `${id}.mp3`)).bytes()
    expect(compareSides(await plainCodec.decode(mp3), callerSamples, agentSamples)).toBeUndefined()
  })

  test('keeps its RAW files when asked, and is not encoded again', async () => {
    await record()
    await run({ keepRaw: true })
    expect(await files()).toEqual([...both, 'call.mp3'].sort())
    expect(await run({ keepRaw: true })).toMatchObject({ archived: 0, kept: 1 })
    expect(await run()).toMatchObject({ archived: 0, kept: 1 })
    expect(await files()).toEqual(done)
  })

  test('is archived once: the second run finds nothing to do', async () => {
    await record()
    await run()
    expect(await run()).toMatchObject({ archived: 0, kept: 0, live: 0, failed: 0 })
  })

  test('with one side missing is archived with silence on that side', async () => {
    await record()
    await rm(join(folder.dir, day, `${id}.agent.raw`))
    expect(await run()).toMatchObject({ archived: 1 })
    const mp3 = await Bun.file(join(folder.dir, day, `${id}.mp3`)).bytes()
    const silent = new Int16Array(48_000)
    expect(compareSides(await plainCodec.decode(mp3), callerSamples, silent)).toBeUndefined()
  })
})

test('audio that no record allows stays RAW, however old it is', async () => {
  await record({ json: false, writtenMs: nowMs - 9 * 24 * 3_600_000 })
  expect(await run()).toMatchObject({ orphan: 1, archived: 0, failed: 0 })
  expect(await files()).toEqual(both.slice(0, 2))
  const lost = { ...callDetailsSchema.parse({}), version: 1, id, callId: id, orphan: true, durationMs: null }
  const startedAt = new Date(yesterdayMs).toISOString()
  const audio = { rateHz: 8_000, samples: 0, gaps: [], stopped: null }
  await writeFile(
    join(folder.dir, day, `${id}.json`),
    JSON.stringify({ ...lost, startedAt, endedAt: startedAt, audio }),
  )
  expect(await run()).toMatchObject({ orphan: 1, archived: 0 })
  expect(await files()).toEqual(both)
})

test('a call without audio is not a failure, and keeps its record', async () => {
  await record()
  for (const side of ['caller', 'agent']) {
    await writeFile(join(folder.dir, day, `${id}.${side}.raw`), '')
    await utimes(join(folder.dir, day, `${id}.${side}.raw`), yesterdayMs / 1_000, yesterdayMs / 1_000)
  }
  expect(await run()).toMatchObject({ empty: 1, failed: 0, errors: [] })
  expect(await files()).toEqual(['call.json'])
})

test.each(['its files', 'its folder as well'])(
  'a recording that is erased while it is encoded, %s, does not come back',
  async (what) => {
    await record()
    const codec: ArchiveCodec = {
      ...plainCodec,
      async encodeMp3(left, right) {
        for (const name of await readdir(join(folder.dir, day))) await rm(join(folder.dir, day, name))
        if (what !== 'its files') await rm(join(folder.dir, day), { recursive: true })
        return plainCodec.encodeMp3(left, right)
      },
    }
    expect(await run({ codec })).toMatchObject({ deleted: 1, archived: 0, failed: 0 })
    if (what === 'its files') expect(await files()).toEqual([])
    else expect(await readdir(folder.dir)).toEqual([])
  },
)

describe('a call that may be live is not touched', () => {
  const minute = 60_000
  test.each<[string, Recording, 'live' | 'archived']>([
    ['written to a minute ago', { writtenMs: nowMs - minute }, 'live'],
    ['ended nine minutes ago', { endedMs: nowMs - 9 * minute }, 'live'],
    [
      'ended eleven minutes ago',
      { endedMs: nowMs - 11 * minute, writtenMs: nowMs - 11 * minute },
      'archived',
    ],
    ['without an end', { endedMs: null }, 'live'],
    ['without a JSON', { json: false }, 'live'],
    ['with a JSON that is cut', { json: '{"version":1,"endedAt":"2026' }, 'live'],
    [
      'without an end, and silent for 25 hours',
      { endedMs: null, writtenMs: nowMs - 1_500 * minute },
      'archived',
    ],
  ])('%s', async (_, recording, outcome) => {
    await record(recording)
    expect((await run())[outcome]).toBe(1)
    if (outcome === 'live' && recording.json !== false) expect(await files()).toEqual(both)
  })
})

describe('interrupted', () => {
  const steps = ['write', 'half a write', 'rename', 'after rename', 'first remove', 'second remove']
  /** The power goes at one step: that step and all after it fail. */
  function failingAt(step: string): ArchiveDisk {
    let isOff = false
    let removed = 0
    const unless = async (off: boolean, work: () => Promise<void>) => {
      isOff ||= off
      if (isOff) throw new Error(`power went at: ${step}`)
      await work()
    }
    return {
      write: async (path, bytes) => {
        if (step === 'half a write') await nodeArchiveDisk.write(path, bytes.subarray(0, bytes.length >> 1))
        await unless(step === 'write' || step === 'half a write', () => nodeArchiveDisk.write(path, bytes))
      },
      rename: async (from, to) => {
        if (step === 'after rename') await nodeArchiveDisk.rename(from, to)
        await unless(step === 'rename' || step === 'after rename', () => nodeArchiveDisk.rename(from, to))
      },
      remove: async (path) => {
        removed++
        const isStep =
          (step === 'first remove' && removed === 1) || (step === 'second remove' && removed === 2)
        await unless(isStep, () => nodeArchiveDisk.remove(path))
      },
    }
  }

  test.each(steps)('at %s: nothing is lost, and the next run completes it', async (step) => {
    await record()
    const report = await run({ disk: failingAt(step) })
    expect(report.errors).toEqual([{ day, id, error: `Error: power went at: ${step}` }])
    const left = await files()
    expect(
      left.includes('call.mp3') || (left.includes('call.caller.raw') && left.includes('call.agent.raw')),
    ).toBe(true)
    expect(await run()).toMatchObject({ failed: 0, errors: [] })
    expect(await files()).toEqual(done)
    const mp3 = await Bun.file(join(folder.dir, day, `${id}.mp3`)).bytes()
    expect(compareSides(await plainCodec.decode(mp3), callerSamples, agentSamples)).toBeUndefined()
  })

  test('an encoder that fails leaves the RAW files, and the other calls are archived', async () => {
    const other = '1f6e7d1c-2b3a-4c5d-8e9f-0a1b2c3d4e5f'
    await record()
    await record({ id: other })
    let calls = 0
    const codec: ArchiveCodec = {
      ...plainCodec,
      encodeMp3: (left, right) =>
        ++calls === 1 ? Promise.reject(new Error('no worker')) : plainCodec.encodeMp3(left, right),
    }
    expect(await run({ codec, parallel: 1 })).toMatchObject({ archived: 1, failed: 1 })
    expect(await files()).toEqual([...both, `${other}.json`, `${other}.mp3`].sort())
  })

  test('stopped by its signal in the middle of a call, it reports no failure', async () => {
    await record()
    const stop = new AbortController()
    const codec: ArchiveCodec = {
      ...plainCodec,
      encodeMp3: async () => {
        stop.abort()
        throw new Error('encodeMp3 was aborted')
      },
    }
    expect(await run({ codec, signal: stop.signal })).toMatchObject({ stopped: 1, failed: 0, errors: [] })
    expect(await files()).toEqual(both)
  })

  test('stopped by its signal, it starts no further call', async () => {
    await record()
    expect(await run({ signal: AbortSignal.abort() })).toMatchObject({ archived: 0, failed: 0 })
    expect(await files()).toEqual(both)
  })
})

describe('an MP3 that differs from the recording never replaces it', () => {
  const spoil = (change: (both: Int16Array) => Int16Array): ArchiveCodec => ({
    ...plainCodec,
    decode: async (bytes) => change(await plainCodec.decode(bytes)),
  })
  test.each<[string, (both: Int16Array) => Int16Array, string]>([
    ['short by 100 ms', (all) => all.subarray(0, all.length - 1_600), '5900 ms instead of 6000'],
    ['silent', (all) => all.fill(0), 'caller at 0 ms'],
    ['with the sides swapped', (all) => all.map((_, i) => all[i ^ 1]!), 'caller at 0 ms'],
    ['with one second lost', (all) => all.fill(0, 80_000, 96_000), 'agent at 5000 ms'],
    [
      'moved by half a second',
      (all) => new Int16Array(all.length).fill(0).map((_, i) => all[i - 8_000] ?? 0),
      'dB',
    ],
  ])('%s', async (_, change, why) => {
    await record()
    const report = await run({ codec: spoil(change) })
    expect(report.failed).toBe(1)
    expect(report.errors[0]?.error).toContain(why)
    expect(await files()).toEqual(both)
  })

  test('a damaged MP3 beside both RAW files is made again', async () => {
    await record()
    await writeFile(join(folder.dir, day, `${id}.mp3`), new Uint8Array(1_000))
    expect(await run()).toMatchObject({ archived: 1 })
    expect(await files()).toEqual(done)
  })

  test('a damaged MP3 beside one RAW file is an error, and the RAW file stays', async () => {
    await record()
    await writeFile(join(folder.dir, day, `${id}.mp3`), new Uint8Array(1_000))
    await rm(join(folder.dir, day, `${id}.agent.raw`))
    expect(await run()).toMatchObject({ failed: 1 })
    expect(await files()).toContain('call.caller.raw')
  })
})
