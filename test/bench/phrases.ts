// What recorded and live speech cost: a look-up, the loading of all recordings, and the
// embedded voice. Prints one JSON line.

import { join } from 'node:path'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { reloadPhrases } from '../../src/phrases/reload.ts'
import { createEmbeddedTts } from '../../src/providers/embedded/tts.ts'

const assets = join(import.meta.dir, '../../assets')
const rounds = 20_000
const sentence = 'Débranchez votre box de la prise électrique, attendez dix secondes, puis rebranchez-la.'

const cache = createPhraseCache({ megabytes: 64, voice: 'another' })
const loadStartMs = performance.now()
const { texts, recordings, bytes } = await reloadPhrases(assets, cache)
const loadMs = performance.now() - loadStartMs
const welcome = [texts.find(({ language }) => language === 'fr')?.lines.welcome ?? ''].flat()[0]

const firstUs = timeUs(1, () => cache.find(welcome, 'fr'))
const hitUs = timeUs(rounds, () => cache.find(welcome, 'fr'))
const missUs = timeUs(rounds, () => cache.find(sentence.slice(1), 'fr'))
if (!cache.find(welcome, 'fr')) throw new Error('the welcome has no recording')

const tts = createEmbeddedTts()
const warmStartMs = performance.now()
await tts.warm('fr')
const warmMs = performance.now() - warmStartMs
const firstMs: number[] = []
const factors: number[] = []
for (let i = 0; i < 20; i++) {
  const startMs = performance.now()
  let spokenBytes = 0
  const speech = await tts.speak({ text: sentence, language: 'fr', signal: new AbortController().signal })
  for await (const chunk of speech.chunks) {
    if (spokenBytes === 0) firstMs.push(performance.now() - startMs)
    spokenBytes += chunk.length
  }
  factors.push((performance.now() - startMs) / (spokenBytes / 32))
}
tts.close()

const sorted = (values: number[]) => values.toSorted((a, b) => a - b)
const median = (values: number[]) => sorted(values)[values.length >> 1]

console.log(
  JSON.stringify({
    bench: 'phrases',
    recordings,
    megabytes: round(bytes / 1_048_576),
    loadMs: round(loadMs),
    firstFindUs: round(firstUs),
    hitUs: round(hitUs),
    missUs: round(missUs),
    voiceWarmMs: round(warmMs),
    voiceFirstChunkMs: { median: round(median(firstMs)), max: round(Math.max(...firstMs)) },
    voiceRealTimeFactor: round(median(factors)),
  }),
)

/** @returns the best of five means, since the machine has other work; of one call, that call */
function timeUs(calls: number, run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < (calls === 1 ? 1 : 5); repeat++) {
    const startMs = performance.now()
    for (let i = 0; i < calls; i++) run()
    best = Math.min(best, ((performance.now() - startMs) * 1_000) / calls)
  }
  return best
}

function round(value: number): number {
  return Number(value.toFixed(3))
}
