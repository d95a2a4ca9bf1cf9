// A failing disk: the caller must notice nothing.

import { describe, expect, test } from 'bun:test'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { type Disk, nodeDisk } from '../../src/recording/disk.ts'
import { createRecordings } from '../../src/recording/library.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import { until } from '../support/clouds/until.ts'
import { CallLab } from '../support/lab/call-lab.ts'
import { longestGapMs, startWorld, Telephone } from './world.ts'

const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })

/** A disk with room for `roomBytes`, all files together. */
function smallDisk(roomBytes: number): Disk {
  let room = roomBytes
  const take = (bytes: number) => {
    if (bytes > room) throw noSpace()
    room -= bytes
  }
  return {
    ...nodeDisk,
    async create(path) {
      const file = await nodeDisk.create(path)
      if (!file) return undefined
      return {
        async write(bytes, offset, length, position) {
          take(length)
          return await file.write(bytes, offset, length, position)
        },
        truncate: (bytes) => file.truncate(bytes),
        close: () => file.close(),
      }
    },
    async replace(path, text) {
      take(text.length)
      await nodeDisk.replace(path, text)
    },
  }
}

describe('the call goes on, frame by frame,', () => {
  test.concurrent('when the disk is full, and one warning says that recording stopped', async () => {
    const world = await startWorld({}, { disk: smallDisk(8_000) })
    const phone = await Telephone.dial(world.server.audioSocketPort)
    await until('recording stopped', () => world.metric('recording_stopped_total') === 1)
    await phone.hears(50)
    expect(world.server.registry.get(phone.callId)?.outcome).toBeNull()
    expect(longestGapMs(phone.frameMs)).toBeLessThan(1_000)
    phone.hangUp()
    await world.server.registry.empty()
    const told = world.lines.filter(({ event }) => event.startsWith('recording stopped'))
    expect(told).toMatchObject([{ level: 'warn', reason: 'failed', callId: phone.callId }])
    expect(world.lines.filter(({ level }) => level === 'error')).toEqual([])
    await world.stop()
  })

  test.concurrent('when the recordings’ folder goes in mid-call, and the next call is recorded', async () => {
    const world = await startWorld()
    const phone = await Telephone.dial(world.server.audioSocketPort)
    await until('it records', () => world.metric('recording_bytes_total') > 0)
    await rm(world.dir, { recursive: true })
    await phone.hears(50)
    expect(world.server.registry.get(phone.callId)?.outcome).toBeNull()
    phone.hangUp()
    await until('the call was over', () => world.server.registry.liveCalls === 0)
    await world.server.registry.empty()
    const next = await Telephone.dial(world.server.audioSocketPort)
    await next.hears(20)
    next.hangUp()
    await until('the next call was over', () => world.server.registry.liveCalls === 0)
    await world.server.registry.empty()
    expect((await createRecordings(world.dir).find(next.callId))?.record).toMatchObject({ outcome: 'hangup' })
    expect(world.lines.filter(({ level }) => level === 'error')).toEqual([])
    await world.stop()
  })

  test('when the disk takes nothing for 15 s, and what it could not keep is a marked gap', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'faults-'))
    const frozen = Promise.withResolvers<void>()
    const slow: Disk = {
      ...nodeDisk,
      async create(path) {
        const file = await nodeDisk.create(path)
        return (
          file && {
            async write(bytes, offset, length, position) {
              await frozen.promise
              return await file.write(bytes, offset, length, position)
            },
            truncate: (bytes) => file.truncate(bytes),
            close: () => file.close(),
          }
        )
      },
    }
    const metrics = new Metrics()
    let lab: CallLab | undefined
    const recorder = (callId: string) => {
      // The lab's own first call is made before there is a clock to record by.
      if (!lab) return undefined
      const startedWallMs = Date.UTC(2026, 10, 23, 9)
      return createRecorder({
        dir,
        callId,
        metrics,
        disk: slow,
        log: silentLog,
        clock: lab.clock,
        startedWallMs,
      })
    }
    lab = new CallLab({ recorder })
    lab.hangUp()
    lab.connection = lab.dial(crypto.randomUUID())
    await lab.run(15_000)
    expect(lab.connection.frames).toBeGreaterThanOrEqual(749)
    frozen.resolve()
    lab.hangUp()
    await lab.registry.empty()
    const found = await createRecordings(dir).find(lab.connection.callId)
    const { gaps, samples } = found!.record.audio
    expect(samples).toBeGreaterThanOrEqual(749 * 160)
    for (const track of ['caller', 'agent'] as const) {
      const lost = gaps
        .filter((gap) => gap.track === track)
        .reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
      expect(lost).toBeGreaterThan(4_000)
      expect(lost).toBeLessThan(6_000)
    }
    // Two tracks, the record and the inputs: nothing half written is left.
    expect((await readdir(join(dir, '2026-11-23'))).length).toBe(4)
    await rm(dir, { recursive: true })
  })
})
