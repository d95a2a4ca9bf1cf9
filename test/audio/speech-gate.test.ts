import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { samplesOf } from '../../src/audio/pcm.ts'
import { NoSpeech, SpeechGate } from '../../src/audio/speech-gate.ts'
import { readWav } from '../../src/audio/wav.ts'

setDefaultTimeout(60_000)

const speech = readWav(
  await Bun.file(join(import.meta.dir, '../fixtures/audio/speech-8000.wav')).bytes(),
).samples
const silence = (s: number) => new Int16Array(s * 8_000)
let seed = 7
const noise = (s: number, peak = 6_000) =>
  Int16Array.from({ length: s * 8_000 }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return (seed / 2 ** 31 - 1) * peak
  })
const joined = (...parts: Int16Array[]) => Int16Array.from(parts.flatMap((part) => [...part]))

/** What passes of a sound, how much of it had to be pushed before anything did, and what it was refused for. */
function pass(sound: Int16Array, pieceSamples = 160) {
  const gate = new SpeechGate()
  const passed: Int16Array[] = []
  let firstAfter: number | undefined
  try {
    for (let at = 0; at < sound.length; at += pieceSamples) {
      passed.push(...gate.push(sound.subarray(at, at + pieceSamples)))
      if (passed.length > 0) firstAfter ??= at + pieceSamples
    }
    passed.push(...gate.end())
    return { passed: joined(...passed), firstAfter }
  } catch (error) {
    if (!(error instanceof NoSpeech)) throw error
    return { passed: joined(...passed), firstAfter, refused: error.message, goodSamples: error.goodSamples }
  }
}

describe('speech', () => {
  test.each([1, 37, 160, 800, 100_000])('passes bit by bit in pieces of %d samples', (pieceSamples) => {
    expect(pass(speech, pieceSamples).passed).toEqual(new Int16Array(speech))
  })

  test('leaves with the first 40 ms that hold a vowel', () => {
    expect(pass(speech).firstAfter).toBeLessThanOrEqual(320)
  })

  test('after half a second of silence loses most of that silence and nothing else', () => {
    const { passed } = pass(joined(silence(0.5), speech))
    expect(passed.subarray(passed.length - speech.length)).toEqual(new Int16Array(speech))
    expect(passed.length - speech.length).toBeWithin(800, 1_280)
  })

  test('may begin with a long consonant, pause for a second, and end in silence', () => {
    const sound = joined(noise(0.2, 1_500), speech, silence(1), speech, silence(1))
    expect(pass(sound).passed).toEqual(sound)
  })

  test('every shipped phrase passes, and at most 160 ms of its sound are held', async () => {
    const folder = join(import.meta.dir, '../../assets/cache')
    const names = (await readdir(folder)).filter((name) => name.endsWith('.raw'))
    const late: string[] = []
    for (const name of names) {
      const sound = samplesOf(await Bun.file(join(folder, name)).bytes())
      const { firstAfter = Number.POSITIVE_INFINITY, refused } = pass(sound, 320)
      if (refused !== undefined || firstAfter > 0.2 * 8_000) late.push(`${name} ${firstAfter} ${refused}`)
    }
    expect(names.length).toBeGreaterThan(100)
    expect(late).toEqual([])
  })
})

const page = `<!doctype html>${'<p>Modèle kokoro non chargé, réessayez plus tard ; voyez le journal.</p>\n<hr>'}`
const asSamples = (text: string) => {
  const bytes = new TextEncoder().encode(text)
  return samplesOf(bytes.subarray(0, bytes.length - (bytes.length % 2)))
}
test.each([
  ['three seconds of silence', silence(3), 'silence'],
  ['silence that ends early', silence(0.3), 'silence'],
  ['hiss of −60 dB', noise(3, 50), 'silence'],
  ['white noise', noise(3), 'noise'],
  ['a burst of noise that ends early', noise(0.2), 'noise'],
  ['silence, then noise', joined(silence(0.5), noise(2)), 'noise'],
  ['a page read as samples', asSamples(page), 'noise'],
  ['nothing', silence(0), 'silence'],
])('%s never passes', (_what, sound, why) => {
  const { passed, refused } = pass(sound)
  expect(passed.length).toBe(0)
  expect(refused).toContain(why)
})

test.each([
  ['noise', joined(speech, noise(3))],
  ['silence', joined(speech, silence(5))],
])('speech that turns into %s is refused, and what was good is known', (why, sound) => {
  const { refused, goodSamples } = pass(sound)
  expect(refused).toContain(why)
  expect(goodSamples).toBeWithin(speech.length - 2_000, speech.length + 321)
})
