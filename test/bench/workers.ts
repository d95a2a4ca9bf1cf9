// The figures of src/codecs, one JSON line each: `bun run bench:workers`. `goal` is the required value, `ok` says
// whether this run met it. Real time, real workers; other work on the machine shows in the tails.

import { readFileSync } from 'node:fs'
import { systemClock } from '../../src/base/clock.ts'
import { commandLine } from '../../src/base/command-line.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { createConverter } from '../../src/codecs/convert.ts'
import { audioWorker, createAudioJobs } from '../../src/codecs/jobs.ts'
import type { AudioFormat } from '../../src/providers/tts.ts'
import { createPool } from '../../src/threads/pool.ts'

commandLine('usage: bun run bench:workers: measures the audio workers, one JSON line per figure', {})

const rssMb = () => Math.round(process.memoryUsage().rss / 2 ** 20)
const round = (value: number) => Math.round(value * 100) / 100
const at = (sorted: number[], part: number) =>
  round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!)
function spread(values: number[]) {
  const sorted = values.toSorted((a, b) => a - b)
  return { runs: values.length, p50Ms: at(sorted, 0.5), p95Ms: at(sorted, 0.95), maxMs: at(sorted, 1) }
}
function row(name: string, facts: Record<string, unknown>) {
  console.log(JSON.stringify({ bench: 'workers', name, ...facts }))
}

const fixtures = new URL('../fixtures/codecs/', import.meta.url)
const fixture = (name: string): Uint8Array => readFileSync(new URL(name, fixtures))
const bareMb = rssMb()
const pool = createPool({
  name: 'audio',
  worker: audioWorker,
  size: 3,
  clock: systemClock,
  log: silentLog,
  metrics: new Metrics(),
})
const audio = createAudioJobs(pool)
const converter = createConverter(pool)

/** Time from the first chunk's arrival to the first samples, each stream read to its end. */
async function firstSamples(name: string, format: AudioFormat, bytes: Uint8Array, goalMs: number) {
  const times: number[] = []
  const all: number[] = []
  for (let run = 0; run < 300; run++) {
    let arrivedMs = 0
    async function* chunks() {
      for (let from = 0; from < bytes.length; from += 1_400) {
        if (from === 0) arrivedMs = performance.now()
        yield bytes.subarray(from, from + 1_400)
      }
    }
    let first = true
    for await (const _ of converter.convert({ format, chunks: chunks() }, new AbortController().signal)) {
      if (first) times.push(performance.now() - arrivedMs)
      first = false
    }
    all.push(performance.now() - arrivedMs)
  }
  const figures = spread(times)
  row(name, {
    ...figures,
    firstEverMs: round(times[0]!),
    wholeP50Ms: spread(all).p50Ms,
    goalMs,
    ok: figures.p95Ms <= goalMs,
  })
}

async function timesOf(runs: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const startedMs = performance.now()
    await work()
    times.push(performance.now() - startedMs)
  }
  return times
}

/** Five minutes of two people taking turns every five seconds, out of the speech fixture. */
async function fiveMinutes(): Promise<[Int16Array, Int16Array]> {
  const { samples: words } = await audio.decode(fixture('speech24.mp3'))
  const side = (parity: number) =>
    Int16Array.from({ length: 2_400_000 }, (_, i) =>
      Math.floor(i / 40_000) % 2 === parity ? words[i % words.length]! : 0,
    )
  return [side(0), side(1)]
}

await audio.mp3Stream().push(new Uint8Array(0))
const restMb = rssMb()
row('three workers at rest', { rssMb: restMb, withoutMb: bareMb, goalMb: 150, ok: restMb <= 150 })
await firstSamples(
  'first samples, PCM 24 kHz',
  { encoding: 's16le', rateHz: 24_000 },
  fixture('tone24.wav').subarray(44),
  10,
)
await firstSamples('first samples, WAV 24 kHz', { encoding: 'wav' }, fixture('tone24.wav'), 10)
await firstSamples('first samples, MP3 24 kHz', { encoding: 'mp3' }, fixture('speech24.mp3'), 30)

const startedMs = performance.now()
await audio.decode(fixture('speech24.mp3'))
row('first ffmpeg job, with compiling', { ms: round(performance.now() - startedMs) })
row('ffmpeg decodes 2 s of MP3', spread(await timesOf(100, () => audio.decode(fixture('speech24.mp3')))))

const [caller, agent] = await fiveMinutes()
let mp3: Uint8Array = new Uint8Array(0)
const encode = spread(await timesOf(4, async () => (mp3 = await audio.encodeMp3(caller, agent))))
const verify = spread(await timesOf(4, () => audio.decode(mp3, { channels: 2 })))
const archiveMs = round(encode.p50Ms + verify.p50Ms)
row('archive of five minutes', {
  encodeMs: encode.p50Ms,
  verifyMs: verify.p50Ms,
  ms: archiveMs,
  mp3Bytes: mp3.length,
  goalMs: 1_000,
  ok: archiveMs <= 1_000,
})
row('after that work', { rssMb: rssMb() })
pool.close()

const unruly = createPool({
  name: 'unruly',
  worker: new URL('../threads/unruly.worker.ts', import.meta.url),
  size: 1,
  clock: systemClock,
  log: silentLog,
  metrics: new Metrics(),
})
await unruly.run('echo', {})
row('hop to a worker and back', spread(await timesOf(2_000, () => unruly.run('echo', {}))))
const replaced = await timesOf(50, () =>
  unruly.run('throwsOnce', { tries: new Int32Array(new SharedArrayBuffer(4)) }),
)
row('job whose worker throws: new worker and second try', spread(replaced))
unruly.close()
