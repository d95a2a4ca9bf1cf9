// The rules on a fake thread and a fake clock, then the ways in which a real thread is lost.

import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import {
  SupervisedThread,
  type ThreadLoss,
  type ThreadOptions,
  type ThreadWorker,
} from '../../src/threads/supervised-thread.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

type Message = { kind: string; text?: string }

/** A thread that does what the test says. */
class FakeWorker implements ThreadWorker<Message> {
  onmessage: ThreadWorker<Message>['onmessage'] = null
  onerror: ThreadWorker<Message>['onerror'] = null
  readonly got: string[] = []
  isTerminated = false
  isReferenced = true
  private close = () => {}

  postMessage(message: Message): void {
    this.got.push(message.kind)
  }
  addEventListener(_kind: string, listener: unknown): void {
    this.close = listener as () => void
  }
  ref(): void {
    this.isReferenced = true
  }
  unref(): void {
    this.isReferenced = false
  }
  terminate(): void {
    this.isTerminated = true
    this.exit()
  }

  say(kind: string): void {
    this.onmessage?.call(undefined as never, new MessageEvent('message', { data: { kind } }))
  }
  throw(message: string): void {
    this.onerror?.call(undefined as never, Object.assign(new Event('error'), { message }) as ErrorEvent)
    this.exit()
  }
  exit(): void {
    this.close()
  }
}

function stage(options: Partial<ThreadOptions<Message, Message>> = {}) {
  const clock = new FakeClock()
  const workers: FakeWorker[] = []
  const messages: string[] = []
  const losses: ThreadLoss[] = []
  let readies = 0
  const thread = new SupervisedThread<Message, Message>({
    clock,
    createWorker: () => {
      workers.push(new FakeWorker())
      return workers.at(-1)!
    },
    onMessage: ({ kind }) => messages.push(kind),
    onReady: () => readies++,
    onLost: (loss) => losses.push(loss),
    ...options,
  })
  const last = () => workers.at(-1)!
  return { clock, thread, workers, messages, losses, last, readies: () => readies }
}

const delaysOf = (losses: readonly ThreadLoss[]) => losses.map(({ againInMs }) => againInMs)

describe('a thread', () => {
  test('starts at once, gets its first message, and does not keep the process alive', () => {
    const { thread, workers, last } = stage({ firstMessage: { kind: 'start' } })
    thread.post({ kind: 'work' })
    expect(workers.length).toBe(1)
    expect(last().got).toEqual(['start', 'work'])
    expect(last().isReferenced).toBe(false)
    thread.keepAlive(true)
    expect(last().isReferenced).toBe(true)
  })

  test('is started from the beginning, and ready when it says so; its owner gets only its other messages', () => {
    const { thread, messages, last, readies } = stage()
    expect([thread.isStarted, thread.isReady]).toEqual([true, false])
    last().say('ready')
    last().say('answer')
    expect([thread.isReady, readies(), messages]).toEqual([true, 1, ['answer']])
  })

  test('that starts later is started once, by the first request for it, and replaced as any other', () => {
    const { clock, thread, workers, last } = stage({ startsLater: true, restart: { firstMs: 10, maxMs: 10 } })
    expect([workers.length, thread.isStarted, thread.isUntried]).toEqual([0, false, true])
    thread.startFirst()
    thread.startFirst()
    expect([workers.length, thread.isStarted, thread.isUntried]).toEqual([1, true, false])
    last().say('ready')
    last().exit()
    thread.startFirst()
    expect(workers.length).toBe(1)
    clock.advance(10)
    expect(workers.length).toBe(2)
  })

  test('that is closed before it was started never starts', () => {
    const { thread, workers } = stage({ startsLater: true })
    thread.close()
    thread.startFirst()
    expect([workers.length, thread.isUntried]).toEqual([0, false])
  })

  test('that was replaced is not heard any more', () => {
    const { clock, thread, workers, messages, losses } = stage()
    thread.replace('it has grown')
    clock.advance(50)
    workers[0]!.say('answer')
    workers[0]!.exit()
    workers[1]!.say('answer')
    expect([messages, losses.length, thread.generation]).toEqual([['answer'], 1, 2])
  })
})

describe('a lost thread', () => {
  test('by an error, an exit, a passed deadline or on request: the owner learns which', () => {
    const { clock, thread, workers, losses, last } = stage({ restart: { firstMs: 10, maxMs: 10 } })
    last().throw('12 | const a = b\n          ^\nerror: b is not there\n  at somewhere')
    clock.advance(10)
    last().exit()
    clock.advance(10)
    thread.deadline(300)
    clock.advance(300)
    expect(workers[2]!.isTerminated).toBe(true)
    clock.advance(10)
    thread.replace('it has grown')
    expect(losses).toEqual([
      { cause: 'died', reason: 'error: b is not there', againInMs: 10 },
      { cause: 'died', reason: 'the worker exited', againInMs: 10 },
      { cause: 'hung', reason: 'no answer within 300 ms', againInMs: 10 },
      { cause: 'replaced', reason: 'it has grown', againInMs: 10 },
    ])
    expect(thread.restarts).toBe(4)
  })

  test('is followed by another after 50 ms, then twice as long each time, at most 5 s', () => {
    const { clock, workers, losses, last } = stage()
    const delays = [50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]
    for (const [i, delayMs] of delays.entries()) {
      last().exit()
      clock.advance(delayMs - 1)
      expect(workers.length).toBe(i + 1)
      clock.advance(1)
      expect(workers.length).toBe(i + 2)
    }
    expect(delaysOf(losses)).toEqual(delays)
  })

  test('that had been ready is replaced without delay on request, until three were lost in a row', () => {
    const { losses, last } = stage({ restart: { firstMs: 50, maxMs: 5_000, isImmediateWhenReady: true } })
    for (let i = 0; i < 3; i++) {
      last().say('ready')
      last().exit()
    }
    expect(delaysOf(losses)).toEqual([0, 0, 200])
  })

  test('is followed by another only when it is needed, if its owner wants that', () => {
    const { clock, thread, workers, losses, last } = stage({ restart: 'onDemand' })
    clock.advance(10_000)
    expect([workers.length, thread.isStarted]).toEqual([0, false])
    thread.start()
    thread.start()
    last().exit()
    clock.advance(10_000)
    expect([workers.length, thread.isStarted, delaysOf(losses)]).toEqual([1, false, [undefined]])
    thread.start()
    expect(workers.length).toBe(2)
  })

  test('takes its deadlines along, and a message to nobody is lost', () => {
    const { clock, thread, losses, last } = stage({ restart: 'onDemand' })
    thread.start()
    thread.deadline(100)
    last().exit()
    thread.post({ kind: 'work' })
    clock.advance(1_000)
    expect([losses.length, clock.pending, last().got]).toEqual([1, 0, []])
  })

  test('started by its owner during the delay is not started again after it', () => {
    const { clock, thread, workers, last } = stage()
    last().exit()
    thread.start()
    clock.advance(1_000)
    expect([workers.length, clock.pending]).toEqual([2, 0])
  })
})

test('a deadline that is cancelled in time costs nothing', () => {
  const { clock, thread, losses } = stage()
  const deadline = thread.deadline(100)
  clock.advance(99)
  deadline.cancel()
  clock.advance(10_000)
  expect([losses, clock.pending]).toEqual([[], 0])
})

test('when the whole process stood still, a thread has its time once more; when it hangs then, it is lost', async () => {
  const { clock, thread, losses } = stage({ restart: 'onDemand' })
  thread.start()
  const answered = thread.deadline(5_000)
  await clock.block(10_000)
  expect(losses).toEqual([])
  answered.cancel()
  thread.deadline(5_000)
  await clock.block(10_000)
  clock.advance(4_999)
  expect(losses).toEqual([])
  clock.advance(1)
  expect(losses).toMatchObject([{ cause: 'hung' }])
  expect(clock.pending).toBe(0)
})

describe('a thread is down', () => {
  function flap(options: Partial<ThreadOptions<Message, Message>> = {}, isReady = true) {
    const all = stage(options)
    for (const isDown of [false, false, true]) {
      if (isReady) all.last().say('ready')
      all.last().exit()
      expect(all.thread.isDown).toBe(isDown)
      all.clock.advance(5_000)
    }
    return all
  }

  test('after three losses in a row, until one has done some work', () => {
    const { thread, last } = flap()
    last().say('ready')
    expect(thread.isDown).toBe(true)
    thread.succeeded()
    expect(thread.isDown).toBe(false)
  })

  test('or until one is ready, when none of the lost had been', () => {
    const { thread, last } = flap({}, false)
    last().say('ready')
    expect(thread.isDown).toBe(false)
  })

  test('or until one has lived for a while, when its owner says how long', () => {
    const { clock, thread, last } = flap({ provenAfterMs: 5_000 })
    last().say('ready')
    clock.advance(4_999)
    expect(thread.isDown).toBe(true)
    clock.advance(1)
    expect(thread.isDown).toBe(false)
  })

  test('and a thread that dies before that proves nothing', () => {
    const { clock, thread, last } = flap({ provenAfterMs: 5_000 })
    last().say('ready')
    clock.advance(4_999)
    last().exit()
    clock.advance(10_000)
    expect(thread.isDown).toBe(true)
  })
})

describe('a thread that ends itself', () => {
  const endMessage = { kind: 'end' }

  test.each([
    ['on close', ({ thread }: ReturnType<typeof stage>) => thread.close()],
    ['on replacement', ({ thread }: ReturnType<typeof stage>) => thread.replace('it has grown')],
    [
      'when it hangs',
      ({ thread, clock }: ReturnType<typeof stage>) => {
        thread.deadline(10)
        clock.advance(10)
      },
    ],
  ])('is asked to %s, and never terminated', (_, end) => {
    const all = stage({ endMessage })
    end(all)
    expect([all.workers[0]!.got, all.workers[0]!.isTerminated]).toEqual([['end'], false])
  })

  test('is not asked after it died', () => {
    const { workers, last } = stage({ endMessage })
    last().throw('gone')
    expect(workers[0]!.got).toEqual([])
  })
})

test('close ends everything: no restart, no loss, no timer, no start', () => {
  const { clock, thread, workers, losses, last } = stage({ provenAfterMs: 5_000 })
  last().exit()
  clock.advance(50)
  last().say('ready')
  thread.deadline(1_000)
  thread.close()
  thread.start()
  last().say('answer')
  expect([workers.length, last().isTerminated, clock.pending]).toEqual([2, true, 0])
  expect([thread.isStarted, thread.isReady, losses.length]).toEqual([false, false, 1])
})

test('close during the delay of a restart cancels it', () => {
  const { clock, thread, workers, last } = stage()
  last().exit()
  thread.close()
  clock.advance(10_000)
  expect([workers.length, clock.pending]).toEqual([1, 0])
})

describe('a real thread', () => {
  let thread: SupervisedThread<Message, Message> | undefined
  afterEach(() => thread?.close())

  /** Starts a thread; each of its promises resolves with what comes next. */
  function start() {
    const waiting: ((said: string) => void)[] = []
    const next = () => new Promise<string>((resolve) => waiting.push(resolve))
    const say = (said: string) => waiting.shift()?.(said)
    const ready = next()
    const started = new SupervisedThread<Message, Message>({
      createWorker: () => new Worker(new URL('./plain.worker.ts', import.meta.url).href),
      clock: systemClock,
      restart: { firstMs: 1, maxMs: 1 },
      onMessage: ({ text }) => say(`echo ${text}`),
      onReady: () => say('ready'),
      onLost: ({ cause, reason }) => say(`${cause}: ${reason}`),
    })
    thread = started
    return { thread: started, ready, next }
  }

  test.each([
    ['throw', 'died: error: thrown by the thread'],
    ['reject', 'died: '],
    ['exit', 'died: the worker exited'],
    ['spin', 'hung: no answer within 100 ms'],
  ])('that does %s is lost once, and its successor works', async (kind, why) => {
    const { thread, ready, next } = start()
    expect(await ready).toBe('ready')
    const lost = next()
    thread.post({ kind })
    if (kind === 'spin') thread.deadline(100)
    expect(await lost).toContain(why)
    expect(await next()).toBe('ready')
    thread.post({ kind: 'echo', text: 'again' })
    expect(await next()).toBe('echo again')
    expect(thread.restarts).toBe(1)
  })

  test('whose script does not exist is lost again and again, and never ready', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const missing = new SupervisedThread<Message, Message>({
      createWorker: () => new Worker(new URL('./missing.worker.ts', import.meta.url).href),
      clock: systemClock,
      restart: { firstMs: 1, maxMs: 1 },
      onMessage() {},
      onLost: () => missing.isDown && resolve(),
    })
    thread = missing
    await promise
    expect([missing.isReady, missing.isDown]).toEqual([false, true])
  })
})
