// An audio worker that fails on its first piece of MP3, in the way that its argument names.

import { serveJobs } from '../../src/threads/worker-loop.ts'

const faults: Record<string, () => unknown> = {
  throws: () => {
    throw new TypeError('a fault of the decoder')
  },
  exits: () => process.exit(0),
  loops: () => {
    for (let turns = 0; ; turns++) if (turns < 0) return
  },
  runsOutOfMemory: () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 })
    for (;;) memory.grow(1)
  },
}

const fault = faults[process.argv.at(-1) ?? '']
serveJobs({ jobs: {}, streams: { mp3: () => ({ push: fault, end: fault, close() {} }) } })
