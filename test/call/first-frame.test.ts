// What a call does before its first frame leaves: as little as possible, because other calls begin at the same time.

import { expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import { CallLab } from '../support/lab/call-lab.ts'
import { MemoryDisk } from '../support/scenarios/memory-disk.ts'

test('the first frame of a call leaves before its recording asks the disk for anything', async () => {
  let asked = 0
  const disk = Object.assign(new MemoryDisk(), {
    async exists() {
      asked++
      return false
    },
  })
  const metrics = new Metrics()
  const lab = new CallLab({
    recorder: (callId, log, clock) =>
      createRecorder({ dir: '/rec', callId, log, clock, metrics, disk, startedWallMs: clock.wallMs() }),
  })
  await lab.run(20)
  asked = 0
  const second = lab.dial('00112233-4455-6677-8899-aabbccddee01')
  expect([second.frames, asked]).toEqual([1, 0])
  await lab.run(20)
  expect(asked).toBeGreaterThan(0)
})
