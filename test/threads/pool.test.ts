import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Pool, RunOptions } from '../../src/threads/pool.ts'
import type { WorkerError } from '../../src/threads/protocol.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { until } from '../support/phone/fake-asterisk.ts'
import { closePools, codeOf, makePool, numberOf, poolOf, word } from './unruly-pool.ts'

setDefaultTimeout(60_000)

// Real workers, real deadlines, no sleep: a test waits for the answer, or for a word in shared memory that the worker
// raises.

/** Keeps `count` workers busy until `open` is called; resolves when they are. */
async function block(pool: Pool, count: number, options: Partial<RunOptions> = {}) {
  const [tries, gate] = [word(), word()]
  const held = Array.from({ length: count }, (_, value) =>
    pool.run('blocks', { tries, gate, value }, options),
  )
  for (let seen = 0; seen < count; seen = Atomics.load(tries, 0)) {
    const waiting = Atomics.waitAsync(tries, 0, seen)
    if (waiting.async) await waiting.value
  }
  const open = async () => {
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
    return Promise.all(held)
  }
  return { open }
}

afterEach(closePools)

describe('a pool whose workers start later', () => {
  function make(script = './unruly.worker.ts') {
    const starting: Worker[] = []
    const worker = () => {
      starting.push(new Worker(new URL(script, import.meta.url).href))
      return starting.at(-1)!
    }
    return { pool: poolOf({ size: 3, startsLater: true, worker }), started: () => starting.length, starting }
  }

  test('has no worker until there is work, then as many as there is work for', async () => {
    const { pool, started } = make()
    expect(started()).toBe(0)
    expect(await pool.run<number>('echo', { value: 7 })).toBe(7)
    expect(started()).toBe(1)
    // A worker is free once all that follows from its answer is done.
    await new Promise(setImmediate)
    expect(await pool.run<number>('echo', { value: 8 })).toBe(8)
    expect(started()).toBe(1)
    await new Promise(setImmediate)
    const { open } = await block(pool, 2)
    expect(started()).toBe(2)
    await open()
  })

  test('a stream that starts its worker goes on in the next one when that is lost', async () => {
    const { pool, started } = make()
    const stream = pool.stream<{ add: number; crash?: Int32Array }, number>('sums', 0)
    expect(await stream.push({ add: 1, crash: word() })).toBe(1)
    expect(started()).toBe(2)
    expect(await stream.end()).toBe(1)
  })

  test('starts all of them when it is asked, each when the one before it is ready', async () => {
    const { pool, started, starting } = make()
    pool.startAll()
    expect(started()).toBe(1)
    for (let ready = 1; ready <= 3; ready++) {
      await new Promise((resolve) => starting[ready - 1]!.addEventListener('message', resolve))
      await until(() => started() >= Math.min(3, ready + 1), 'the next one is started')
      expect(started()).toBe(Math.min(3, ready + 1))
    }
  })

  test('starts the others when one of them cannot start', async () => {
    const { pool, started } = make('./missing.worker.ts')
    pool.startAll()
    await until(() => started() >= 3, 'the others were tried')
    await until(() => pool.down === 3, 'all of them are down')
  })

  test('starts none after it was closed', () => {
    const { pool, started } = make()
    pool.close()
    pool.startAll()
    expect(started()).toBe(0)
  })
})

describe('jobs', () => {
  test('each job gets its own answer, whichever worker runs it', async () => {
    const pool = makePool(3)
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, value) => pool.run<number>('echo', { value })),
    )
    expect(answers).toEqual(Array.from({ length: 60 }, (_, value) => value))
  })

  test('samples are shared both ways and not copied', async () => {
    const samples = new Int16Array(new SharedArrayBuffer(4))
    samples.set([7, -9])
    const out = await makePool(1).run<Int16Array>('doubles', { samples })
    expect([...samples]).toEqual([14, -18])
    samples[0] = 5
    expect(out[0]).toBe(5)
  })

  test('waiting live jobs run before waiting batch jobs', async () => {
    const pool = makePool(1)
    const { open } = await block(pool, 1)
    const order: string[] = []
    const ask = (name: string, priority: 'live' | 'batch') =>
      pool.run('echo', {}, { priority }).then(() => order.push(name))
    const all = [ask('b1', 'batch'), ask('b2', 'batch'), ask('l1', 'live'), ask('l2', 'live')]
    await open()
    await Promise.all(all)
    expect(order).toEqual(['l1', 'l2', 'b1', 'b2'])
  })

  test('batch jobs never occupy the first worker, so a live job finds it free', async () => {
    const pool = makePool(3)
    const { open } = await block(pool, 2, { priority: 'batch' })
    const third = pool.run('echo', { value: 3 }, { priority: 'batch' })
    expect(await pool.run('echo', { value: 1 })).toBe(1)
    expect(pool.queued).toBe(1)
    await open()
    expect(await third).toBe(3)
  })

  test('the 65th waiting job is refused, and the refusal is counted', async () => {
    const pool = makePool(1)
    const { open } = await block(pool, 1)
    const waiting = Array.from({ length: 64 }, (_, value) => pool.run('echo', { value }))
    expect(pool.queued).toBe(64)
    expect(await codeOf(pool.run('echo', {}))).toBe('busy')
    expect(numberOf('worker_refused_total')).toBe(1)
    expect(numberOf('worker_queue_jobs')).toBe(64)
    await open()
    expect(await Promise.all(waiting)).toHaveLength(64)
    expect(numberOf('worker_queue_jobs')).toBe(0)
  })

  test('a job that waits too long is refused; the running one goes on', async () => {
    const clock = new FakeClock()
    const pool = poolOf({ size: 1, clock })
    const { open } = await block(pool, 1)
    const late = codeOf(pool.run('echo', {}, { waitMs: 20 }))
    clock.advance(20)
    expect(await late).toBe('late')
    expect(await open()).toEqual([0])
    expect(numberOf('worker_restarts_total')).toBe(0)
  })

  test('a job that refuses keeps its code, its worker, and is not tried again', async () => {
    const pool = makePool(2)
    const tries = word()
    const error = await pool.run('refuses', { tries }).catch((thrown: WorkerError) => thrown)
    expect(error).toMatchObject({ name: 'WorkerError', code: 'badAudio', message: 'no audio in this' })
    expect(tries[0]).toBe(1)
    expect(numberOf('worker_restarts_total')).toBe(0)
  })

  test('an unknown job is refused', async () => {
    expect(await codeOf(makePool(1).run('toString', {}))).toBe('unknownJob')
  })

  test('workers run at nice 10', async () => {
    expect(await makePool(1).run<number>('priority', {})).toBe(10)
  })
})

describe('a lost worker', () => {
  // Those that only a deadline ends are in pool.live.ts.
  const crashes = [
    ['throws', 'fault of the job'],
    ['exits', 'exited'],
    ['rejects', 'nobody waits'],
    ['throwsLater', 'out of a timer'],
    ['runsOutOfMemory', ''],
  ] as const

  test.each(crashes)(
    '%s: the job is tried once more, then fails; other jobs do not notice',
    async (job, why) => {
      const pool = makePool(3)
      const tries = word()
      const others = Array.from({ length: 20 }, (_, value) => pool.run<number>('echo', { value }))
      const error = await pool.run(job, { tries }).catch((thrown: WorkerError) => thrown)
      expect(error).toMatchObject({ name: 'WorkerError', code: 'crashed' })
      expect((error as WorkerError).message).toContain(why)
      expect(tries[0]).toBe(2)
      expect(numberOf('worker_restarts_total')).toBe(2)
      expect(await Promise.all(others)).toEqual(Array.from({ length: 20 }, (_, value) => value))
      expect(await Promise.all([1, 2, 3].map((value) => pool.run<number>('echo', { value })))).toEqual([
        1, 2, 3,
      ])
    },
  )

  test.each(crashes)('%s once: the second try succeeds', async (job) => {
    const pool = makePool(2)
    const answer = await pool.run<string>(`${job}Once`, { tries: word() })
    expect(answer).toBe('second try')
    expect(numberOf('worker_restarts_total')).toBe(1)
  })

  test('a worker that asks to retire is replaced after its answer', async () => {
    const pool = makePool(1)
    expect(await pool.run<number>('retires', {})).toBe(1)
    expect(await pool.run<number>('runs', {})).toBe(1)
    expect(numberOf('worker_restarts_total')).toBe(1)
  })
})

describe('a worker is down', () => {
  const script = (name: string) => new URL(`./${name}.worker.ts`, import.meta.url).href
  /** On a fake clock, with real workers that die. */
  function flappingPool(first = 'flapping') {
    const clock = new FakeClock()
    const use = { worker: script(first) }
    const pool = poolOf({ size: 2, clock, worker: () => new Worker(use.worker) })
    const lost = () => numberOf('worker_restarts_total')
    return { pool, clock, use, lost }
  }

  test('when three were lost in a row, even though each was ready', async () => {
    const { pool, lost } = flappingPool()
    expect(pool.down).toBe(0)
    await until(() => pool.down === 2, 'both workers were down')
    expect(lost()).toBe(6)
  })

  test('and is restarted less and less often, down to every 5 s', async () => {
    const { pool, clock, lost } = flappingPool()
    await until(() => pool.down === 2, 'both workers were down')
    for (const waitMs of [200, 400, 800, 1_600, 3_200, 5_000, 5_000]) {
      const before = lost()
      await clock.run(waitMs - 1)
      expect(lost()).toBe(before)
      await clock.run(1)
      await until(() => lost() === before + 2, `two more were lost after ${waitMs} ms`)
    }
    expect(pool.down).toBe(2)
  })

  test('until one has stayed alive for 5 s, with or without a job', async () => {
    const { pool, clock, use } = flappingPool()
    await until(() => pool.down === 2, 'both workers were down')
    use.worker = script('unruly')
    await clock.run(200)
    await until(() => clock.pending === 2, 'both workers were ready')
    await clock.run(4_999)
    expect(pool.down).toBe(2)
    await clock.run(1)
    expect(pool.down).toBe(0)
  })

  test('or until one has answered', async () => {
    const { pool, clock, use } = flappingPool()
    await until(() => pool.down === 2, 'both workers were down')
    use.worker = script('unruly')
    await clock.run(200)
    expect(await pool.run<number>('echo', { value: 7 })).toBe(7)
    expect(pool.down).toBe(1)
  })

  test('or, if none was ever ready, until one is ready', async () => {
    const { pool, clock, use } = flappingPool('missing')
    for (const waitMs of [50, 100]) {
      await until(() => clock.pending === 2, 'both wait for their restart')
      expect(pool.down).toBe(0)
      await clock.run(waitMs)
    }
    await until(() => pool.down === 2, 'both workers were down')
    use.worker = script('unruly')
    await clock.run(200)
    await until(() => pool.down === 0, 'both were up')
  })
})

describe('abort', () => {
  test('takes a waiting job out of the queue', async () => {
    const pool = makePool(1)
    const { open } = await block(pool, 1)
    const abort = new AbortController()
    const answer = codeOf(pool.run('echo', {}, { signal: abort.signal }))
    abort.abort()
    expect(pool.queued).toBe(0)
    expect(await answer).toBe('aborted')
    await open()
  })

  test('rejects a running job at once; its worker is told and stays', async () => {
    const pool = makePool(1)
    const abort = new AbortController()
    const gate = word()
    const answer = codeOf(pool.run('waitsForCancel', { gate, tries: word() }, { signal: abort.signal }))
    abort.abort()
    expect(await answer).toBe('aborted')
    expect(await pool.run<number>('echo', { value: 4 })).toBe(4)
    expect(gate[0]).toBe(1)
    expect(numberOf('worker_restarts_total')).toBe(0)
  })

  test('with a signal that has already aborted, no worker gets the job', async () => {
    expect(await codeOf(makePool(1).run('echo', {}, { signal: AbortSignal.abort() }))).toBe('aborted')
  })
})

describe('streams', () => {
  test('keep their state in one worker while jobs go to the others', async () => {
    const pool = makePool(3)
    const stream = pool.stream<{ add: number }, number>('sums', 100)
    const sums: number[] = []
    for (const add of [1, 2, 3]) {
      sums.push(await stream.push({ add }))
      await Promise.all([1, 2].map((value) => pool.run('echo', { value })))
    }
    expect([...sums, await stream.end()]).toEqual([101, 103, 106, 106])
  })

  test('are refused beyond their limit, and accepted again after a close', () => {
    const pool = makePool(1)
    const first = pool.stream('sums', 0, { maxStreams: 1 })
    expect(() => pool.stream('sums', 0, { maxStreams: 1 })).toThrow('refused')
    first.close()
    expect(() => pool.stream('sums', 0, { maxStreams: 1 })).not.toThrow()
  })

  test('a stream that is closed while it opens leaves nothing in the worker', async () => {
    const pool = makePool(1)
    const [tries, gate] = [word(), word()]
    const early = pool.stream<undefined, number>('slow', { tries, gate })
    const answer = codeOf(early.push(undefined))
    await pool.run('echo', {})
    early.close()
    expect(await answer).toBe('aborted')
    await pool.run('echo', {})
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
    const next = pool.stream<undefined, number>('slow', { tries, gate })
    expect(await next.push(undefined)).toBe(1)
    expect(numberOf('worker_restarts_total')).toBe(0)
  })

  test('an abort rejects the waiting piece and frees the place', async () => {
    const pool = makePool(1)
    const abort = new AbortController()
    const stream = pool.stream<{ add: number }, number>('sums', 0, { signal: abort.signal })
    const answer = codeOf(stream.push({ add: 1 }))
    abort.abort()
    expect(await answer).toBe('aborted')
    expect(await codeOf(stream.push({ add: 1 }))).toBe('aborted')
  })
})

describe('the pool', () => {
  test('makes an asset once for all its workers', async () => {
    const pool = makePool(3)
    const tries = word()
    const answers = await Promise.all(Array.from({ length: 12 }, () => pool.run<number>('asset', { tries })))
    expect(new Set(answers)).toEqual(new Set([42]))
    expect(tries[0]).toBe(1)
  })

  test('on close, waiting, running and later jobs fail with `closed`', async () => {
    const pool = makePool(1)
    const { open } = await block(pool, 1)
    const waiting = codeOf(pool.run('echo', {}))
    const running = codeOf(open())
    pool.close()
    expect(await waiting).toBe('closed')
    expect(await running).toBe('closed')
    expect(await codeOf(pool.run('echo', {}))).toBe('closed')
  })

  test('does not keep a process alive', async () => {
    const script = `
      import { createPool } from './src/threads/pool.ts'
      import { systemClock } from './src/base/clock.ts'
      import { silentLog } from './src/base/log.ts'
      import { Metrics } from './src/base/metrics.ts'
      const worker = new URL('./test/threads/unruly.worker.ts', 'file://' + process.cwd() + '/')
      const pool = createPool({ name: 'test', worker, size: 3, clock: systemClock, log: silentLog, metrics: new Metrics() })
      console.log(await pool.run('echo', { value: 7 }))`
    const child = Bun.spawn(['bun', '-e', script], { stdout: 'pipe', stderr: 'pipe' })
    expect(await new Response(child.stdout).text()).toBe('7\n')
    expect(await child.exited).toBe(0)
  })
})
