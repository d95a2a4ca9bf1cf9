import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { SpeechJudge } from '../../src/audio/detector.ts'
import { frameSamples } from '../../src/audio/pcm.ts'
import { areaOf, type FromJudge, firstFlag, type ToJudge } from '../../src/audio/vad-areas.ts'
import { createVoiceJudge, type VoiceJudge } from '../../src/audio/voice-judge.ts'
import { readWav } from '../../src/audio/wav.ts'
import { systemClock } from '../../src/base/clock.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { ThreadWorker } from '../../src/threads/supervised-thread.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

/** A thread that answers when the test says so. A window's probability is its first sample / 1 000. */
class FakeThread implements ThreadWorker<ToJudge> {
  onmessage: ThreadWorker<ToJudge>['onmessage'] = null
  onerror: ThreadWorker<ToJudge>['onerror'] = null
  readonly batches: { area: 0 | 1; count: number; calls: number[]; first: boolean[] }[] = []
  ended = false
  private shared = new SharedArrayBuffer(0)
  private windows = 0
  private close = () => {}

  postMessage(message: ToJudge): void {
    if (message.kind === 'start') {
      this.shared = message.shared
      this.windows = message.windows
    } else if (message.kind === 'judge') {
      const calls = [...this.area(message.area).calls.subarray(0, message.count)]
      this.batches.push({
        area: message.area,
        count: message.count,
        calls: calls.map((call) => call & ~firstFlag),
        first: calls.map((call) => call >= firstFlag),
      })
    } else this.ended = true
  }
  addEventListener(_kind: string, listener: unknown): void {
    this.close = listener as () => void
  }
  ref(): void {}
  unref(): void {}
  terminate(): void {
    throw new Error('nobody may terminate the judge in the middle of an inference')
  }

  ready(): void {
    this.say({ kind: 'ready' })
  }
  /** Answers the last batch. */
  answer(): void {
    const { area, count } = this.batches.at(-1)!
    const { probabilities, windows } = this.area(area)
    for (let i = 0; i < count; i++) probabilities[i] = windows[i]![0]! / 1_000
    this.say({ kind: 'judged' })
  }
  die(): void {
    this.close()
  }
  private area(index: 0 | 1) {
    return areaOf(this.shared, this.windows, index)
  }
  private say(data: FromJudge): void {
    this.onmessage?.call(undefined as never, new MessageEvent('message', { data }))
  }
}

function stage(options: { windows?: number; calls?: number; startsLater?: boolean } = {}) {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const threads: FakeThread[] = []
  const judge = createVoiceJudge({
    ...options,
    clock,
    metrics,
    createWorker: () => {
      const thread = new FakeThread()
      threads.push(thread)
      return thread
    },
  })
  const count = (name: string) => {
    const sample = metrics.snapshot().find((entry) => entry.name === name)
    return sample !== undefined && 'value' in sample ? sample.value : undefined
  }
  return { clock, judge, threads, count }
}

const frameOf = (value: number) => new Int16Array(frameSamples).fill(value)
const say = (call: SpeechJudge, frames: number, value: number, asked = true) => {
  for (let i = 0; i < frames; i++) call.push(frameOf(value), asked)
}

test('a judge that starts later has no thread before it is asked to start or a call opens it', () => {
  const asked = stage({ startsLater: true })
  expect([asked.threads.length, asked.judge.isUp, asked.judge.isDown]).toEqual([0, false, false])
  asked.judge.start()
  const opened = stage({ startsLater: true })
  const call = opened.judge.open()
  for (const { judge, threads } of [asked, opened]) {
    expect([threads.length, judge.isUp]).toEqual([1, false])
    judge.start()
    expect(threads.length).toBe(1)
    threads[0]!.ready()
    expect(judge.isUp).toBe(true)
  }
  expect(call.absent).toBe(false)
})

test('the windows of all calls are one batch, after 10 ms, and each call gets its own answer', () => {
  const { clock, judge, threads } = stage()
  threads[0]!.ready()
  const [one, two] = [judge.open(), judge.open()]
  say(one, 2, 300)
  say(two, 2, 700)
  clock.advance(9)
  expect(threads[0]!.batches).toEqual([])
  clock.advance(1)
  expect(threads[0]!.batches.map(({ calls, first }) => ({ calls, first }))).toEqual([
    { calls: [0, 1], first: [true, true] },
  ])
  expect([one.probability, two.probability, one.absent]).toEqual([undefined, undefined, false])
  threads[0]!.answer()
  expect(one.probability).toBeCloseTo(0.3)
  expect(two.probability).toBeCloseTo(0.7)
})

test('the thread gets 320 ms from before the asking, and nothing while no call asks', () => {
  const { clock, judge, threads } = stage()
  threads[0]!.ready()
  const call = judge.open()
  say(call, 100, 5, false)
  clock.advance(100)
  expect(threads[0]!.batches).toEqual([])
  say(call, 1, 900)
  clock.advance(10)
  const [batch] = threads[0]!.batches
  expect(batch?.count).toBe(10)
  expect(batch?.first).toEqual([true, ...new Array<boolean>(9).fill(false)])
})

test('while a batch is judged the next one fills, and it leaves on the answer', () => {
  const { clock, judge, threads } = stage()
  threads[0]!.ready()
  const call = judge.open()
  say(call, 2, 100)
  clock.advance(10)
  say(call, 8, 200)
  clock.advance(50)
  expect(threads[0]!.batches.length).toBe(1)
  threads[0]!.answer()
  expect(threads[0]!.batches.map(({ count, area }) => ({ count, area }))).toEqual([
    { count: 1, area: 0 },
    { count: 5, area: 1 },
  ])
  threads[0]!.answer()
  expect(call.probability).toBeCloseTo(0.2)
})

test('an answer to an asking that is over is ignored', () => {
  const { clock, judge, threads } = stage()
  threads[0]!.ready()
  const call = judge.open()
  say(call, 2, 900)
  clock.advance(10)
  call.push(frameOf(0), false)
  call.push(frameOf(0), true)
  threads[0]!.answer()
  expect(call.probability).toBeUndefined()
})

test('a freed place goes to another call, which gets none of the old answers', () => {
  const { clock, judge, threads } = stage({ calls: 1 })
  threads[0]!.ready()
  const first = judge.open()
  say(first, 2, 900)
  clock.advance(10)
  first.close()
  first.close()
  const second = judge.open()
  threads[0]!.answer()
  expect([first.probability, second.probability]).toEqual([undefined, undefined])
  say(second, 2, 100)
  clock.advance(10)
  expect(threads[0]!.batches.at(-1)).toMatchObject({ calls: [0], first: [true] })
})

test('more calls than places are refused a judge and counted', () => {
  const { judge, threads, count } = stage({ calls: 2 })
  threads[0]!.ready()
  const calls = [judge.open(), judge.open(), judge.open()]
  expect(calls.map((call) => call.absent)).toEqual([false, false, true])
  expect(count('voice_judge_refused_total')).toBe(1)
  say(calls[2]!, 100, 900)
  say(calls[2]!, 100, 900, false)
  expect(calls[2]!.probability).toBeUndefined()
  expect(count('voice_judge_alone_frames_total')).toBe(100)
})

test('a full batch drops the newest window, and its call has no judge until a later one was judged', () => {
  const { clock, judge, threads, count } = stage({ windows: 4 })
  threads[0]!.ready()
  const [patient, greedy] = [judge.open(), judge.open()]
  say(patient, 2, 100)
  say(greedy, 12, 200)
  expect(count('voice_judge_dropped_total')).toBe(4)
  expect([patient.absent, greedy.absent]).toEqual([false, true])
  clock.advance(10)
  say(greedy, 4, 300)
  expect(greedy.absent).toBe(true)
  threads[0]!.answer()
  expect(threads[0]!.batches.at(-1)?.first).toEqual([true, false, false])
  threads[0]!.answer()
  expect(greedy.absent).toBe(false)
  expect(greedy.probability).toBeCloseTo(0.3)
})

test('an answer later than 100 ms is counted and not awaited, and the thread is never terminated for it', () => {
  const { clock, judge, threads, count } = stage()
  threads[0]!.ready()
  const call = judge.open()
  say(call, 2, 100)
  clock.advance(100)
  expect(call.absent).toBe(false)
  clock.advance(1)
  expect(call.absent).toBe(true)
  clock.advance(60_000)
  expect([threads.length, threads[0]!.ended]).toEqual([1, false])
  say(call, 3, 100)
  expect(count('voice_judge_alone_frames_total')).toBe(3)
  threads[0]!.answer()
  expect(call.absent).toBe(false)
  expect(count('voice_judge_late_total')).toBe(1)
})

test('a thread that has stood still for five seconds is down, and late no more, until it answers', () => {
  const { clock, judge, threads } = stage()
  threads[0]!.ready()
  const call = judge.open()
  say(call, 2, 100)
  clock.advance(5_000)
  expect([judge.isDown, judge.waitingMs]).toEqual([false, 5_000])
  clock.advance(1)
  expect([judge.isDown, judge.waitingMs]).toEqual([true, 0])
  threads[0]!.answer()
  expect([judge.isDown, judge.waitingMs, call.absent]).toEqual([false, 0, false])
})

test('a thread that dies is replaced after a delay, and its calls start anew', () => {
  const { clock, judge, threads, count } = stage()
  threads[0]!.ready()
  const call = judge.open()
  say(call, 2, 100)
  clock.advance(10)
  threads[0]!.die()
  expect([call.absent, judge.isUp, count('voice_judge_restarts_total')]).toEqual([true, false, 1])
  clock.advance(49)
  expect(threads.length).toBe(1)
  clock.advance(1)
  expect(threads.length).toBe(2)
  threads[0]!.answer()
  expect(call.probability).toBeUndefined()
  threads[1]!.die()
  clock.advance(99)
  expect(threads.length).toBe(2)
  clock.advance(1)
  threads[2]!.ready()
  say(call, 4, 400)
  expect(call.absent).toBe(true)
  clock.advance(10)
  expect(threads[2]!.batches[0]?.first[0]).toBe(true)
  threads[2]!.answer()
  expect([call.absent, call.probability]).toEqual([false, expect.closeTo(0.4)])
})

test('the judge is down after three threads died in a row, until one has answered', () => {
  const { clock, judge, threads } = stage()
  const call = judge.open()
  for (const [i, isDown] of [false, false, true].entries()) {
    threads[i]!.ready()
    threads[i]!.die()
    expect(judge.isDown).toBe(isDown)
    clock.advance(5_000)
  }
  threads[3]!.ready()
  expect(judge.isDown).toBe(true)
  say(call, 2, 100)
  clock.advance(10)
  threads[3]!.answer()
  expect(judge.isDown).toBe(false)
})

test('close asks the thread to end itself, and sends it nothing after that', () => {
  const { clock, judge, threads } = stage()
  threads[0]!.ready()
  const call = judge.open()
  say(call, 2, 100)
  judge.close()
  clock.advance(1_000)
  expect([threads[0]!.ended, threads[0]!.batches.length, call.absent]).toEqual([true, 0, true])
  expect([judge.open().absent, clock.pending]).toEqual([true, 0])
})

let real: VoiceJudge | undefined
afterEach(() => real?.close())

/** Resolves when `ready` holds; the real thread answers in its own time. */
async function until(ready: () => boolean): Promise<void> {
  while (!ready())
    await new Promise((resolve) => systemClock.at(systemClock.now() + 2, () => resolve(undefined)))
}

test('the real thread tells words from silence', async () => {
  real = createVoiceJudge({ metrics: new Metrics(), lateMs: 60_000 })
  await until(() => real?.isUp === true)
  const path = new URL('../fixtures/audio/utterance-hello.wav', import.meta.url)
  const words = readWav(readFileSync(path)).samples.subarray(0, 30 * frameSamples)
  const [talker, other] = [real.open(), real.open()]
  for (let at = 0; at < words.length; at += frameSamples) {
    talker.push(words.subarray(at, at + frameSamples), true)
    other.push(frameOf(0), true)
  }
  await until(() => talker.probability !== undefined && other.probability !== undefined)
  expect(talker.probability).toBeGreaterThan(0.9)
  expect(other.probability).toBeLessThan(0.1)
})

test('a real thread that cannot read its model dies and is started again', async () => {
  const metrics = new Metrics()
  real = createVoiceJudge({ metrics, weights: 'no-such-file' })
  const restarts = metrics.counter('voice_judge_restarts_total', '')
  await until(() => restarts.value >= 2)
  expect(real.isUp).toBe(false)
  expect(real.open().absent).toBe(true)
})

test('while half the calls are spared, every second call is decided without the judge, in the middle of speech too', () => {
  const { clock, judge, threads, count } = stage()
  threads[0]!.ready()
  const [one, two] = [judge.open(), judge.open()]
  say(one, 2, 300)
  say(two, 2, 700)
  clock.advance(10)
  threads[0]!.answer()
  judge.sparesHalf = true
  expect([one.absent, two.absent]).toEqual([false, true])
  say(one, 8, 300)
  say(two, 8, 700)
  clock.advance(10)
  expect(new Set(threads[0]!.batches.at(-1)!.calls)).toEqual(new Set([0]))
  expect(count('voice_judge_alone_frames_total')).toBe(8)
  threads[0]!.answer()
  judge.sparesHalf = false
  say(two, 8, 700)
  clock.advance(10)
  expect(threads[0]!.batches.at(-1)).toMatchObject({ calls: expect.arrayContaining([1]) })
  expect(threads[0]!.batches.at(-1)?.first[0]).toBe(true)
  expect(two.absent).toBe(false)
})

test('tells how long the oldest window has waited', () => {
  const { clock, judge, threads } = stage()
  threads[0]!.ready()
  expect(judge.waitingMs).toBe(0)
  say(judge.open(), 2, 300)
  clock.advance(10)
  clock.advance(250)
  expect(judge.waitingMs).toBe(260)
  threads[0]!.answer()
  expect(judge.waitingMs).toBe(0)
})
