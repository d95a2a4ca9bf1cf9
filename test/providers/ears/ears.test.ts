// The ears with their thread inline, on a faked clock: what calls hear, and what becomes of them when the thread is
// lost. The thread here is the real one's code; the recogniser behind it is worked by hand.

import { expect, test } from 'bun:test'
import { RingPool } from '../../../src/audio/call-ring.ts'
import { silentLog } from '../../../src/base/log.ts'
import { Metrics } from '../../../src/base/metrics.ts'
import { Ears } from '../../../src/providers/ears/ears.ts'
import type { FromEars, ToEars } from '../../../src/providers/ears/messages.ts'
import { EarsServer } from '../../../src/providers/ears/serve.ts'
import type { Stt, SttEvent, SttHints, SttOpen } from '../../../src/providers/stt.ts'
import type { ThreadWorker } from '../../../src/threads/supervised-thread.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

type Heard = { options: SttOpen; asked: string[]; hints: SttHints[]; coveredTo: number; answeredTo: number }

/** One life of the thread. It answers from the event loop's next turn on, as a real one does. */
class InlineThread implements ThreadWorker<ToEars> {
  onmessage: ((event: MessageEvent) => void) | null = null
  onerror: ((event: ErrorEvent) => void) | null = null
  readonly sessions: Heard[] = []
  readonly received: ToEars[] = []
  readonly metrics = new Metrics()
  readonly relief = { chunkMs: 0 }
  isHung = false
  private isEnded = false
  private onClose: (() => void) | undefined
  private server: EarsServer | undefined

  constructor(private readonly clock: FakeClock) {}

  postMessage(message: ToEars): void {
    this.clock.at(this.clock.now(), () => this.take(structuredClone(message)))
  }

  /** It starts when the test says so, or at once. */
  begin(): void {
    const { clock, metrics, relief } = this
    metrics.counter('stt_lost_total', 'Lost')
    const stt: Stt = {
      name: 'chain',
      hearsWords: true,
      open: (options) => {
        const heard: Heard = { options, asked: [], hints: [], coveredTo: options.from, answeredTo: 0 }
        this.sessions.push(heard)
        return {
          hint: (hints) => void heard.hints.push(hints),
          finalize: () => void heard.asked.push('finalize'),
          answered: () => void heard.asked.push('answered'),
          coveredTo: () => heard.coveredTo,
          answeredTo: () => heard.answeredTo,
          close: () => void heard.asked.push('close'),
        }
      },
      close() {},
    }
    const later = (task: () => void) => void clock.at(clock.now(), task)
    this.server = new EarsServer({
      stt,
      relief,
      metrics,
      clock,
      later,
      post: (message) => this.tell(message),
    })
  }

  /** @param coveredTo position up to which final transcripts cover the audio */
  hear(index: number, event: SttEvent, coveredTo = 0): void {
    const session = this.sessions[index]
    session.coveredTo = Math.max(session.coveredTo, coveredTo)
    session.options.onEvent(event)
  }

  tell(message: FromEars): void {
    const data = structuredClone(message)
    this.clock.at(this.clock.now(), () => {
      if (!this.isHung && !this.isEnded) this.onmessage?.({ data } as MessageEvent)
    })
  }

  die(): void {
    this.isEnded = true
    this.onClose?.()
  }

  private take(message: ToEars): void {
    if (this.isEnded) return
    this.received.push(message)
    if (message.kind === 'start') {
      if (InlineThread.isQuick) this.begin()
    } else if (message.kind !== 'end') this.server?.take(message)
  }

  static isQuick = true
  addEventListener(name: string, listener: unknown): void {
    if (name === 'close') this.onClose = listener as () => void
  }
  terminate(): void {
    this.isEnded = true
  }
  ref(): void {}
  unref(): void {}
}

function setUp({ isQuick = true } = {}) {
  InlineThread.isQuick = isQuick
  const clock = new FakeClock()
  const metrics = new Metrics()
  const threads: InlineThread[] = []
  const troubles: [string, string | undefined][] = []
  const rings = new RingPool()
  const ears = new Ears({
    ...{ clock, metrics, log: silentLog, values: {}, language: 'fr', voicesDir: '' },
    onTrouble: (label, reason) => void troubles.push([label, reason]),
    createWorker() {
      const thread = new InlineThread(clock)
      threads.push(thread)
      return thread
    },
  })
  const open = (callId = 'call') => {
    const ring = rings.take()
    const events: SttEvent[] = []
    const session = ears.open({
      ...{ callId, language: 'fr', audio: ring, from: 0 },
      onEvent: (event) => void events.push(event),
    })
    const speak = (seconds: number) => {
      for (let i = 0; i < seconds * 50; i++) ring.write(new Int16Array(160))
    }
    const close = () => {
      session.close()
      ring.release()
    }
    return { ring, events, session, speak, close }
  }
  const number = (name: string) => {
    const sample = metrics.snapshot().find((one) => one.name === name)
    return sample && 'value' in sample ? sample.value : undefined
  }
  return { clock, ears, number, open, rings, threads, troubles, thread: () => threads[threads.length - 1] }
}

const final = (text: string): SttEvent => ({ kind: 'transcript', text, isFinal: true })
const hints: SttHints = { keyterms: ['box'], expect: 'yesNo' }

test('a call hears its own words and ends of turns, and nothing that it decides nothing by', async () => {
  const { clock, open, thread } = setUp()
  const [one, two] = [open('one'), open('two')]
  await clock.run(0)
  expect(thread().sessions.map(({ options }) => options.callId)).toEqual(['one', 'two'])
  thread().hear(0, { kind: 'link', state: 'open' })
  thread().hear(0, { kind: 'speechStarted' })
  thread().hear(1, final('oui'))
  thread().hear(1, { kind: 'endOfTurn' })
  await clock.run(0)
  expect(one.events).toEqual([])
  expect(two.events).toEqual([final('oui'), { kind: 'endOfTurn' }])
})

test('what all calls ask in one turn of the event loop is one message, in order', async () => {
  const { clock, open, thread } = setUp()
  const [one, two] = [open(), open()]
  await clock.run(0)
  const before = thread().received.length
  one.session.hint(hints)
  two.session.finalize()
  one.session.answered?.()
  one.session.finalize()
  await clock.run(0)
  expect(thread().received).toHaveLength(before + 1)
  expect(thread().sessions.map(({ hints, asked }) => [hints, asked])).toEqual([
    [[hints], ['answered', 'finalize']],
    [[], ['finalize']],
  ])
})

test('a call that begins before the thread is ready is heard from its first sample on', async () => {
  const { clock, open, thread } = setUp({ isQuick: false })
  const call = open()
  call.session.hint(hints)
  const gone = open()
  gone.close()
  call.speak(2)
  await clock.run(2_000)
  thread().begin()
  await clock.run(0)
  expect(thread().sessions).toMatchObject([{ options: { from: 0 }, hints: [hints] }])
  thread().hear(0, final('bonjour'))
  await clock.run(0)
  expect(call.events).toEqual([final('bonjour')])
})

test('when the thread dies, each call goes on from its last transcript, with its hints, in a new one', async () => {
  const { clock, ears, number, open, thread, threads } = setUp()
  const [one, two] = [open('one'), open('two')]
  await clock.run(0)
  one.session.hint(hints)
  one.speak(3)
  two.speak(3)
  await clock.run(0)
  thread().hear(0, final('ma box'), 8_000)
  // Without a transcript: a long silence, which need not be heard again.
  thread().sessions[1].coveredTo = 4_000
  await clock.run(250)
  thread().hear(0, { kind: 'eagerEndOfTurn', text: 'ne marche plus' })
  await clock.run(0)
  // Heard by the thread, but not told any more: it is heard again.
  thread().hear(1, final('perdu'), 16_000)
  thread().die()
  await clock.run(0)
  expect(threads).toHaveLength(2)
  expect(thread().sessions).toMatchObject([
    { options: { callId: 'one', language: 'fr', from: 8_000 }, hints: [hints] },
    { options: { callId: 'two', from: 4_000 }, hints: [] },
  ])
  expect(one.events.slice(-2)).toEqual([
    { kind: 'turnResumed' },
    { kind: 'link', state: 'lost', code: 'thread' },
  ])
  expect([number('stt_thread_restarts_total'), ears.isDown]).toEqual([1, false])
  thread().hear(1, final('perdu'), 16_000)
  await clock.run(0)
  expect(two.events).toEqual([{ kind: 'link', state: 'lost', code: 'thread' }, final('perdu')])
})

test('words that the call has answered are covered at once, for the session that goes on after them', async () => {
  const { clock, open, thread } = setUp()
  const call = open()
  await clock.run(0)
  call.speak(2)
  thread().sessions[0].answeredTo = 9_600
  thread().hear(0, { kind: 'transcript', text: 'English please', isFinal: false })
  await clock.run(0)
  expect(call.session.coveredTo?.()).toBe(0)
  call.session.answered?.()
  expect(call.session.coveredTo?.()).toBe(9_600)
  // The thread dies before it has got that.
  thread().die()
  await clock.run(0)
  expect(thread().sessions[0].options.from).toBe(9_600)
})

test('a thread that says nothing for 5 s while there are calls is replaced', async () => {
  const { clock, open, thread, threads } = setUp()
  open()
  await clock.run(20_000)
  expect(threads).toHaveLength(1)
  thread().isHung = true
  await clock.run(5_000)
  expect(threads).toHaveLength(2)
})

test('a thread without calls is not waited for, and leaves no timer', async () => {
  const { clock, open, threads } = setUp()
  const call = open()
  await clock.run(1_000)
  call.close()
  await clock.run(60_000)
  expect([threads.length, clock.pending]).toEqual([1, 0])
})

test('threads that die again and again make the ears down and are started ever later; a good one ends that', async () => {
  const { clock, ears, open, thread, threads } = setUp()
  const call = open()
  await clock.run(0)
  for (let i = 0; i < 4; i++) {
    thread().die()
    await clock.run(i < 2 ? 0 : 200)
  }
  expect([threads.length, ears.isDown]).toEqual([4, true])
  expect(call.events.map((event) => event.kind === 'link' && event.state)).toEqual([
    'lost',
    'lost',
    'failed',
    'failed',
  ])
  await clock.run(40_000)
  expect([threads.length, ears.isDown]).toEqual([5, false])
  thread().hear(0, final('oui'))
  await clock.run(0)
  expect(call.events.at(-1)).toEqual(final('oui'))
})

test('a ring goes to another call only when the thread has closed the session, or is gone', async () => {
  const { clock, open, rings, thread } = setUp()
  const [one, two] = [open(), open()]
  await clock.run(0)
  one.close()
  expect(rings.used).toBe(2)
  await clock.run(0)
  expect([rings.used, thread().sessions[0].asked]).toEqual([1, ['close']])
  thread().isHung = true
  two.close()
  await clock.run(0)
  expect(rings.used).toBe(1)
  thread().die()
  expect(rings.used).toBe(0)
})

test('a thread that hangs while it holds only rings of calls that are over is replaced, and they are free', async () => {
  const { clock, open, rings, thread, threads } = setUp()
  const call = open()
  await clock.run(1_000)
  thread().isHung = true
  call.close()
  await clock.run(1_000)
  expect(rings.used).toBe(1)
  await clock.run(5_000)
  expect([rings.used, threads.length]).toEqual([0, 2])
  await clock.run(40_000)
  expect(clock.pending).toBe(0)
})

test('the next thread knows what the one before has sent, so that it counts what is sent again', async () => {
  const { clock, open, thread } = setUp()
  const call = open()
  await clock.run(0)
  expect(thread().sessions[0]!.options).toMatchObject({ from: 0, sentTo: 0 })
  call.speak(3)
  await clock.run(250)
  // Nobody knows whether this was sent: it does not count as sent again.
  call.speak(1)
  thread().die()
  await clock.run(0)
  const { from, sentTo } = thread().sessions[0]!.options
  expect([from, sentTo]).toEqual([0, 24_000])
})

test('what the thread counts is added to our metrics, across its lives', async () => {
  const { clock, number, open, thread } = setUp()
  open()
  await clock.run(0)
  expect(number('stt_lost_total')).toBe(0)
  for (let life = 0; life < 2; life++) {
    thread().metrics.counter('stt_lost_total', 'Lost').add(2)
    await clock.run(250)
    thread().die()
    await clock.run(0)
  }
  expect(number('stt_lost_total')).toBe(4)
})

test('a recogniser that refuses is told, and the next thread knows that it was', async () => {
  const { clock, open, thread, troubles } = setUp()
  open()
  await clock.run(0)
  thread().tell({ kind: 'trouble', label: 'stt/a', reason: 'a answered 401' })
  thread().tell({ kind: 'trouble', label: 'stt/b', reason: 'b answered 401' })
  thread().tell({ kind: 'trouble', label: 'stt/b', reason: undefined })
  await clock.run(0)
  expect(troubles).toHaveLength(3)
  thread().die()
  await clock.run(0)
  expect(thread().received[0]).toMatchObject({ kind: 'start', troubled: ['stt/a'] })
})

test('an overloaded server asks for longer messages, of the next thread too', async () => {
  const { clock, ears, open, thread } = setUp()
  open()
  await clock.run(0)
  ears.chunks(200)
  await clock.run(0)
  expect(thread().relief.chunkMs).toBe(200)
  thread().die()
  await clock.run(0)
  expect(thread().received[0]).toMatchObject({ kind: 'start', chunkMs: 200 })
})

test('a defect in one session costs no other call its words', async () => {
  const { clock, open, thread } = setUp()
  const [one, two] = [open('one'), open('two')]
  await clock.run(0)
  thread().sessions[0].asked.push = () => {
    throw new Error('a defect')
  }
  one.session.finalize()
  two.session.finalize()
  await clock.run(0)
  expect(one.events).toEqual([{ kind: 'link', state: 'failed', code: 'defect' }])
  expect(thread().sessions[1].asked).toEqual(['finalize'])
})

test('a recogniser with a defect in its close keeps no ring', async () => {
  const { clock, open, rings, thread } = setUp()
  const call = open()
  await clock.run(0)
  thread().sessions[0].asked.push = () => {
    throw new Error('a defect')
  }
  call.close()
  await clock.run(0)
  expect([rings.used, call.events]).toEqual([0, []])
  await clock.run(10_000)
  expect(clock.pending).toBe(0)
})

test('closing ends the sessions and the thread, and no event follows', async () => {
  const { clock, ears, open, rings, thread } = setUp()
  const call = open()
  await clock.run(0)
  ears.close()
  call.ring.release()
  thread().hear(0, final('tard'))
  await clock.run(10_000)
  expect(call.events).toEqual([])
  expect(thread().received.at(-1)).toEqual({ kind: 'end' })
  expect(rings.used).toBe(0)
})

test('a thread that hung reads nothing of the next call in the ring of one that ended meanwhile', async () => {
  const { clock, open, rings, thread, threads } = setUp()
  const one = open('one')
  open('two')
  await clock.run(0)
  one.speak(1)
  const { audio } = threads[0]!.sessions[0]!.options
  expect(audio.written).toBe(8_000)
  thread().isHung = true
  one.close()
  await clock.run(6_000)
  const next = rings.take()
  expect(next.place).toBe(one.ring.place)
  for (let i = 0; i < 100; i++) next.write(new Int16Array(160).fill(7))
  const frame = new Int16Array(160)
  expect([audio.written, audio.read(8_000, frame), audio.read(0, frame)]).toEqual([8_000, false, false])
})
