import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readdir } from 'node:fs/promises'
import { createVoice, VoiceHost } from '../../../src/providers/embedded/voice.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const voice = await createVoice({ language: 'fr', clock: new FakeClock() })
afterAll(() => voice.close())

const sha = (samples: Int16Array) => Bun.hash(new Uint8Array(samples.buffer)).toString(16)
const text = 'Je vous passe un conseiller. Restez en ligne.'

test('the same text gives the same bytes, after any other text and in any thread', async () => {
  const first = sha(await voice.speak(text))
  await voice.speak('Tapez un pour Internet.')
  const again = sha(await voice.speak(text))
  const other = await createVoice({ language: 'fr', clock: new FakeClock() })
  const elsewhere = sha(await other.speak(text))
  other.close()
  expect([again, elsewhere]).toEqual([first, first])
})

test('each language has its own voice', async () => {
  const english = await createVoice({ language: 'en', clock: new FakeClock() })
  expect(sha(await english.speak('Internet'))).not.toBe(sha(await voice.speak('Internet')))
  english.close()
})

test('a thread that speaks slowly is left alone; one that stops speaking hangs', async () => {
  const clock = new FakeClock()
  const thread = {
    postMessage() {},
    addEventListener() {},
    ref() {},
    unref() {},
    terminate() {},
  } as object as Worker
  const host = new VoiceHost({ clock, createWorker: () => thread })
  let heard = 0
  const ends: (string | undefined)[] = []
  host.speak('Un instant.', 'fr', { onSamples: () => heard++, onEnd: (error) => ends.push(error?.code) })
  await clock.run(14_000)
  for (let pieces = 0; pieces < 10; pieces++) {
    const data = { kind: 'samples', id: 1, samples: new Int16Array(800) }
    thread.onmessage?.({ data } as MessageEvent)
    await clock.run(4_900)
  }
  expect([heard, ends]).toEqual([10, []])
  await clock.run(100)
  expect(ends).toEqual(['timeout'])
  host.close()
})

test('a language without a voice is refused at once', async () => {
  expect(await createVoice({ language: 'xx' }).catch((error) => error.code)).toBe('badVoice')
})

test('the timer of the main thread runs while the voice works', async () => {
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  const samples = await voice.speak(`${text} `.repeat(10))
  clearInterval(timer)
  expect(samples.length).toBeGreaterThan(16_000)
  expect(ticks).toBeGreaterThan(5)
})

test.skipIf(process.platform !== 'linux')(
  'the voice thread is at nice 10, the main thread is not',
  async () => {
    const niceOf = async (thread: string) => {
      const stat = await Bun.file(`/proc/self/task/${thread}/stat`).text()
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
    }
    const threads = await readdir('/proc/self/task')
    const main = await niceOf(String(process.pid))
    const others = await Promise.all(threads.map((thread) => niceOf(thread).catch(() => main)))
    expect(others).toContain(10)
    expect(main).toBeLessThan(10)
  },
)
