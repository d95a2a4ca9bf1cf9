// A vendor that refuses one language still serves the calls in another.

import { expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { ProviderFailure } from '../../src/providers/errors.ts'
import { createSttChain } from '../../src/providers/fallback-stt.ts'
import { createTtsChain } from '../../src/providers/fallback-tts.ts'
import type { Stt, SttOpen } from '../../src/providers/stt.ts'
import { Trouble } from '../../src/providers/trouble.ts'
import type { Tts } from '../../src/providers/tts.ts'
import { openCall } from '../support/hearing.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

const refusal = (status: number) =>
  new ProviderFailure(status === 401 ? 'auth' : 'refused', `a answered ${status}`, { status })

/** A voice that speaks French and Spanish as these say; undefined speaks. */
function voice(name: string, refuses: (language: string) => ProviderFailure | undefined) {
  const asked: string[] = []
  const tts: Tts = {
    ...{ name, voice: name, voiceKey: name },
    async speak({ language }) {
      asked.push(language)
      const failure = refuses(language)
      if (failure) throw failure
      async function* chunks() {
        yield new Uint8Array(16_000)
      }
      return { format: { encoding: 's16le', rateHz: 8_000 }, chunks: chunks() }
    },
    close() {},
  }
  return { tts, asked }
}

function voices(refuses: (language: string) => ProviderFailure | undefined) {
  const [a, b] = [voice('a', refuses), voice('b', () => undefined)]
  const troubles: [string, string | undefined][] = []
  const clock = new FakeClock()
  const onTrouble = (label: string, reason: string | undefined) => void troubles.push([label, reason])
  const deps = { clock, random: () => 0.5, metrics: new Metrics(), onTrouble }
  const chain = createTtsChain([a.tts, b.tts], deps, { policy: { retries: 0 } })
  const speak = async (language: string) => {
    for await (const part of chain.parts({ text: 'oui', language, signal: new AbortController().signal })) {
      for await (const _ of part.chunks) part.accept()
      return part.adapter
    }
    return undefined
  }
  return { a, speak, troubles, clock }
}

test('a voice without Spanish speaks French, and is not asked for Spanish again', async () => {
  const { a, speak, troubles, clock } = voices((language) => (language === 'es' ? refusal(404) : undefined))
  const spoken: (string | undefined)[] = []
  for (const language of ['es', 'fr', 'es', 'fr', 'es', 'fr']) spoken.push(await speak(language))
  expect(spoken).toEqual(['b', 'a', 'b', 'a', 'b', 'a'])
  expect(a.asked).toEqual(['es', 'fr', 'fr', 'fr'])
  // Not once for each call: the second report only adds the language, once there are two.
  expect(troubles).toEqual([
    ['a', 'a answered 404'],
    ['a', "a answered 404 in 'es'"],
  ])
  clock.advance(300_000)
  await speak('es')
  expect(a.asked).toEqual(['es', 'fr', 'fr', 'fr', 'es'])
})

test('a wrong key is refused in every language', async () => {
  const { a, speak } = voices(() => refusal(401))
  expect([await speak('es'), await speak('fr')]).toEqual(['b', 'b'])
  expect(a.asked).toEqual(['es'])
})

test('a recogniser without Spanish hears French, and its breaker stays closed', async () => {
  const opened: string[] = []
  const recogniser = (name: string, refuses: readonly string[]): Stt => ({
    ...{ name, hearsWords: true },
    open({ language, onEvent }: SttOpen) {
      opened.push(`${name} ${language}`)
      if (refuses.includes(language))
        queueMicrotask(() =>
          onEvent({ kind: 'link', state: 'failed', code: 'refused', failure: refusal(400) }),
        )
      else queueMicrotask(() => onEvent({ kind: 'transcript', text: 'oui', isFinal: true }))
      return { hint() {}, finalize() {}, close() {} }
    },
    close() {},
  })
  const metrics = new Metrics()
  const clock = new FakeClock()
  const chain = createSttChain([recogniser('a', ['es']), recogniser('b', [])], {
    ...{ clock, random: () => 0.5, metrics, language: 'fr' },
  })
  const call = async (language: string) => {
    const session = openCall(chain, { language, callId: 'c', onEvent() {} })
    await Promise.resolve()
    await Promise.resolve()
    session.close()
  }
  await call('es')
  await call('es')
  await call('fr')
  expect(opened).toEqual(['a es', 'b es', 'b es', 'a fr'])
  expect(metrics.gauge('provider_breaker_state', '', { adapter: 'stt/a' }).value).toBe(0)
  clock.advance(15_000)
  await call('es')
  expect(opened.slice(4)).toEqual(['a es', 'b es'])
})

test('trouble of one language does not hide, or end, that of another', () => {
  const trouble = new Trouble(new FakeClock())
  trouble.refuse(refusal(404), 'es')
  trouble.refuse(refusal(404), 'de')
  expect([trouble.isOff('es'), trouble.isOff('de'), trouble.isOff('fr')]).toEqual([true, true, false])
  expect(trouble.works('es')).toEqual({ reason: "a answered 404 in 'de'" })
  expect(trouble.works('fr')).toBe(false)
  expect(trouble.works('de')).toEqual({ reason: undefined })
})
