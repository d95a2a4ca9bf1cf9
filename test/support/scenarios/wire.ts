// The agent's words as a caller's ear has them: each line gets samples of a value of its own, so that what the wire
// carried tells which words were audible, from when to when, and whether they were cut.

import { ProviderError } from '../../../src/base/errors.ts'
import type { Texts } from '../../../src/desk/texts.ts'
import type { CallPhrases } from '../../../src/phrases/types.ts'
import type { SpeechPart, TtsChain } from '../../../src/providers/fallback-tts.ts'
import type { Speech } from '../../../src/providers/tts.ts'
import { type LabConnection, spokenSamples } from '../lab/call-lab.ts'
import type { FakeClock } from '../lab/fake-clock.ts'

/** One line as heard; times in milliseconds of the lab. */
export type HeardLine = { text: string; fromMs: number; toMs: number; cut: boolean }

/** The lab's busy phrase has this sample, the lines after it those that follow in steps of 4. */
const busySample = 1_000
const sampleOf = (line: number): number => busySample + 4 * (line + 1)
const lineOf = (sample: number): number => (sample - busySample) / 4 - 1
/** The agent's voice is lowered to a quarter while the caller may be speaking; no line has a sample so low. */
const atFull = (sample: number): number => (sample < busySample ? sample * 4 : sample)
const frameMs = 20

/** How long a voice takes to its first byte. */
const voiceMs = { works: 300, slow: 2_500, fails: 100 } as const

type GivenVoice = {
  voice: keyof typeof voiceMs
  /** Languages that have neither phrases nor a voice. */
  silent: readonly string[]
  /** The lines that lie ready. */
  cache: 'all' | readonly string[]
  /** Those that do not, all the same. */
  unready: readonly string[]
}

export class MarkedVoice {
  private readonly marked: { text: string; frames: number }[] = []
  private readonly ready: ReadonlySet<string>

  constructor(
    private readonly offered: readonly Texts[],
    private readonly given: GivenVoice,
    private readonly clock: () => FakeClock,
  ) {
    const ready = offered.flatMap(({ language, lines, numbers }) => {
      if (given.silent.includes(language)) return []
      const names = given.cache === 'all' ? Object.keys(lines) : given.cache
      const ready = names.filter((name) => !given.unready.includes(name))
      const texts = [...ready.flatMap((name) => lines[name] ?? []), ...Object.values(numbers)]
      return texts.map((text) => `${language} ${text}`)
    })
    this.ready = new Set(ready)
  }

  readonly phrases: CallPhrases = {
    find: (text, language) =>
      this.ready.has(`${language} ${text}`) ? { samples: this.mark(text), generation: 1 } : undefined,
    keep() {},
    changeVoice() {},
    isRepeated: () => false,
  }

  readonly tts: Pick<TtsChain, 'parts' | 'voice'> = {
    voice: 'marked',
    parts: ({ text, language }) => this.parts(text, language),
  }

  readonly convert = async function* (speech: Speech): AsyncGenerator<Int16Array> {
    for await (const bytes of speech.chunks) yield new Int16Array(bytes.buffer)
  }

  /** The lines that a phone heard, in order. */
  heard(connection: LabConnection): HeardLine[] {
    const lines = new Map<number, HeardLine & { frames: number }>()
    connection.audibleSamples.forEach((sample, i) => {
      const value = atFull(sample)
      // Two ramps met in this frame.
      if (value !== busySample && this.marked[lineOf(value)] === undefined) return
      const atMs = connection.audibleAtMs[i]
      const line = lines.get(value)
      if (line) {
        line.toMs = atMs + frameMs
        line.frames++
      } else
        lines.set(value, {
          text: this.textOf(value),
          fromMs: atMs,
          toMs: atMs + frameMs,
          cut: false,
          frames: 1,
        })
    })
    return [...lines].map(([value, { frames, ...line }]) => ({
      ...line,
      cut: value !== busySample && frames < this.marked[lineOf(value)].frames,
    }))
  }

  private textOf(value: number): string {
    const busy = this.offered[0].lines.busy
    if (value === busySample) return typeof busy === 'string' ? busy : (busy?.[0] ?? '')
    return this.marked[lineOf(value)].text
  }

  private mark(text: string): Int16Array {
    const samples = new Int16Array(spokenSamples(text))
    this.marked.push({ text, frames: samples.length / 160 })
    return samples.fill(sampleOf(this.marked.length - 1))
  }

  private async *parts(text: string, language: string): AsyncGenerator<SpeechPart> {
    await this.pause(voiceMs[this.given.voice])
    if (this.given.voice === 'fails' || this.given.silent.includes(language))
      throw new ProviderError('unavailable', 'the voice is gone')
    const bytes = new Uint8Array(this.mark(text).buffer)
    async function* chunks() {
      yield bytes
    }
    const format = { encoding: 's16le', rateHz: 8_000 } as const
    const reader = { isCut: false, accept() {}, fail() {} }
    const voice = { voice: 'marked', voiceKey: 'marked', index: 0, adapter: 'marked' }
    yield { format, chunks: chunks(), text, ...voice, ...reader }
  }

  private pause(ms: number): Promise<void> {
    const clock = this.clock()
    return new Promise((done) => void clock.at(clock.now() + ms, done))
  }
}
