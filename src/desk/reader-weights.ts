// The file of a trained reader (understanding/reader/): `assets/readers/<language>.bin`, compressed by zstd. It belongs
// to the desk, because what it reads are the topics and symptoms of the desk. A language without a file has no reader.

import { z } from 'zod'

const headSchema = z.strictObject({
  meanings: z.array(z.string()).min(2),
  bits: z.int().min(8).max(20),
  scale: z.number().positive(),
})

export type ReaderWeights = z.infer<typeof headSchema> & {
  /** For each feature one weight per meaning, in steps of `scale`. */
  readonly weights: Int8Array
}

/** A line of JSON, a line feed, and the weights. */
export function readerFile({ weights, ...head }: ReaderWeights): Uint8Array<ArrayBuffer> {
  const line = new TextEncoder().encode(`${JSON.stringify(head)}\n`)
  const file = new Uint8Array(line.length + weights.length)
  file.set(line)
  file.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.length), line.length)
  return file
}

/** @throws {Error} for a file of another form or length */
export function parseReader(file: Uint8Array): ReaderWeights {
  const end = file.indexOf(10)
  const head = headSchema.parse(JSON.parse(new TextDecoder().decode(file.subarray(0, end))))
  const weights = new Int8Array(file.buffer, file.byteOffset + end + 1, file.length - end - 1)
  const wanted = head.meanings.length * 2 ** head.bits
  if (end < 0 || weights.length !== wanted)
    throw new Error(`a reader of ${weights.length} weights, not ${wanted}`)
  return { ...head, weights }
}
