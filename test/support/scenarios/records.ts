// The records of a scenario's calls, written by the real recorder to a disk in memory: what is left of the audio when
// everything is closed, and the JSON.

import type { Log } from '../../../src/base/log.ts'
import { Metrics } from '../../../src/base/metrics.ts'
import type { RecordingPolicy } from '../../../src/desk/types.ts'
import { type CallRecord, callRecordSchema } from '../../../src/recording/files.ts'
import { createRecorder, type Recorder } from '../../../src/recording/recorder.ts'
import { type FakeClock, settle } from '../lab/fake-clock.ts'
import { MemoryDisk } from './memory-disk.ts'

/** `audio`: samples of the two tracks; none when they are not on disk. */
export type KeptRecord = { record: CallRecord; audio: { caller: Int16Array; agent: Int16Array } | undefined }

export class ScenarioRecords {
  readonly disk = new MemoryDisk()

  open(callId: string, log: Log, clock: FakeClock, policy: RecordingPolicy): Recorder {
    return createRecorder({
      ...{ dir: '/rec', callId, log, clock, disk: this.disk, metrics: new Metrics() },
      startedWallMs: clock.wallMs(),
      permission: policy === 'off' ? 'given' : policy,
    })
  }

  async all(): Promise<KeptRecord[]> {
    await settle()
    const records = [...this.disk.texts].filter(([path]) => path.endsWith('.json'))
    return records.sort().map(([path, text]) => {
      const base = path.replace(/\.json$/, '')
      const [caller, agent] = [
        this.disk.samplesAt(`${base}.caller.raw`),
        this.disk.samplesAt(`${base}.agent.raw`),
      ]
      return {
        record: callRecordSchema.parse(JSON.parse(text)),
        audio: caller && agent && { caller, agent },
      }
    })
  }
}
