// Which detector tells barge-ins from other sounds: one JSON line per row of the labelled set (test/call/bargein-set.ts) and
// detector, then one with the totals, then the cost of a window and of a frame. `bun run bench:vad`

import { cpus } from 'node:os'
import { Detector } from '../../src/audio/detector.ts'
import { frameMs, frameSamples } from '../../src/audio/pcm.ts'
import { Vad, type Voice } from '../../src/audio/vad.ts'
import { commandLine } from '../../src/base/command-line.ts'
import { bargeInDefaults } from '../../src/call/agent/bargein.ts'
import type { VoiceDetector } from '../../src/call/sound/voice-watch.ts'
import { bargeInSet, heldOutCast, tunedCast } from '../call/bargein-set.ts'
import { hearSet, type Row } from '../call/hear-item.ts'
import { absentJudge, InlineJudge } from '../call/inline-judge.ts'

commandLine(
  'usage: bun run bench:vad: counts missed, early and false interruptions on the labelled set, by detector',
  {},
)

/** The model's word, with the project's usual thresholds and nothing else; it is asked all the time. */
class NeuralAlone implements VoiceDetector {
  speechMs = 0
  silenceMs = 0
  private readonly judge = new InlineJudge()

  push(frame: Int16Array): Voice {
    this.judge.push(frame, true)
    const heard = (this.judge.probability ?? 0) >= (this.speechMs > 0 ? 0.35 : 0.5)
    this.silenceMs = heard ? 0 : this.silenceMs + frameMs
    if (heard || (this.speechMs > 0 && this.silenceMs <= 240)) this.speechMs += frameMs
    else this.speechMs = 0
    return this.speechMs > 0 ? 'speech' : 'silence'
  }
}

const detectors: Record<string, () => VoiceDetector> = {
  'energy gate alone': () => new Vad(),
  'neural alone': () => new NeuralAlone(),
  'both, judge absent': () => new Detector(absentJudge),
  both: () => new Detector(new InlineJudge()),
}

const print = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`)

function figuresOf(rows: readonly Row[]): Record<string, number | null> {
  const delaysMs = rows.flatMap((row) => row.delaysMs).sort((a, b) => a - b)
  const at = (part: number) => {
    const value = delaysMs[Math.min(delaysMs.length - 1, Math.floor(delaysMs.length * part))]
    return value === undefined ? null : Math.round(value)
  }
  const sum = (key: 'items' | 'missed' | 'early' | 'false') =>
    rows.reduce((total, row) => total + row[key], 0)
  return {
    items: sum('items'),
    missed: sum('missed'),
    early: sum('early'),
    false: sum('false'),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    maxMs: at(1),
  }
}

const { confirmMs, confirmWithoutWordsMs } = bargeInDefaults
for (const [voices, cast] of [
  ['tuned on', tunedCast],
  ['held out', heldOutCast],
] as const) {
  const items = [...bargeInSet(cast)]
  for (const [detector, create] of Object.entries(detectors)) {
    const rows = hearSet(items, create, confirmMs)
    for (const row of rows)
      print({ bench: 'vad', voices, detector, confirmMs, row: row.row, ...figuresOf([row]) })
    for (const ms of [confirmMs, 500, confirmWithoutWordsMs]) {
      const all = hearSet(items, create, ms)
      for (const part of ['speech', 'other']) {
        const some = all.filter(({ row }) => row.startsWith('speech') === (part === 'speech'))
        print({ bench: 'vad', voices, detector, confirmMs: ms, row: `all ${part}`, ...figuresOf(some) })
      }
    }
  }
}

/** The least of 20 rounds: other programs share the machine. */
function leastUs(times: number, work: () => void): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 20; round++) {
    const start = performance.now()
    for (let i = 0; i < times; i++) work()
    least = Math.min(least, performance.now() - start)
  }
  return Math.round((least / times) * 1e5) / 100
}

const voice = [...bargeInSet(tunedCast)].find(({ speech }) => speech !== undefined)!.samples
function framesThrough(detector: VoiceDetector): () => void {
  let at = 0
  return () => {
    detector.push(voice.subarray(at, at + frameSamples), false)
    at = (at + frameSamples) % (voice.length - frameSamples)
  }
}
const silero = new InlineJudge()
const frame = voice.subarray(voice.length >> 1, (voice.length >> 1) + frameSamples)
print({
  bench: 'vad cost',
  // 8 frames are 5 windows.
  usPerWindow: Math.round((leastUs(400, () => silero.push(frame, true)) * 8 * 100) / 5) / 100,
  usPerFrameGate: leastUs(400, framesThrough(new Vad())),
  usPerFrameBothWithoutJudge: leastUs(400, framesThrough(new Detector(absentJudge))),
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, bun: Bun.version },
})
