// Prints how many bytes a call allocates for each frame, from the socket's chunk to the frame sent and the record noted.
// Run by frame-memory.test.ts without garbage collection, so that the heap grows by exactly what is allocated.

import { heapStats } from 'bun:jsc'
import { Detector } from '../../src/audio/detector.ts'
import { AudioSocketConnection, connectionDefaults } from '../../src/audiosocket/connection.ts'
import { createWireCounters } from '../../src/audiosocket/counters.ts'
import { encodeAudio, encodeMessage, MessageKind, uuidBytes } from '../../src/audiosocket/message.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { Disk } from '../../src/recording/disk.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import { CallLab } from '../support/lab/call-lab.ts'
import { MemoryDisk } from '../support/scenarios/memory-disk.ts'
import { absentJudge } from './inline-judge.ts'

const frames = 10_000
const metrics = new Metrics()
/** As with the server's disk, another thread writes. */
const disk: Disk = Object.assign(new MemoryDisk(), {
  follow: () => ({ poke() {}, finish: async () => {}, stop: async () => {} }),
})
const lab = new CallLab({
  session: { createDetector: () => new Detector(absentJudge) },
  recorder: (callId, log, clock) =>
    createRecorder({ ...{ dir: '/rec', callId, log, clock, metrics, disk }, startedWallMs: clock.wallMs() }),
})
const connection = new AudioSocketConnection(
  { write: (bytes) => bytes.length, end() {}, terminate() {} },
  {
    ...connectionDefaults,
    clock: lab.clock,
    counters: createWireCounters(metrics),
    onUuid: (ready) => lab.registry.offer(ready),
    onOver() {},
    onFailure(_connection, error) {
      throw error
    },
  },
)
const hello = new Uint8Array(19)
encodeMessage(MessageKind.Uuid, uuidBytes('6f1f7a5e-2f54-4c0e-9d0b-0a4f5b8c1d23')!, hello)
connection.onData(hello)
await lab.clock.run(200)
const session = lab.sessions.at(-1)!
lab.ticker.stop()
const message = new Uint8Array(323)
encodeAudio(
  Int16Array.from({ length: 160 }, (_, i) => Math.round(40 * Math.sin(i))),
  message,
)

/** Time passes without timers: they belong to the turns of a call and not to its frames. */
function run(): void {
  for (let i = 0; i < frames; i++) {
    lab.clock.jump(20)
    const nowMs = lab.clock.now()
    connection.onData(message, nowMs)
    session.beforeTick(nowMs)
    session.tick()
    session.afterTick(nowMs)
  }
}

// Until the compiler is done with it.
for (let i = 0; i < 3; i++) run()
const before = heapStats().heapCapacity
run()
const bytes = heapStats().heapCapacity - before
if (session.outcome !== undefined) throw new Error('the call is over')
console.log(bytes / frames)
process.exit(0)
