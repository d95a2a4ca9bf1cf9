import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { ProviderError } from '../../../src/base/errors.ts'
import { silentLog } from '../../../src/base/log.ts'
import { Metrics } from '../../../src/base/metrics.ts'
import { Speaker } from '../../../src/call/sound/speaker.ts'
import { createTtsChain } from '../../../src/providers/fallback-tts.ts'
import type { Speech, Tts } from '../../../src/providers/tts.ts'
import { type Step, scriptedTts } from '../../providers/scripted.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

/** Passes 8 kHz samples through; bytes that begin with `<` are an error page. */
async function* plainConvert(speech: Speech, signal: AbortSignal): AsyncGenerator<Int16Array> {
  for await (const bytes of speech.chunks) {
    if (signal.aborted) return
    if (bytes[0] === 0x3c) throw new ProviderError('badAudio', 'this is text')
    yield new Int16Array(bytes.slice().buffer).fill(100)
  }
}

type Kept = { text: string; voice: string | undefined; seconds: number }

class Lab {
  readonly clock = new FakeClock()
  readonly metrics = new Metrics()
  readonly told: string[] = []
  readonly kept: Kept[] = []
  private readonly spokenBefore = new Set<string>()
  readonly cache = new Map<string, Int16Array>()
  readonly speaker: Speaker
  readonly frame = new Int16Array(160)
  audible: boolean[] = []

  constructor(voices: (clock: FakeClock) => Tts[], playout = {}) {
    const chain = createTtsChain(voices(this.clock), {
      clock: this.clock,
      random: () => 0.5,
      metrics: this.metrics,
    })
    const listener = {
      lineBegun: (turn: number, index: number) => this.told.push(`begun ${turn}.${index}`),
      lineEnded: (turn: number, index: number, _line: object, text: string, cut: boolean) =>
        this.told.push(`${cut ? 'cut' : 'ended'} ${turn}.${index} ${text}`),
      lineFailed: (turn: number, index: number, _line: object, text: string) =>
        this.told.push(`failed ${turn}.${index} ${text}`),
      lineLeftOut: (turn: number, index: number) => this.told.push(`left out ${turn}.${index}`),
      voiceAnswered: (turn: number) => this.told.push(`voice ${turn}`),
      ready() {},
    }
    this.speaker = new Speaker(
      {
        log: silentLog,
        tts: chain,
        language: 'fr',
        convert: plainConvert,
        phrases: {
          find: (text) => {
            const samples = this.cache.get(text)
            return samples && { samples, generation: 1 }
          },
          keep: (text, _language, samples, voice) => {
            this.kept.push({ text, voice, seconds: samples.length / 8_000 })
            this.cache.set(text, samples)
          },
          isRepeated: (text) => this.spokenBefore.has(text) || !this.spokenBefore.add(text),
          changeVoice: (voice) => void this.told.push(`voice of the call ${voice}`),
        },
      },
      listener,
      playout,
    )
  }

  say(index: number, text: string, entry?: string): this {
    this.speaker.speak(1, index, { name: 'lab', text, ...(entry && { entry }) })
    return this
  }

  /** Plays in real time. */
  async play(ms: number): Promise<this> {
    for (let at = 0; at < ms; at += 20) {
      this.audible.push(this.speaker.next(this.frame))
      this.speaker.tell()
      await this.clock.run(20)
    }
    return this
  }

  get heardS(): number {
    return this.audible.filter(Boolean).length / 50
  }
}

const oneVoice = (answers: readonly (readonly Step<number>[])[]) => {
  let asked: ReturnType<typeof scriptedTts>['asked'] = []
  const voices = (clock: FakeClock) => {
    const voice = scriptedTts(clock, 'one', answers)
    asked = voice.asked
    return [voice.tts]
  }
  return { voices, asked: () => asked }
}
const first = 'Débranchez votre box de la prise électrique.'
const second = 'Attendez dix secondes, puis rebranchez-la.'

describe('lines that are not in the cache', () => {
  test('are played in order, and each is fetched while the one before it plays', async () => {
    const { voices, asked } = oneVoice([
      [{ waitMs: 100 }, 2],
      [{ waitMs: 300 }, 1],
    ])
    const lab = await new Lab(voices).say(0, first).say(1, second).play(600)
    expect(asked().map(({ request }) => request.text)).toEqual([first, second])
    expect(asked()[1].atMs - asked()[0].atMs).toBeWithin(100, 141)
    expect(lab.told).toEqual(['voice 1', 'begun 1.0', 'voice 1'])
    await lab.play(3_400)
    expect(lab.told.slice(3)).toEqual([`ended 1.0 ${first}`, 'begun 1.1', `ended 1.1 ${second}`])
    // After the first word only the gap between the two lines is silent.
    const spoken = lab.audible.slice(lab.audible.indexOf(true), lab.audible.lastIndexOf(true))
    expect(spoken.filter((audible) => !audible)).toHaveLength(8)
  })

  test('begin while the voice’s answer is still arriving', async () => {
    const { voices } = oneVoice([[0.2, { waitMs: 150 }, 0.2, { waitMs: 150 }, 2]])
    const lab = await new Lab(voices).say(0, first).play(100)
    expect(lab.told).toEqual(['voice 1', 'begun 1.0'])
  })

  test('are asked for once, also when the same line waits already', async () => {
    const { voices, asked } = oneVoice([[{ waitMs: 200 }, 1]])
    const lab = await new Lab(voices).say(0, first).say(1, first).say(2, first).play(4_000)
    expect(asked()).toHaveLength(1)
    expect(lab.told.filter((entry) => entry.startsWith('ended'))).toHaveLength(3)
  })

  test('are kept in the cache, under the voice that spoke them', async () => {
    const { voices } = oneVoice([[1, 1.5]])
    const lab = await new Lab(voices).say(0, first).play(3_000)
    expect(lab.kept).toEqual([{ text: first, voice: 'one/voice', seconds: 2.5 }])
  })

  test('of the language model are kept the second time', async () => {
    const { voices, asked } = oneVoice([[1], [1.5]])
    const lab = new Lab(voices)
    const say = (index: number) => lab.speaker.speak(1, index, { name: 'model', text: first })
    say(0)
    await lab.play(2_000)
    expect(lab.kept).toEqual([])
    say(1)
    await lab.play(2_000)
    expect(lab.kept).toEqual([{ text: first, voice: 'one/voice', seconds: 1.5 }])
    say(2)
    expect([(await lab.play(2_000)).told.at(-1), asked().length]).toEqual([`ended 1.2 ${first}`, 2])
  })

  test('are not kept when they hold something of the caller', async () => {
    const { voices } = oneVoice([[1, 1.5]])
    const lab = new Lab(voices)
    lab.speaker.speak(1, 0, { name: 'model', text: first, personal: true })
    await lab.play(3_000)
    expect(lab.kept).toEqual([])
  })

  test('are kept under a stand-in’s own name, and not at all when they broke off at their very end', async () => {
    const standIn = await new Lab((clock) => [
      scriptedTts(clock, 'one', [[{ fail: 'auth' }]]).tts,
      scriptedTts(clock, 'two', [[2.5]]).tts,
    ])
      .say(0, first)
      .play(3_500)
    expect(standIn.told.at(-1)).toBe(`ended 1.0 ${first}`)
    expect(standIn.kept).toEqual([{ text: first, voice: 'two/voice', seconds: 2.5 }])
    const { voices } = oneVoice([[first.length * 0.065, { fail: 'cut' }]])
    const cut = await new Lab(voices).say(0, first).play(3_500)
    expect(cut.told.at(-1)).toBe(`ended 1.0 ${first}`)
    expect(cut.kept).toEqual([])
  })

  test('are not kept when they are longer than 20 s', async () => {
    const { voices } = oneVoice([[21]])
    const lab = await new Lab(voices).say(0, first).play(100)
    expect(lab.kept).toEqual([])
  })

  test('wait their turn beside lines from the cache, for which no voice is asked', async () => {
    const { voices, asked } = oneVoice([[{ waitMs: 200 }, 1]])
    const lab = new Lab(voices)
    lab.cache.set('D’accord.', new Int16Array(4_000).fill(5))
    await lab.say(0, first).say(1, 'D’accord.').play(2_500)
    expect(asked()).toHaveLength(1)
    expect(lab.told).toEqual([
      'voice 1',
      'begun 1.0',
      `ended 1.0 ${first}`,
      'begun 1.1',
      'ended 1.1 D’accord.',
    ])
  })
})

test('a full playout stops reading from the voice, and reads on when half of it has left', async () => {
  let pulledS = 0
  const lab = new Lab(
    () => [
      {
        name: 'endless',
        voice: 'endless',
        voiceKey: 'endless',
        speak: async () => ({
          format: { encoding: 's16le', rateHz: 8_000 },
          chunks: (async function* () {
            for (; pulledS < 4; pulledS += 0.2) yield new Uint8Array(3_200)
          })(),
        }),
        close() {},
      },
    ],
    { capacityFrames: 50 },
  )
  lab.say(0, first)
  for (let i = 0; i < 20; i++) await lab.clock.run(0)
  expect(pulledS).toBeCloseTo(0.8)
  await lab.play(480)
  expect(pulledS).toBeCloseTo(0.8)
  await lab.play(200)
  expect(pulledS).toBeWithin(1.2, 1.7)
  await lab.play(4_000)
  expect(lab.heardS).toBe(4)
})

describe('stopping', () => {
  test('ends the request at once, reports what was heard, and forgets lines that had not begun', async () => {
    const { voices, asked } = oneVoice([[3, 'hang']])
    const lab = await new Lab(voices).say(0, first).say(1, second).play(1_000)
    lab.speaker.stop()
    lab.speaker.tell()
    expect(asked().map(({ request }) => request.signal.aborted)).toEqual([true])
    expect(lab.told.at(-1)).toBe('cut 1.0 Débranchez votre')
    expect(lab.speaker.busy).toBe(false)
    await lab.play(5_000)
    expect(lab.told.filter((entry) => entry.includes('1.1'))).toEqual([])
    // One more frame, which fades out.
    expect(lab.heardS).toBeWithin(0.96, 1.03)
  })

  test('lets the next turn speak although the voice hangs', async () => {
    const { voices } = oneVoice([['hang'], [1]])
    const lab = await new Lab(voices).say(0, first).play(200)
    lab.speaker.stop()
    await lab.say(1, second).play(1_500)
    expect(lab.told).toEqual(['voice 1', 'begun 1.1', `ended 1.1 ${second}`])
  })
})

/** The text that the second voice is asked for, after the first has played `steps`. */
async function rest(steps: readonly Step<number>[], page = false): Promise<{ lab: Lab; asked: string[] }> {
  const asked: string[] = []
  const lab = await new Lab((clock) => {
    const one = scriptedTts(clock, 'one', [steps])
    const two = scriptedTts(clock, 'two', [[1.5]])
    const record = (tts: Tts): Tts => ({
      ...tts,
      async speak(request) {
        if (tts.name === 'two') asked.push(request.text)
        const speech = await tts.speak(request)
        if (!page || tts.name === 'two') return speech
        return { ...speech, chunks: pages(speech.chunks) }
      },
    })
    return [record(one.tts), record(two.tts)]
  })
    .say(0, first)
    .play(6_000)
  return { lab, asked }
}
async function* pages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let count = 0
  for await (const bytes of chunks) {
    if (count++ > 0) bytes[0] = 0x3c
    yield bytes
  }
}

describe('a call that had to change its voice', () => {
  const third = 'Merci. Est-ce que cela fonctionne ?'
  const spare = 'Un instant.'

  test('keeps the new one, although the first voice is well again', async () => {
    const asked: string[] = []
    const recorded = ({ tts }: { tts: Tts }): Tts => ({
      ...tts,
      speak(request) {
        asked.push(`${tts.name}: ${request.text}`)
        return tts.speak(request)
      },
    })
    const lab = await new Lab((clock) => [
      recorded(scriptedTts(clock, 'one', [[1], [{ fail: 'auth' }], [1]])),
      recorded(scriptedTts(clock, 'two', [[1]])),
    ])
      .say(0, first)
      .say(1, second)
      .say(2, third)
      .play(6_000)
    expect(asked).toEqual([`one: ${first}`, `one: ${second}`, `two: ${second}`, `two: ${third}`])
    expect(lab.told.filter((entry) => entry.startsWith('voice of'))).toEqual(['voice of the call two/voice'])
  })

  test('hears the phrases behind the change in the new voice', async () => {
    const lab = new Lab((clock) => [
      scriptedTts(clock, 'one', [[{ waitMs: 100 }, { fail: 'auth' }]]).tts,
      scriptedTts(clock, 'two', [[1]]).tts,
    ])
    lab.cache.set(spare, new Int16Array(1_600).fill(7))
    lab.say(0, first).say(1, spare)
    // As the cache does it: in another voice, the sentence is another one.
    await lab.play(40)
    lab.cache.set(spare, new Int16Array(3_200).fill(9))
    await lab.play(3_000)
    expect(lab.told.at(-1)).toBe(`ended 1.1 ${spare}`)
    expect(lab.heardS).toBeCloseTo(1 + 0.4, 1)
  })

  test('asks the first voice again when no later one speaks', async () => {
    const lab = await new Lab((clock) => [
      scriptedTts(clock, 'one', [[{ fail: 'unavailable' }], [{ fail: 'unavailable' }], [1]]).tts,
      scriptedTts(clock, 'two', [[1], [{ fail: 'auth' }]]).tts,
    ])
      .say(0, first)
      .say(1, second)
      .play(4_000)
    expect(lab.told.at(-1)).toBe(`ended 1.1 ${second}`)
  })
})

describe('a voice that breaks off in mid-sentence', () => {
  test('is followed by the next voice, which says the rest; the mixture is not cached', async () => {
    const { lab, asked } = await rest([1, { fail: 'cut' }])
    expect(asked).toEqual(['box de la prise électrique.'])
    const changed = 'voice of the call two/voice'
    expect(lab.told).toEqual(['voice 1', 'begun 1.0', changed, `ended 1.0 ${first}`])
    expect(lab.heardS).toBe(2.5)
    expect(lab.kept).toEqual([])
  })

  test('or sends bytes that are not audio is followed by the next voice just the same', async () => {
    const { lab, asked } = await rest([1, 1], true)
    expect(asked).toEqual(['box de la prise électrique.'])
    expect(lab.told.at(-1)).toBe(`ended 1.0 ${first}`)
    const failures = lab.metrics
      .snapshot()
      .flatMap((sample) =>
        sample.kind === 'counter' && sample.labels.outcome === 'badAudio' ? [sample.value] : [],
      )
    expect(failures).toEqual([1, 0])
  })

  test('and has no fallback is reported as failed, with what was heard', async () => {
    const { voices } = oneVoice([[1, { fail: 'cut' }], [{ fail: 'unavailable' }]])
    const lab = await new Lab(voices).say(0, first).say(1, second).play(1_040)
    expect(lab.told).toEqual(['voice 1', 'begun 1.0', 'failed 1.0 Débranchez votre'])
    expect(lab.heardS).toBe(1)
  })
})

test('a line that no voice can say is reported in order, not while the line before it plays', async () => {
  const { voices } = oneVoice([[2], [{ fail: 'auth' }]])
  const lab = await new Lab(voices).say(0, first).say(1, second).play(1_900)
  expect(lab.told).toEqual(['voice 1', 'begun 1.0'])
  await lab.play(400)
  expect(lab.told.slice(2)).toEqual([`ended 1.0 ${first}`, 'failed 1.1 '])
})

test('a menu goes on without an entry that no voice can say, and without its key', async () => {
  const { voices } = oneVoice([[{ fail: 'auth' }], [{ fail: 'auth' }]])
  const lab = new Lab(voices)
  lab.cache.set('tapez un.', new Int16Array(1_600).fill(7))
  lab.cache.set('Pour le mobile,', new Int16Array(1_600).fill(7))
  lab.say(0, 'Pour une caméra,', '1').say(1, 'tapez un.', '1').say(2, 'Pour le mobile,', '2')
  await lab.play(1_000)
  expect(lab.told).toEqual(['left out 1.0', 'left out 1.1', 'begun 1.2', 'ended 1.2 Pour le mobile,'])
})

test('a menu of which no entry can be said has failed with its last one', async () => {
  const { voices } = oneVoice([[{ fail: 'auth' }], [{ fail: 'auth' }], [{ fail: 'auth' }]])
  const lab = new Lab(voices)
  lab.cache.set('tapez un.', new Int16Array(1_600).fill(7))
  lab.say(0, 'Pour une caméra,', '1').say(1, 'tapez un.', '1').say(2, 'Pour une sonnette,', '2')
  await lab.play(1_000)
  expect(lab.told).toEqual(['left out 1.0', 'left out 1.1', 'failed 1.2 '])
})

test('a filler from the cache is played when nothing is being said, before lines that wait for a voice', async () => {
  const { voices, asked } = oneVoice([[1]])
  const lab = new Lab(voices)
  const wait = { name: 'wait', text: 'Un instant.' }
  lab.speaker.fill(1, wait)
  expect(lab.speaker.busy).toBe(false)
  lab.cache.set(wait.text, new Int16Array(1_600).fill(7))
  lab.speaker.fill(1, wait)
  await lab.play(300)
  expect(lab.told).toEqual(['begun 1.-1', 'ended 1.-1 Un instant.'])
  lab.say(0, first)
  lab.speaker.fill(1, wait)
  await lab.play(1_200)
  expect(lab.told.slice(2, 6)).toEqual(['voice 1', 'begun 1.-1', 'ended 1.-1 Un instant.', 'begun 1.0'])
  expect(asked()).toHaveLength(1)
})
