// A folder of recordings for the tests of the archive, new for each test: one finished call in it when asked for.

import { afterEach, beforeEach } from 'bun:test'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callDetailsSchema } from '../../src/recording/files.ts'

export const day = '2026-11-22'
export const id = '0f6e7d1c-2b3a-4c5d-8e9f-0a1b2c3d4e5f'
export const nowMs = Date.UTC(2026, 10, 23, 3)
export const yesterdayMs = nowMs - 12 * 3_600_000

/** Seconds of tone and silence in turns, so that a moved or swapped second shows. */
function speech(seconds: number, parity: number): Int16Array {
  return Int16Array.from({ length: seconds * 8_000 }, (_, i) =>
    Math.floor(i / 8_000) % 2 === parity ? 6_000 * Math.sin((2 * Math.PI * 440 * i) / 8_000) : 0,
  )
}
export const callerSamples = speech(6, 0)
export const agentSamples = speech(6, 1)

/** What is in the folder before and after its call is archived, the call's id written as `call`. */
export const both = ['call.agent.raw', 'call.caller.raw', 'call.json']
export const done = ['call.json', 'call.mp3']

export type Recording = { id?: string; endedMs?: number | null; writtenMs?: number; json?: string | false }

/** Registers the hooks that make and remove the folder. `dir` is known inside a test only. */
export function recordingFolder() {
  const folder = { dir: '', record, files }
  beforeEach(async () => {
    folder.dir = await mkdtemp(join(tmpdir(), 'archive-'))
    await mkdir(join(folder.dir, day))
  })
  afterEach(() => rm(folder.dir, { recursive: true }))

  /** Six seconds of both sides and their JSON. */
  async function record({
    id: name = id,
    endedMs = yesterdayMs,
    writtenMs = yesterdayMs,
    json,
  }: Recording = {}) {
    const base = join(folder.dir, day, name)
    for (const [side, samples] of [
      ['caller', callerSamples],
      ['agent', agentSamples],
    ] as const) {
      await writeFile(`${base}.${side}.raw`, samples)
      await utimes(`${base}.${side}.raw`, writtenMs / 1_000, writtenMs / 1_000)
    }
    const endedAt = endedMs === null ? null : new Date(endedMs).toISOString()
    const call = {
      ...{
        version: 1,
        id: name,
        callId: name,
        startedAt: new Date(yesterdayMs - 6_000).toISOString(),
        endedAt,
      },
      ...{ durationMs: 6_000, ...callDetailsSchema.parse({}) },
      audio: { rateHz: 8_000, samples: 48_000, gaps: [], stopped: null },
    }
    if (json !== false) await writeFile(`${base}.json`, json ?? JSON.stringify(call))
  }
  async function files(): Promise<string[]> {
    return (await readdir(join(folder.dir, day))).map((name) => name.replace(id, 'call')).sort()
  }
  return folder
}
