// A process that records a call until it is killed. It prints the number of frames it has recorded, one number a line.
// Run by recorder-killed.live.ts.

import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import { createWriter } from '../../src/recording/writer.ts'

const [dir, callId] = process.argv.slice(2)
const startMs = systemClock.now()
let frames = 0
// The recorder believes every tick to be on time: on a busy machine it would rightly put silence in for late ones.
const clock = { ...systemClock, now: () => startMs + frames * 20 }
const recorder = createRecorder({
  dir,
  callId,
  startedWallMs: Date.UTC(2026, 10, 23, 9),
  clock,
  log: silentLog,
  metrics: new Metrics(),
  disk: createWriter(),
})
recorder.save(callDetailsSchema.parse({ states: [{ state: 'welcome', atMs: 0 }] }))
const frame = new Int16Array(160)
const tick = () => {
  frames++
  frame.fill(frames)
  recorder.caller(frame)
  recorder.agent(frame)
  console.log(frames)
  systemClock.at(startMs + frames * 20, tick)
}
tick()
