// Time that misbehaves: a wall clock that jumps, and an event loop that was blocked.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { Disk } from '../../src/recording/disk.ts'
import { callRecordSchema } from '../../src/recording/files.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import { CallLab } from '../support/lab/call-lab.ts'

setDefaultTimeout(60_000)

const hourMs = 3_600_000

describe('a wall clock that jumps', () => {
  test.each([
    ['an hour ahead', hourMs],
    ['an hour back', -hourMs],
  ])('%s changes neither the call nor the length of its record', async (_title, jumpMs) => {
    let text = ''
    const disk: Disk = {
      create: async () => ({
        write: async (_bytes, _offset, length) => ({ bytesWritten: length }),
        truncate: async () => {},
        close: async () => {},
      }),
      remove: async () => {},
      exists: async () => false,
      makeFolder: async () => {},
      replace: async (path, written) => {
        if (path.endsWith('.json')) text = written
      },
    }
    let lab: CallLab | undefined
    lab = new CallLab({
      recorder: (callId) =>
        lab &&
        createRecorder({
          ...{ dir: '/rec', callId, log: silentLog, metrics: new Metrics(), disk },
          clock: lab.clock,
          startedWallMs: lab.clock.wallMs(),
        }),
    })
    lab.hangUp()
    lab.connection = lab.dial(crypto.randomUUID())
    await lab.untilQuiet()
    const before = lab.connection.frames
    lab.clock.wallOffsetMs += jumpMs
    await lab.run(4_000)
    expect(lab.connection.frames - before).toBeWithin(199, 202)
    expect(lab.info?.outcome).toBeNull()
    const durationMs = lab.info!.durationMs
    lab.hangUp()
    await lab.registry.empty()
    const record = callRecordSchema.parse(JSON.parse(text))
    expect(record.durationMs).toBe(durationMs)
    expect(record.audio.samples / 8).toBeGreaterThan(durationMs - 40)
    expect(record.audio.samples / 8).toBeLessThan(durationMs + 140)
    expect(record.audio.gaps).toEqual([])
  })

  test('does not bring the silent caller’s “are you there” sooner or later', async () => {
    const askedAtMs = async (jumpMs: number): Promise<number> => {
      const lab = new CallLab()
      await lab.untilQuiet()
      const quietMs = lab.nowMs
      lab.clock.wallOffsetMs += jumpMs
      while (lab.info?.phase === 'listening' && lab.nowMs < 60_000) await lab.run(20)
      return lab.nowMs - quietMs
    }
    const without = await askedAtMs(0)
    expect(without).toBeLessThan(30_000)
    expect([await askedAtMs(hourMs), await askedAtMs(-hourMs)]).toEqual([without, without])
  })
})

describe('an event loop that was blocked for half a second', () => {
  test('is caught up by three frames, the rest is skipped and counted, and the call goes on', async () => {
    const lab = new CallLab()
    await lab.run(1_000)
    const before = lab.connection.frames
    const skipped = lab.ticker.skipped.value
    await lab.clock.block(500)
    expect(lab.connection.frames - before).toBe(3)
    // 25 or 26 were due, whichever side of its slot the block began on.
    expect(lab.ticker.skipped.value - skipped).toBeWithin(22, 24)
    await lab.run(2_000)
    expect(lab.connection.frames - before).toBeWithin(102, 105)
    expect(lab.info?.outcome).toBeNull()
  })

  test('hears the audio that waited: half a second of words at once is one utterance', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    const speech = new Int16Array(160).fill(8_000)
    await lab.clock.block(500)
    for (let i = 0; i < 25; i++) lab.connection.listener?.audio(speech)
    await lab.run(100)
    await lab.says('je voudrais parler à un conseiller', 600)
    await lab.run(30_000)
    expect(lab.transcript).toContain('caller: je voudrais parler à un conseiller')
    expect(lab.info?.outcome).toBe('transfer')
  })
})
