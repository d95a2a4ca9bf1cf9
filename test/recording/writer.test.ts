// The thread that writes recordings: real threads and real files, on a fake clock.

import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { Disk, RecordingFile } from '../../src/recording/disk.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import { areaOf, areaParts, type FromWriter, type ToWriter } from '../../src/recording/write-areas.ts'
import { createWriter } from '../../src/recording/writer.ts'
import type { ThreadWorker } from '../../src/threads/supervised-thread.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const thread = new URL('../../src/recording/write.worker.ts', import.meta.url).href
const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const task of undo.splice(0).reverse()) await task()
})

/**
 * A writer whose thread is ready.
 *
 * @param dies at its first batch @param full the first part goes to a full disk @param hangs at its first batch
 */
async function setUp({ dies = false, full = false, hangs = false } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'writer-'))
  undo.push(() => rm(dir, { recursive: true }))
  const clock = new FakeClock()
  const metrics = new Metrics()
  const ready = Promise.withResolvers<void>()
  const batches: number[] = []
  let started = 0
  let shared: SharedArrayBuffer | undefined
  const fullDisk = openSync('/dev/full', 'w')
  undo.push(() => closeSync(fullDisk))
  const writer = createWriter({
    clock,
    metrics,
    createWorker(): ThreadWorker<ToWriter> {
      started++
      const worker = new Worker(thread)
      worker.addEventListener('message', ({ data }: MessageEvent<FromWriter>) => {
        if (data.kind === 'ready') ready.resolve()
      })
      const post = worker.postMessage.bind(worker)
      return Object.assign(worker, {
        postMessage(message: ToWriter) {
          if (message.kind === 'start') shared = message.shared
          if (message.kind === 'write') {
            batches.push(message.count)
            if (full && shared) areaOf(shared, message.area).parts[0] = fullDisk
          }
          if (message.kind === 'write' && hangs) return
          // An unknown area makes the thread throw.
          post(message.kind === 'write' && dies && started === 1 ? { ...message, area: 7 } : message)
        },
      })
    },
  })
  undo.push(() => writer.close())
  await ready.promise
  const create = async (name: string): Promise<RecordingFile> => {
    const file = await writer.create(join(dir, 'a', 'day', name))
    if (!file) throw new Error('the file exists')
    return file
  }
  const restarts = () =>
    metrics.snapshot().find(({ name }) => name === 'recording_writer_restarts_total') as { value: number }
  return {
    writer,
    dir,
    clock,
    metrics,
    batches,
    create,
    restarts: () => restarts().value,
    read: (name: string) => Bun.file(join(dir, 'a', 'day', name)).bytes(),
  }
}

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value)

test('the writes of several calls within 10 ms are one batch, each at its position', async () => {
  const { clock, create, read, batches } = await setUp()
  const files = await Promise.all(['one', 'two', 'three'].map(create))
  const done = files.map((file, i) => file.write(bytes(2_560, i + 1), 560, 2_000, 100 * i))
  clock.advance(10)
  expect(await Promise.all(done)).toMatchObject(files.map(() => ({ bytesWritten: 2_000 })))
  expect(batches).toEqual([3])
  for (const [i, name] of ['one', 'two', 'three'].entries()) {
    const written = await read(name)
    expect(written).toHaveLength(2_000 + 100 * i)
    expect(written.subarray(100 * i).every((value) => value === i + 1)).toBe(true)
  }
  await Promise.all(files.map((file) => file.close()))
})

test('more writes than a batch holds go in several batches, without loss', async () => {
  const { clock, create, read, batches } = await setUp()
  const file = await create('many')
  const parts = areaParts + 40
  const done = Array.from({ length: parts }, (_, i) => file.write(bytes(3_200, i % 251), 0, 3_200, 3_200 * i))
  clock.advance(10)
  const taken = await Promise.all(done)
  expect(taken.every(({ bytesWritten }) => bytesWritten === 3_200)).toBe(true)
  expect(batches.length).toBeGreaterThan(1)
  const written = await read('many')
  expect(written).toHaveLength(3_200 * parts)
  for (let i = 0; i < parts; i++) expect(written[3_200 * i + 3_199]).toBe(i % 251)
  await file.close()
})

test("a write that the disk refuses fails with the system's code; the others are written", async () => {
  const { clock, create, read } = await setUp({ full: true })
  const [good, bad] = [await create('good'), await create('bad')]
  const refused = bad.write(bytes(10, 1), 0, 10, 0)
  const written = good.write(bytes(10, 2), 0, 10, 0)
  clock.advance(10)
  expect(await refused.catch((error: { code: string }) => error.code)).toBe('ENOSPC')
  expect(await written).toMatchObject({ bytesWritten: 10 })
  expect(await read('good')).toEqual(bytes(10, 2))
  await Promise.all([good.close(), bad.close()])
})

test('a thread that dies loses nothing: node writes what it had, and another thread starts', async () => {
  const { clock, create, read, restarts } = await setUp({ dies: true })
  const file = await create('kept')
  const done = file.write(bytes(3_200, 9), 0, 3_200, 0)
  clock.advance(10)
  expect(await done).toMatchObject({ bytesWritten: 3_200 })
  expect(await read('kept')).toEqual(bytes(3_200, 9))
  expect(restarts()).toBe(1)
  // Between two threads.
  expect(await file.write(bytes(3_200, 8), 0, 3_200, 3_200)).toMatchObject({ bytesWritten: 3_200 })
  await file.close()
})

test('a thread that hangs at its disk delays no call: the tracks get gaps, and closing waits 5 s', async () => {
  const { writer, dir, clock, metrics, batches } = await setUp({ hangs: true })
  let created = 0
  const disk: Disk = {
    replace: writer.replace,
    remove: writer.remove,
    exists: writer.exists,
    makeFolder: writer.makeFolder,
    async create(path) {
      const file = await writer.create(path)
      created++
      return file
    },
  }
  const recorder = createRecorder({
    ...{ dir, clock, metrics, disk, log: silentLog, startedWallMs: clock.wallMs() },
    callId: '00112233-4455-6677-8899-aabbccddeeff',
  })
  // The files exist in the folder before the recorder has their handles.
  await until('both tracks are open', () => created === 2)
  const frame = new Int16Array(160).fill(1_000)
  for (let tick = 0; tick < 15 * 50; tick++) {
    recorder.caller(frame)
    recorder.agent(frame)
    await clock.run(20)
  }
  expect(batches).toHaveLength(1)
  const details = callDetailsSchema.parse({ outcome: 'hangup' })
  const fromMs = clock.now()
  const closed = recorder.close(details).then(() => clock.now() - fromMs)
  await clock.run(6_000)
  expect(await closed).toBe(5_000)
  const dropped = metrics.snapshot().find(({ name }) => name === 'recording_frames_dropped_total')
  // Of 15 s of both sides 10 s fit.
  expect((dropped as { value: number }).value).toBeWithin(450, 550)
})

test('node writes after the thread was closed', async () => {
  const { writer, create, read } = await setUp()
  writer.close()
  const file = await create('late')
  expect(await file.write(bytes(5, 3), 0, 5, 0)).toMatchObject({ bytesWritten: 5 })
  await file.close()
  expect(await read('late')).toEqual(bytes(5, 3))
})
