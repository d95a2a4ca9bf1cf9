// What recording costs: recorders fed in real time, in turns with the real disk, with a disk that writes nothing, and
// without recording. Prints one JSON line with the cores each used. `bun test/bench/recording.ts`

import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { Ticker } from '../../src/call/sound/ticker.ts'
import { type Disk, nodeDisk } from '../../src/recording/disk.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { createRecorder } from '../../src/recording/recorder.ts'

const calls = Number(process.argv[2] ?? 300)
const seconds = Number(process.argv[3] ?? 4)
const dir = join(tmpdir(), `voicebot-recording-${process.pid}`)
const frame = Int16Array.from({ length: 160 }, (_, i) => 8_000 * Math.sin(i / 3))
/** Opens files and writes nothing: what is left is the copying, and the beat of the calls. */
const noWrites: Disk = {
  ...nodeDisk,
  async create(path) {
    const file = await nodeDisk.create(path)
    return file && { ...wrapped(file), write: async (_bytes, _offset, length) => ({ bytesWritten: length }) }
  },
}
const wrapped = (file: NonNullable<Awaited<ReturnType<Disk['create']>>>) => ({
  truncate: (bytes: number) => file.truncate(bytes),
  close: () => file.close(),
})

async function coresOf(disk: Disk | undefined): Promise<number> {
  const metrics = new Metrics()
  const ticker = new Ticker(systemClock, metrics)
  const details = callDetailsSchema.parse({})
  const recorders = Array.from({ length: disk ? calls : 0 }, () =>
    createRecorder({
      ...{ dir, callId: randomUUID(), startedWallMs: Date.now(), clock: systemClock, log: silentLog },
      ...{ metrics, disk },
    }),
  )
  for (const recorder of recorders)
    ticker.add({
      tick() {
        recorder.caller(frame)
        recorder.agent(frame)
      },
      tickFailed(error) {
        throw error
      },
    })
  await Bun.sleep(1_000)
  const before = process.cpuUsage()
  const startedMs = performance.now()
  await Bun.sleep(seconds * 1_000)
  const { user, system } = process.cpuUsage(before)
  const ms = performance.now() - startedMs
  ticker.stop()
  await Promise.all(recorders.map((recorder) => recorder.close(details)))
  await Bun.$`rm -rf ${dir}`.quiet()
  return (user + system) / 1_000 / ms
}

const ways = { idle: undefined, copying: noWrites, fileHandles: nodeDisk }
const cores: Record<string, number[]> = { idle: [], copying: [], fileHandles: [] }
for (let round = 0; round < 3; round++)
  for (const [way, disk] of Object.entries(ways)) cores[way].push(await coresOf(disk))
const least = Object.entries(cores).map(([way, list]) => [way, Math.round(Math.min(...list) * 1e4) / 1e4])
process.stdout.write(`${JSON.stringify({ bench: 'recording', calls, cores: Object.fromEntries(least) })}\n`)
