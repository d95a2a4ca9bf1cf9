// A process that records a call until it is killed: prints how many frames it has recorded, one number a line.
// Run by recorder-disk.test.ts.

import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import { createWriter } from '../../src/recording/writer.ts'

const [dir, callId] = process.argv.slice(2)
const recorder = createRecorder({
  dir,
  callId,
  startedWallMs: Date.UTC(2026, 10, 23, 9),
  clock: systemClock,
  log: silentLog,
  metrics: new Metrics(),
  disk: createWriter(),
})
recorder.save(callDetailsSchema.parse({ states: [{ state: 'welcome', atMs: 0 }] }))
const startMs = systemClock.now()
const frame = new Int16Array(160)
let frames = 0
const tick = () => {
  frames++
  frame.fill(frames)
  recorder.caller(frame)
  recorder.agent(frame)
  console.log(frames)
  systemClock.at(startMs + frames * 20, tick)
}
tick()
