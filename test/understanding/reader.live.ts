// The committed readers are what training on the lists gives, so that nobody changes the lists and forgets the reader.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { parseReader } from '../../src/desk/reader-weights.ts'
import { trainable } from './reader/lessons.ts'
import { readerOf } from './train-reader.ts'

setDefaultTimeout(300_000)

/** Processors may differ in the last bit of an exponential; a few weights then fall on the other side of a step. */
const mayDiffer = 0.01

for (const language of trainable)
  test(`${language}: the reader is trained on the lists as they are (bun test/understanding/train-reader.ts)`, async () => {
    const file = await Bun.file(`assets/readers/${language}.bin`).bytes()
    const committed = parseReader(Bun.zstdDecompressSync(file))
    const trained = parseReader(await readerOf(language))
    expect(trained.meanings).toEqual(committed.meanings)
    const others = committed.weights.filter((weight, i) => Math.abs(weight - trained.weights[i]) > 0)
    expect(others.length / committed.weights.length).toBeLessThan(mayDiffer)
  })
