// What is on the disk of a call whose process was killed, in real time.

import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRecordings } from '../../src/recording/library.ts'

const callId = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'recordings-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('a killed process', () => {
  test('leaves a record and all but the last 200 ms of both sides, in whole frames', async () => {
    const killed = Bun.spawn([process.execPath, join(import.meta.dir, 'recorder-killed.ts'), dir, callId], {
      stdout: 'pipe',
    })
    let printed = ''
    let frames = 0
    for await (const chunk of killed.stdout) {
      printed += new TextDecoder().decode(chunk)
      frames = Number(printed.split('\n').at(-2) ?? 0)
      if (frames >= 40) killed.kill('SIGKILL')
    }
    await killed.exited
    const found = await createRecordings(dir).find(callId)
    expect([found?.record.outcome, found?.record.endedAt]).toEqual([null, null])
    expect(found?.record.states).toEqual([{ state: 'welcome', atMs: 0 }])
    for (const track of ['caller', 'agent'] as const) {
      const bytes = await Bun.file(found?.files[track] ?? '').bytes()
      expect(bytes.length % 320).toBe(0)
      expect(bytes.length / 320).toBeGreaterThanOrEqual(frames - 10)
      const samples = new Int16Array(bytes.buffer)
      for (let i = 0; i < samples.length; i += 160) expect(samples[i]).toBe(i / 160 + 1)
    }
  })
})
