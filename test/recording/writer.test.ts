// The thread that writes recordings: real threads and real files. The calls are on a fake clock, the thread on its own.

import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RingPool } from '../../src/audio/call-ring.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import type { FromWriter, ToWriter } from '../../src/recording/write-messages.ts'
import { createWriter } from '../../src/recording/writer.ts'
import type { ThreadWorker } from '../../src/threads/supervised-thread.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const thread = new URL('../../src/recording/write.worker.ts', import.meta.url).href
const callId = (n: number) => `00112233-4455-6677-8899-aabbccddee0${n}`
const details = callDetailsSchema.parse({ outcome: 'hangup' })
const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const task of undo.splice(0).reverse()) await task()
})

/**
 * A writer whose thread is ready.
 *
 * @param dies at its first recording @param full the first caller's track is on a full disk @param hangs for good
 * @param firstHangs only the first thread, until `letGo`
 */
async function setUp({ dies = false, full = false, hangs = false, firstHangs = false } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'writer-'))
  undo.push(() => rm(dir, { recursive: true }))
  const clock = new FakeClock()
  const metrics = new Metrics()
  const ready = Promise.withResolvers<void>()
  const sent: string[] = []
  const said: string[] = []
  let started = 0
  let letGo = () => {}
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
        said.push(data.kind)
      })
      const post = worker.postMessage.bind(worker)
      const isFirst = started === 1
      if (isFirst) letGo = () => post({ kind: 'end' })
      return Object.assign(worker, {
        postMessage(message: ToWriter) {
          sent.push(message.kind)
          if (hangs || (firstHangs && isFirst)) return
          if (message.kind !== 'follow') post(message)
          // Memory that is too small makes the thread throw.
          else if (dies && started === 1) post({ ...message, memory: new SharedArrayBuffer(4) })
          else post(full && message.id === 0 ? { ...message, caller: fullDisk } : message)
        },
      })
    },
  })
  undo.push(() => writer.close())
  await ready.promise
  const rings = new RingPool()
  const count = (name: string) =>
    metrics.snapshot().find((metric) => metric.name === name) as { value: number } | undefined
  /** A recorded call whose files are there. */
  const call = async (n: number) => {
    const ring = rings.take()
    const startedWallMs = clock.wallMs()
    const recorder = createRecorder({
      ...{ dir, clock, metrics, ring, startedWallMs, disk: writer, log: silentLog, callId: callId(n) },
    })
    const follows = sent.filter((kind) => kind === 'follow').length
    await until(
      'the thread was told of the tracks',
      () => sent.filter((kind) => kind === 'follow').length > follows,
    )
    return {
      recorder,
      /** Both sides send frames that are filled with a number. */
      tick(value: number) {
        const frame = new Int16Array(160).fill(value)
        ring.write(frame)
        recorder.caller(frame)
        recorder.agent(frame)
      },
    }
  }
  const read = (name: string) => readFileSync(join(dir, readdirSync(dir)[0]!, name))
  /** The first sample of each frame. */
  const frames = (n: number, track: 'caller' | 'agent') => {
    const bytes = read(`${callId(n)}.${track}.raw`)
    return Array.from({ length: bytes.length / 320 }, (_, i) => bytes.readInt16LE(i * 320))
  }
  const json = (n: number) => JSON.parse(read(`${callId(n)}.json`).toString())
  /** Each value is a tick of all these calls. */
  const run = (calls: readonly { tick(value: number): void }[], values: readonly number[]) => {
    for (const value of values) {
      for (const each of calls) each.tick(value)
      clock.advance(20)
    }
  }
  return {
    writer,
    clock,
    sent,
    said,
    call,
    run,
    frames,
    json,
    letGo: () => letGo(),
    count: (name: string) => count(name)?.value ?? 0,
  }
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

test('the tracks of several calls are written while the calls go on, and whole at their end', async () => {
  const { call, run, frames, sent } = await setUp()
  const calls = [await call(0), await call(1), await call(2)]
  run(calls, upTo(20))
  for (const n of [0, 1, 2]) await until('the frames are on disk', () => frames(n, 'agent').length === 20)
  run(calls, upTo(30).slice(20))
  await Promise.all(calls.map(({ recorder }) => recorder.close(details)))
  for (const n of [0, 1, 2])
    for (const track of ['caller', 'agent'] as const) expect(frames(n, track)).toEqual(upTo(30))
  expect(sent.toSorted()).toEqual([...Array(3).fill('finish'), ...Array(3).fill('follow')])
})

test('a disk that refuses a write ends the audio of that call, with the reason; the others are written', async () => {
  const { call, run, frames, json, count } = await setUp({ full: true })
  const [bad, good] = [await call(0), await call(1)]
  run([bad, good], upTo(20))
  await until('the other call is on disk', () => frames(1, 'caller').length === 20)
  run([bad], upTo(20))
  await Promise.all([bad, good].map(({ recorder }) => recorder.close(details)))
  expect(frames(1, 'caller')).toEqual(upTo(20))
  expect(json(0).audio.stopped.reason).toBe('failed')
  expect(count('recording_stopped_total')).toBe(1)
})

test('a thread that dies loses nothing: the next one goes on where it was', async () => {
  const { call, run, frames, clock, count, sent } = await setUp({ dies: true })
  const one = await call(0)
  run([one], upTo(50))
  await until('the thread died', () => count('recording_writer_restarts_total') === 1)
  clock.advance(1_000)
  await until('another one follows', () => sent.length === 2)
  await until('the frames are on disk', () => frames(0, 'agent').length >= 50)
  await one.recorder.close(details)
  expect(frames(0, 'caller').slice(0, 50)).toEqual(upTo(50))
})

test('a call that ends without a thread is written by node', async () => {
  const { call, run, frames, count } = await setUp({ dies: true })
  const one = await call(0)
  run([one], upTo(50))
  await until('the thread died', () => count('recording_writer_restarts_total') === 1)
  await one.recorder.close(details)
  expect(frames(0, 'caller')).toEqual(upTo(50))
})

test('a thread that hangs at its disk delays no call: the audio gets gaps, and closing waits 5 s', async () => {
  const { call, run, clock, count } = await setUp({ hangs: true })
  const one = await call(0)
  run([one], upTo(15 * 50))
  const fromMs = clock.now()
  const closed = one.recorder.close(details).then(() => clock.now() - fromMs)
  await clock.run(6_000)
  expect(await closed).toBe(5_000)
  expect(count('recording_errors_total')).toBe(1)
  expect(count('recording_frames_dropped_total')).toBe(2 * 750)
})

test('node writes after the thread was closed', async () => {
  const { call, run, frames, writer } = await setUp()
  const one = await call(0)
  run([one], upTo(20))
  writer.close()
  run([one], upTo(30).slice(20))
  await one.recorder.close(details)
  expect(frames(0, 'agent')).toEqual(upTo(30))
})

/** Descriptors of this process on files whose path holds a text. */
const openFiles = (text: string) =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes(text)
    } catch {
      return false
    }
  }).length

test('a thread that hangs is left behind: its calls lose their audio, and a new thread serves the next calls', async () => {
  const { call, run, clock, count, sent, frames, json, letGo } = await setUp({ firstHangs: true })
  const [old, ended] = [await call(0), await call(1)]
  run([old, ended], upTo(50))
  const closed = ended.recorder.close(details)
  run([old], upTo(40 * 50))
  expect(count('recording_writer_restarts_total')).toBe(1)
  expect(count('recording_stopped_total')).toBe(1)
  await closed
  const fresh = await call(2)
  run([fresh], upTo(20))
  await until('the new thread writes', () => frames(2, 'agent').length === 20)
  await fresh.recorder.close(details)
  expect(frames(2, 'caller')).toEqual(upTo(20))
  const oldClosed = old.recorder.close(details)
  await clock.run(6_000)
  await oldClosed
  expect(sent.filter((kind) => kind === 'follow')).toHaveLength(3)
  // The write that hangs may still come, and must not find another file under its number.
  expect([openFiles(callId(0)), openFiles(callId(1))]).toEqual([2, 2])
  letGo()
  await until('the files are closed', () => openFiles(callId(0)) + openFiles(callId(1)) === 0)
  const reason = () => {
    try {
      return json(0).audio.stopped?.reason
    } catch {
      // Not there yet, or half of it.
      return undefined
    }
  }
  await until('the record is written', () => reason() === 'failed')
})

test('a thread that works says so, and is not taken for one that hangs', async () => {
  const { call, run, clock, count, said } = await setUp()
  const one = await call(0)
  for (let times = 1; times <= 3; times++) {
    run([one], upTo(10))
    await until(
      'the thread says that it works',
      () => said.filter((kind) => kind === 'alive').length >= times,
    )
    clock.advance(20_000)
  }
  expect(count('recording_writer_restarts_total')).toBe(0)
  // A file that is left open ends the process when it is collected.
  await one.recorder.close(details)
})
