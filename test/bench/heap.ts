// Preloaded into the server by garbage.ts: appends the size of the call thread's heap to HEAP_FILE every few seconds.

import { heapStats } from 'bun:jsc'
import { appendFileSync } from 'node:fs'

/** Counting the objects holds the thread for a tenth of a second. */
const everyMs = 4_000
const file = process.env.HEAP_FILE

if (Bun.isMainThread && file)
  setInterval(() => {
    const { heapCapacity, extraMemorySize, objectTypeCounts } = heapStats()
    const line = { atMs: Date.now(), heapCapacity, extraMemorySize, objectTypeCounts }
    appendFileSync(file, `${JSON.stringify(line)}\n`)
  }, everyMs).unref()
