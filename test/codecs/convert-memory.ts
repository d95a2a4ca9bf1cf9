// Prints how many kB the conversion of a second of a voice allocates, beside the voice's own bytes, and how many pieces
// come. Run by convert-memory.test.ts without garbage collection, so that the heap grows by exactly what is allocated.

import { heapStats } from 'bun:jsc'
import { createConverter } from '../../src/codecs/convert.ts'
import { speechOnly } from '../../src/codecs/speech-only.ts'
import type { Speech } from '../../src/providers/tts.ts'
import type { Pool } from '../../src/threads/pool.ts'

const seconds = 5
const rateHz = 24_000
const times = 200
/** A vowel by its harmonics: 120 Hz and what is above it. */
const vowel = Int16Array.from({ length: seconds * rateHz }, (_, i) => {
  const phase = (2 * Math.PI * 120 * i) / rateHz
  return Math.round(4_000 * Math.sin(phase) + 2_500 * Math.sin(2 * phase) + 1_500 * Math.sin(3 * phase))
})
const bytes = new Uint8Array(vowel.buffer)
const half = bytes.length / 2
const { convert } = speechOnly(createConverter({} as Pool))
const { signal } = new AbortController()

async function* chunks(): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, half)
  yield bytes.subarray(half)
}

async function run(): Promise<number> {
  let pieces = 0
  const voice = { format: { encoding: 's16le', rateHz }, chunks: chunks() } satisfies Speech
  for await (const samples of convert(voice, signal)) if (samples.length > 0) pieces++
  return pieces
}

// Until the compiler is done with it.
for (let i = 0; i < times; i++) await run()
const before = heapStats().heapCapacity
let pieces = 0
for (let i = 0; i < times; i++) pieces = await run()
const kB = (heapStats().heapCapacity - before) / 1_024 / times / seconds
console.log(JSON.stringify({ kB, pieces }))
process.exit(0)
