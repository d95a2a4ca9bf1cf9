// A worker of the pool's tests that misbehaves on request.

import { AppError } from '../../src/base/errors.ts'
import { type JobContext, serveJobs } from '../../src/threads/worker-loop.ts'

let runs = 0
/** `tries` and `gate` are shared by all workers of a test: how often a job was tried, and whether it may go on. */
type Input = { tries?: Int32Array; gate?: Int32Array; value?: number }

function tried(input: Input): number {
  return input.tries ? Atomics.add(input.tries, 0, 1) + 1 : 0
}

function never(): void {
  for (;;) runs++
}

const crashes: Record<string, () => unknown> = {
  throws: () => {
    throw new TypeError('a fault of the job')
  },
  exits: () => process.exit(0),
  rejects: () => {
    void Promise.reject(new Error('nobody waits for this'))
    return new Promise(() => {})
  },
  throwsLater: () => {
    setTimeout(() => {
      throw new Error('out of a timer')
    }, 0)
    return new Promise(() => {})
  },
  spins: never,
  neverAnswers: () => new Promise(() => {}),
  runsOutOfMemory: () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 })
    for (;;) memory.grow(1)
  },
  growsWithoutEnd: () => {
    const held: Uint8Array[] = []
    for (;;) held.push(new Uint8Array(1 << 20).fill(held.length))
  },
}

const always = (crash: () => unknown) => (input: Input) => {
  tried(input)
  return crash()
}
const once = (crash: () => unknown) => (input: Input) => (tried(input) === 1 ? crash() : 'second try')

serveJobs({
  jobs: {
    ...Object.fromEntries(Object.entries(crashes).map(([name, crash]) => [name, always(crash)])),
    ...Object.fromEntries(Object.entries(crashes).map(([name, crash]) => [`${name}Once`, once(crash)])),
    echo: (input: Input) => input.value,
    /** Holds the worker until the test opens the gate; says so by raising `tries`. */
    blocks: (input: Input) => {
      tried(input)
      Atomics.notify(input.tries!, 0)
      Atomics.wait(input.gate!, 0, 0)
      return input.value
    },
    refuses: (input: Input) => {
      tried(input)
      throw new AppError('badAudio', 'no audio in this', { retryable: false })
    },
    doubles: (input: { samples: Int16Array }) => {
      for (let i = 0; i < input.samples.length; i++) input.samples[i] *= 2
      return input.samples
    },
    pieces: (input: Input, context: JobContext) => {
      const isFirst = tried(input) === 1
      for (let i = 0; i < 5; i++) {
        if (i === 3 && isFirst) never()
        context.chunk(i)
      }
      return 5
    },
    waitsForCancel: (input: Input, context: JobContext) =>
      new Promise((resolve) => {
        context.signal.addEventListener('abort', () => {
          Atomics.add(input.gate!, 0, 1)
          resolve(undefined)
        })
        tried(input)
      }),
    asset: async (input: Input, context: JobContext) =>
      context.asset('answer', async () => {
        tried(input)
        return 42
      }),
    retires: (_input: Input, context: JobContext) => {
      context.retire()
      return ++runs
    },
    runs: () => ++runs,
    priority: async () => (await import('node:os')).getPriority(0),
  },
  streams: {
    /** Opens when the gate says so; counts in `tries` how many are open. */
    slow: async (input: Input) => {
      const gate = Atomics.waitAsync(input.gate!, 0, 0)
      if (gate.async) await gate.value
      tried(input)
      return {
        push: () => Atomics.load(input.tries!, 0),
        end: () => undefined,
        close: () => {
          Atomics.sub(input.tries!, 0, 1)
        },
      }
    },
    sums: (start: number) => {
      let sum = start
      return {
        push: (data: { add: number; crash?: Int32Array }) => {
          if (data.crash && Atomics.add(data.crash, 0, 1) === 0) never()
          sum += data.add
          return sum
        },
        end: () => sum,
        close: () => {},
      }
    },
  },
})
