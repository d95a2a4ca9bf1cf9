import { expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { Detector, type SpeechJudge } from '../../src/audio/detector.ts'
import { amplitudeOf, frameMs, frameSamples, levelDb, toSample } from '../../src/audio/pcm.ts'
import { Vad } from '../../src/audio/vad.ts'
import { readWav } from '../../src/audio/wav.ts'

setDefaultTimeout(60_000)

/** Says what it is told, two frames after it was asked. */
class ToldJudge implements SpeechJudge {
  probability: number | undefined
  absent = false
  asked = 0
  closed = false
  constructor(public says = 1) {}
  push(_frame: Int16Array, asked: boolean): void {
    this.asked = asked ? this.asked + 1 : 0
    this.probability = this.asked > 2 ? this.says : undefined
  }
  reset(): void {
    this.asked = 0
  }
  close(): void {
    this.closed = true
  }
}

const words = readWav(
  readFileSync(new URL('../fixtures/audio/utterance-internet.wav', import.meta.url)),
).samples

let state = 1
const hiss = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return (state / 2 ** 31 - 1) * amplitudeOf(-58)
}

/** Silence of 1.5 s, the words at `db`, silence of 1 s: frames, and when the words begin and end. */
function scene(db: number): { frames: Int16Array[]; fromMs: number; toMs: number } {
  const gain = amplitudeOf(db) / amplitudeOf(levelDb(words))
  const lead = 1_500 * 8
  const samples = Int16Array.from({ length: lead + words.length + 8_000 }, (_, i) =>
    toSample((words[i - lead] ?? 0) * gain + hiss()),
  )
  return { frames: framesOf(samples), fromMs: 1_500, toMs: 1_500 + words.length / 8 }
}

function framesOf(samples: Int16Array): Int16Array[] {
  return Array.from({ length: Math.floor(samples.length / frameSamples) }, (_, i) =>
    samples.subarray(i * frameSamples, (i + 1) * frameSamples),
  )
}

/** Edges as the call sees them: when speech really began and ended, and when that was known. */
function edgesOf(detector: Detector, frames: Int16Array[], agentSpeaks = false) {
  const edges: { voice: string; atMs: number; knownMs: number }[] = []
  let last = 'silence'
  for (const [i, frame] of frames.entries()) {
    const knownMs = (i + 1) * frameMs
    const voice = detector.push(frame, agentSpeaks)
    if (voice !== last) {
      edges.push({
        voice,
        atMs: knownMs - (voice === 'speech' ? detector.speechMs : detector.silenceMs),
        knownMs,
      })
    }
    last = voice
  }
  return edges
}

test.each([-12, -20, -30, -35])(
  'begin and end of words at %p dB are told within 80 ms, and known soon',
  (db) => {
    const { frames, fromMs, toMs } = scene(db)
    const edges = edgesOf(new Detector(new ToldJudge()), frames)
    expect(edges.map(({ voice }) => voice)).toEqual(['speech', 'silence'])
    const [begin, end] = edges as [(typeof edges)[0], (typeof edges)[0]]
    expect(Math.abs(begin.atMs - fromMs)).toBeLessThanOrEqual(80)
    expect(begin.knownMs - fromMs).toBeLessThanOrEqual(180)
    expect(Math.abs(end.atMs - toMs)).toBeLessThanOrEqual(80)
    expect(end.knownMs - toMs).toBeLessThanOrEqual(440)
  },
)

test('a sound that the judge denies is silence, however loud', () => {
  expect(edgesOf(new Detector(new ToldJudge(0.3)), scene(-10).frames)).toEqual([])
})

test('the judge is asked only while there is energy', () => {
  const judge = new ToldJudge()
  const detector = new Detector(judge)
  const { frames, fromMs, toMs } = scene(-20)
  const asked = frames.map((frame) => {
    detector.push(frame, false)
    return judge.asked > 0
  })
  const times = asked.flatMap((yes, i) => (yes ? [i * frameMs] : []))
  expect(times[0]).toBeGreaterThanOrEqual(fromMs)
  expect(times.at(-1)).toBeLessThanOrEqual(toMs + 400)
})

test('while the agent speaks, a doubtful voice does not start speech', () => {
  const { frames } = scene(-20)
  expect(edgesOf(new Detector(new ToldJudge(0.6)), frames, false).length).toBe(2)
  expect(edgesOf(new Detector(new ToldJudge(0.6)), frames, true)).toEqual([])
})

test("a voice at the level of the agent's echo does not start speech while the agent speaks", () => {
  const { frames } = scene(-42)
  expect(edgesOf(new Detector(new ToldJudge()), frames, false).length).toBe(2)
  expect(edgesOf(new Detector(new ToldJudge()), frames, true)).toEqual([])
})

test('without a judge, the energy detector decides', () => {
  const judge = new ToldJudge(0)
  judge.absent = true
  const detector = new Detector(judge)
  const { frames, fromMs } = scene(-20)
  const edges = edgesOf(detector, frames)
  expect(edges.map(({ voice }) => voice)).toEqual(['speech', 'silence'])
  expect(Math.abs(edges[0]!.atMs - fromMs)).toBeLessThanOrEqual(80)
  const gate = new Vad()
  const begins = frames.findIndex((frame) => gate.push(frame) === 'speech')
  expect(edges[0]!.knownMs).toBe((begins + 1) * frameMs)
})

test('a judge that goes away in the middle of a word does not end it', () => {
  const judge = new ToldJudge()
  const detector = new Detector(judge)
  const { frames, fromMs } = scene(-20)
  const voices = frames.map((frame, i) => {
    judge.absent = i * frameMs > fromMs + 400
    return detector.push(frame, false)
  })
  const middle = voices.slice((fromMs + 300) / frameMs, (fromMs + 1_000) / frameMs)
  expect(new Set(middle)).toEqual(new Set(['speech']))
})

test('speech of 20 s without a pause counts as the line, until something is louder', () => {
  const detector = new Detector(new ToldJudge())
  const loop = framesOf(
    Int16Array.from({ length: 30 * 8_000 }, (_, i) => toSample(words[i % 12_000]! * 0.2 + hiss())),
  )
  const edges = edgesOf(detector, loop)
  expect(edges[0]?.voice).toBe('speech')
  expect(edges[1]?.voice).toBe('silence')
  expect(edges[1]!.knownMs - edges[0]!.atMs).toBeGreaterThan(19_000)
  expect(edges.length).toBe(2)
  const louder = framesOf(Int16Array.from(words, (value) => toSample(value * 0.8)))
  expect(edgesOf(detector, louder)[0]?.voice).toBe('speech')
})

test('after reset a detector is like new, and close frees the judge', () => {
  const { frames } = scene(-20)
  const judge = new ToldJudge()
  const used = new Detector(judge)
  const first = edgesOf(used, frames)
  used.reset()
  expect(edgesOf(used, frames)).toEqual(first)
  used.close()
  expect(judge.closed).toBe(true)
})
