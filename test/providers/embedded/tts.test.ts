import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { ProviderError } from '../../../src/base/errors.ts'
import { createEmbeddedTts, embeddedVoiceName } from '../../../src/providers/embedded/tts.ts'
import type { Speech, Tts } from '../../../src/providers/tts.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'
import { until } from '../../support/phone/fake-asterisk.ts'

setDefaultTimeout(60_000)

const open = new AbortController().signal
const sentence = 'Bonjour, vous êtes bien au service après-vente.'
/** A clock that stands still: on a busy machine a thread is slow, not hung. */
const patient = () => createEmbeddedTts({ clock: new FakeClock() })
const tts = patient()
afterAll(() => tts.close())

const ask = (voice: Tts, text: string, signal = open, language = 'fr') =>
  voice.speak({ text, language, signal })

async function bytesOf(speech: Speech): Promise<number> {
  let bytes = 0
  for await (const chunk of speech.chunks) bytes += chunk.length
  return bytes
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fulfilled',
    (error: unknown) => (error instanceof ProviderError ? error.code : String(error)),
  )

const faulty = (clock = new FakeClock()) =>
  createEmbeddedTts({
    clock,
    createWorker: () => new Worker(new URL('./faulty.worker.ts', import.meta.url).href),
  })

describe('the embedded voice', () => {
  test('has its name and speaks headerless 16 kHz', async () => {
    const speech = await ask(tts, sentence)
    expect([tts.name, tts.voice, speech.format]).toEqual([
      'embedded',
      embeddedVoiceName,
      { encoding: 's16le', rateHz: 16_000 },
    ])
    const seconds = (await bytesOf(speech)) / 32_000
    expect(seconds).toBeGreaterThan(2)
    expect(seconds).toBeLessThan(5)
  })

  test('hands out its first chunk before the last one exists', async () => {
    const speech = await ask(tts, `${sentence} `.repeat(5))
    const chunks = speech.chunks[Symbol.asyncIterator]()
    const first = await chunks.next()
    expect(first.value?.length).toBe(1_600)
    let endedAtOnce = false
    const rest = (async () => {
      while (!(await chunks.next()).done);
      endedAtOnce = true
    })()
    await Promise.resolve()
    expect(endedAtOnce).toBe(false)
    await rest
  })

  test('ends the chunks on abort, and is ready for the next text at once', async () => {
    const abort = new AbortController()
    const speech = await ask(tts, `${sentence} `.repeat(80), abort.signal)
    let bytes = 0
    for await (const chunk of speech.chunks) {
      bytes += chunk.length
      if (bytes === 4_800) abort.abort()
    }
    expect(bytes).toBe(4_800)
    expect(await bytesOf(await ask(tts, sentence))).toBeGreaterThan(64_000)
  })

  test('speaks a text the same after one that was broken off', async () => {
    const whole = await bytesOf(await ask(tts, sentence))
    const speech = await ask(tts, 'Débranchez votre box de la prise électrique.')
    for await (const _chunk of speech.chunks) break
    expect(await bytesOf(await ask(tts, sentence))).toBe(whole)
  })

  test.each([
    ['a signal that has aborted', 'oui', AbortSignal.abort(), 'fr', 'aborted'],
    ['a language without a voice', 'ja', open, 'xx', 'badVoice'],
  ])('refuses %s', async (_title, text, signal, language, code) => {
    expect(await codeOf(ask(tts, text, signal, language))).toBe(code)
  })

  test('refuses when the folder has no voices', async () => {
    const lost = createEmbeddedTts({ folder: import.meta.dir })
    expect(await codeOf(ask(lost, 'oui'))).toBe('badVoice')
    lost.close()
  })

  test('returns empty speech for a text that cannot be pronounced', async () => {
    expect(await bytesOf(await ask(tts, '😀 … 日本'))).toBe(0)
  })

  test('lets 32 texts wait and refuses the next, in order of arrival', async () => {
    const busy = patient()
    const done: number[] = []
    const texts = Array.from({ length: 33 }, (_, i) =>
      ask(busy, 'oui')
        .then(bytesOf)
        .then(() => done.push(i)),
    )
    expect(busy.state.waiting).toBe(32)
    expect(await codeOf(ask(busy, 'non'))).toBe('limited')
    expect(busy.state.refused).toBe(1)
    await Promise.all(texts)
    expect(done).toEqual(Array.from({ length: 33 }, (_, i) => i))
    busy.close()
  })

  test('rejects waiting texts when it is closed', async () => {
    const closing = patient()
    const texts = [ask(closing, 'un'), ask(closing, 'deux'), ask(closing, 'trois')].map(codeOf)
    closing.close()
    expect(await Promise.all(texts)).toEqual(['aborted', 'aborted', 'aborted'])
    expect(await codeOf(ask(closing, 'quatre'))).toBe('unavailable')
  })
})

describe('a thread that fails', () => {
  test.each(['exit', 'throw', 'reject'])('by %s fails its text only and is replaced', async (fault) => {
    const voice = faulty()
    const failing = codeOf(ask(voice, `${fault} maintenant`))
    const waiting = ask(voice, sentence)
    expect(await failing).toBe('unavailable')
    expect(await bytesOf(await waiting)).toBeGreaterThan(64_000)
    expect(voice.state.restarts).toBe(1)
    voice.close()
  })

  test('three times in a row is down, asks itself for a word every 5 s, and is up when it was spoken', async () => {
    const clock = new FakeClock()
    const use = { worker: './faulty.worker.ts' }
    let lost = 0
    const voice = createEmbeddedTts({
      clock,
      createWorker: () => new Worker(new URL(use.worker, import.meta.url).href),
      onLost: () => lost++,
    })
    for (const isDown of [false, false, true]) {
      expect(await codeOf(ask(voice, 'exit'))).toBe('unavailable')
      expect(voice.state.isDown).toBe(isDown)
    }
    use.worker = './missing.worker.ts'
    await clock.run(5_000)
    await until(() => lost === 4, 'the word it asked for was lost as well')
    expect(voice.state.isDown).toBe(true)
    use.worker = './faulty.worker.ts'
    await clock.run(4_999)
    expect(voice.state.isDown).toBe(true)
    await clock.run(1)
    await until(() => !voice.state.isDown, 'the voice was up')
    voice.close()
    expect(clock.pending).toBe(0)
  })

  test('by spinning is replaced when it was silent for too long', async () => {
    const clock = new FakeClock()
    const voice = faulty(clock)
    const failing = codeOf(ask(voice, 'spin'))
    const waiting = ask(voice, 'oui')
    await clock.run(14_999)
    expect(voice.state.restarts).toBe(0)
    await clock.run(1)
    expect(await failing).toBe('timeout')
    expect(await bytesOf(await waiting)).toBeGreaterThan(8_000)
    expect(voice.state.restarts).toBe(1)
    voice.close()
  })

  test('in the middle of a speech makes the chunks throw', async () => {
    const voice = faulty()
    const speech = await ask(voice, `${sentence} `.repeat(12))
    const chunks = speech.chunks[Symbol.asyncIterator]()
    await chunks.next()
    voice.close()
    const drained = (async () => {
      while (!(await chunks.next()).done);
    })()
    expect(await codeOf(drained)).toBe('aborted')
  })
})
