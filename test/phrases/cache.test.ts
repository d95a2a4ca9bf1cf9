import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { Arena } from '../../src/phrases/arena.ts'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { hashPhrase } from '../../src/phrases/hash.ts'
import { openPhrases } from '../../src/phrases/reader.ts'
import { cacheOf48, house, recordings } from './recordings.ts'
import { pattern } from './support.ts'

setDefaultTimeout(60_000)

describe('the phrase cache', () => {
  test('counts hits and misses, and returns the same view each time', () => {
    const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
    expect(cache.find('oui', 'fr')).toBeUndefined()
    cache.keep('oui', 'fr', pattern(3, 320))
    const view = cache.find('oui', 'fr')
    expect(view?.samples).toEqual(pattern(3, 320))
    expect(cache.find('oui', 'fr')).toBe(view!)
    expect(cache.find('oui', 'en')).toBeUndefined()
    const { hits, misses, kept } = cache.state
    expect({ hits, misses, kept }).toEqual({ hits: 2, misses: 2, kept: 1 })
  })

  test('knows a sentence of the model again, from any call, in its language', () => {
    const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
    const [one, other] = [cache.forCall(), cache.forCall()]
    expect([one.isRepeated('Un instant.', 'fr'), one.isRepeated('Un instant.', 'en')]).toEqual([false, false])
    expect([other.isRepeated('Un instant.', 'fr'), other.isRepeated('Un moment.', 'fr')]).toEqual([
      true,
      false,
    ])
  })

  test('updates its metrics', () => {
    const metrics = new Metrics()
    const cache = createPhraseCache({ megabytes: 1, voice: 'aura', metrics })
    cache.install(recordings(cache.nextGeneration(), 'pico-1', { Bonjour: house }), ['pico-1'])
    cache.peek('Bonjour', 'fr')
    cache.find('Bonjour', 'fr')
    cache.find('non', 'fr')
    cache.keep('oui', 'fr', pattern(3, 320))
    cache.keep('trop long', 'fr', pattern(3, 200_000))
    const values = metrics.snapshot().map((one) => [one.name, 'value' in one ? one.value : undefined])
    expect(Object.fromEntries(values)).toEqual({
      phrase_hits_total: 1,
      phrase_misses_total: 1,
      phrase_refused_total: 1,
      phrase_evicted: 0,
      phrase_bytes: cache.state.bytes,
      phrase_recordings: 1,
      phrase_kept: 1,
      phrase_generation: 2,
    })
  })

  test('copies what it keeps', () => {
    const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
    const samples = pattern(3, 320)
    cache.keep('oui', 'fr', samples)
    samples.fill(0)
    expect(cache.find('oui', 'fr')?.samples).toEqual(pattern(3, 320))
  })

  test('finds the recording whatever voice is in use', () => {
    const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
    cache.install(recordings(cache.nextGeneration(), 'pico-1', { Bonjour: house }), ['pico-1'])
    expect(cache.find('Bonjour', 'fr')?.samples).toEqual(house)
  })

  test('finds the oldest of 48 generations, or a miss', () => {
    const cache = cacheOf48()
    expect(cache.find('phrase 0', 'fr')?.samples.length).toBe(400_000)
    expect(cache.find('nothing like it', 'fr')).toBeUndefined()
  })

  test('prefers the voice in use where it has spoken the text', () => {
    const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
    cache.install(recordings(cache.nextGeneration(), 'pico-1', { Bonjour: house }), ['pico-1'])
    cache.keep('Bonjour', 'fr', pattern(9, 320))
    expect(cache.find('Bonjour', 'fr')?.samples[0]).toBe(9)
    cache.useVoice('alloy')
    expect(cache.find('Bonjour', 'fr')?.samples).toEqual(house)
  })

  test('prefers a new recording to what the same voice spoke live', () => {
    const cache = createPhraseCache({ megabytes: 4, voice: 'pico-1' })
    cache.keep('Bonjour', 'fr', pattern(9, 320))
    cache.install(recordings(cache.nextGeneration(), 'pico-1', { Bonjour: house }), ['pico-1'])
    expect(cache.find('Bonjour', 'fr')?.samples).toEqual(house)
  })

  test('keeps what a fallback voice spoke under that voice’s name', () => {
    const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
    cache.keep('oui', 'fr', pattern(3, 320), 'pico-1')
    expect(cache.find('oui', 'fr')).toBeUndefined()
    cache.useVoice('pico-1')
    expect(cache.find('oui', 'fr')?.samples).toEqual(pattern(3, 320))
  })

  test('keeps live phrases when the recordings are replaced, and drops the old recordings', () => {
    const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
    cache.install(recordings(cache.nextGeneration(), 'pico-1', { Bonjour: house }), ['pico-1'])
    const playing = cache.find('Bonjour', 'fr')!
    cache.keep('oui', 'fr', pattern(3, 320))
    cache.install(recordings(cache.nextGeneration(), 'pico-1', { Bonsoir: pattern(2, 320) }), ['pico-1'])
    expect(cache.find('Bonjour', 'fr')).toBeUndefined()
    expect(cache.find('oui', 'fr')?.samples).toEqual(pattern(3, 320))
    expect(cache.find('Bonsoir', 'fr')!.generation).toBeGreaterThan(playing.generation)
    expect(playing.samples).toEqual(house)
  })

  test('evicts the least recently used generation, and never exceeds its budget', () => {
    const cache = createPhraseCache({ megabytes: 1, voice: 'aura' })
    const second = 8_000
    // A generation of a quarter of a megabyte has samples for 16 such phrases.
    const perGeneration = 16
    for (let n = 0; n < 4 * perGeneration; n++) cache.keep(`phrase ${n}`, 'fr', pattern(n, second))
    expect(cache.state).toMatchObject({ kept: 64, evicted: 0, refused: 0 })
    const playing = cache.find('phrase 0', 'fr')!
    cache.keep('one too many', 'fr', pattern(99, second))
    expect(cache.state).toMatchObject({ kept: 49, evicted: 1, refused: 0 })
    expect(cache.find('phrase 0', 'fr')).toBe(playing)
    expect(cache.find('phrase 16', 'fr')).toBeUndefined()
    expect(cache.find('phrase 32', 'fr')?.samples).toEqual(pattern(32, second))
    for (let n = 100; n < 400; n++) {
      cache.keep(`phrase ${n}`, 'fr', pattern(n, second))
      expect(cache.state.bytes).toBeLessThanOrEqual(1_048_576)
    }
    expect(cache.find('phrase 0', 'fr')).toBeUndefined()
    expect(playing.samples).toEqual(pattern(0, second))
  })

  test.each([
    ['a phrase longer than a generation', 1, pattern(1, 140_000), 1],
    ['a phrase when no room is left', 0.5, pattern(1, 160), 1],
    ['no samples, and does not call that a refusal', 1, new Int16Array(0), 0],
  ])('does not keep %s', (_what, megabytes, samples, refused) => {
    const cache = createPhraseCache({ megabytes, voice: 'aura' })
    cache.keep('non', 'fr', samples)
    expect(cache.find('non', 'fr')).toBeUndefined()
    expect(cache.state.refused).toBe(refused)
  })

  test('refuses recordings larger than its budget and keeps the old ones', () => {
    const cache = createPhraseCache({ megabytes: 1, voice: 'aura' })
    cache.install(recordings(cache.nextGeneration(), 'pico-1', { Bonjour: house }), ['pico-1'])
    const large = Arena.create({ generation: cache.nextGeneration(), entries: 1, samples: 900_000 })
    expect(() => cache.install(large, ['pico-1'])).toThrow('PHRASE_CACHE_MB=2 or more')
    expect(cache.find('Bonjour', 'fr')?.samples).toEqual(house)
  })

  test('refuses a set whose reload began before that of the set in use', () => {
    const cache = createPhraseCache({ megabytes: 1, voice: 'aura' })
    const slow = recordings(cache.nextGeneration(), 'pico-1', { Bonjour: pattern(5, 160) })
    cache.install(recordings(cache.nextGeneration(), 'pico-1', { Bonjour: house }), ['pico-1'])
    expect(() => cache.install(slow, ['pico-1'])).toThrow('reload began later')
    expect(cache.find('Bonjour', 'fr')?.samples).toEqual(house)
  })

  test('evicts live phrases to make room for larger recordings', () => {
    const cache = createPhraseCache({ megabytes: 1, voice: 'aura' })
    for (let n = 0; n < 64; n++) cache.keep(`phrase ${n}`, 'fr', pattern(n, 8_000))
    cache.install(Arena.create({ generation: 9, entries: 1, samples: 300_000 }), ['pico-1'])
    expect(cache.state.bytes).toBeLessThanOrEqual(1_048_576)
    expect(cache.state.evicted).toBe(3)
  })

  test('distinguishes two texts whose hashes collide in their slot', () => {
    const collide = (voice: string, language: string, text: string, key: Int32Array) => {
      hashPhrase(voice, language, text, key)
      key[0] = 42
      key[1] = 42
    }
    const cache = createPhraseCache({ megabytes: 1, voice: 'aura', hash: collide })
    for (let n = 0; n < 20; n++) cache.keep(`phrase ${n}`, 'fr', pattern(n, 100))
    for (let n = 0; n < 20; n++) expect(cache.find(`phrase ${n}`, 'fr')?.samples[0]).toBe(n)
    expect(cache.find('phrase 20', 'fr')).toBeUndefined()
  })

  describe('for a call', () => {
    const desk = { Bonjour: house, Merci: pattern(4, 160) }
    const spoken = (voice: string) => ({ onAir: true, arena: recordings(1, voice, desk) })
    const onAir = () => {
      const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
      cache.install(recordings(1, 'pico-1', { ...desk, Oui: house }), ['pico-1'], [], spoken('aura'))
      return cache
    }
    const voicesOf = (call: { find(text: string, language: string): object | undefined }) =>
      ['Bonjour', 'Merci', 'Oui'].map((text) => call.find(text, 'fr'))

    test('are in the voice in use and no other, once it is on air', () => {
      const cache = onAir()
      expect(voicesOf(cache.forCall())).toEqual([
        cache.find('Bonjour', 'fr'),
        cache.find('Merci', 'fr'),
        undefined,
      ])
      expect(cache.state.recordings).toBe(5)
    })

    test('stay those of the recordings when the call began before, whatever is installed since', () => {
      const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
      cache.install(recordings(1, 'pico-1', desk), ['pico-1'])
      const call = cache.forCall()
      cache.keep('Bonjour', 'fr', pattern(9, 320))
      cache.install(recordings(2, 'pico-1', desk), ['pico-1'], [], spoken('aura'))
      expect(call.find('Bonjour', 'fr')?.generation).toBe(2)
      expect(cache.forCall().find('Bonjour', 'fr')?.generation).toBe(1)
    })

    test('are in the new voice after a change, as far as it has them', () => {
      const cache = onAir()
      const call = cache.forCall()
      call.changeVoice('pico-1')
      expect(call.find('Oui', 'fr')?.samples).toEqual(house)
      call.changeVoice('alloy')
      expect(voicesOf(call)).toEqual([undefined, undefined, undefined])
      call.keep('Bonjour', 'fr', pattern(7, 320), 'alloy')
      expect(call.find('Bonjour', 'fr')?.samples[0]).toBe(7)
      expect(cache.forCall().find('Bonjour', 'fr')?.generation).toBe(1)
    })

    test('begin with the sounds of people', () => {
      const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
      const people = recordings(3, 'speaker', { Bonjour: pattern(8, 160) })
      cache.install(people, ['speaker'], ['speaker'], spoken('aura'))
      expect(cache.forCall().find('Bonjour', 'fr')?.samples[0]).toBe(8)
    })

    test('are refused when both sets together exceed the budget', () => {
      const cache = createPhraseCache({ megabytes: 1, voice: 'aura' })
      const half = (generation: number) => Arena.create({ generation, entries: 1, samples: 300_000 })
      const own = { onAir: true, arena: half(1) }
      expect(() => cache.install(half(1), ['pico-1'], [], own)).toThrow('PHRASE_CACHE_MB=2 or more')
    })
  })

  test('a share older than the last swap is stale, and still reads whole phrases', () => {
    const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
    cache.install(recordings(cache.nextGeneration(), 'pico-1', { Bonjour: house }), ['pico-1'])
    cache.nextGeneration()
    const reader = openPhrases(cache.share())
    expect(reader.stale).toBe(false)
    const elsewhere = openPhrases(cache.share())
    cache.useVoice('alloy')
    expect(elsewhere.stale).toBe(true)
    cache.keep('oui', 'fr', pattern(3, 320))
    expect(reader.stale).toBe(true)
    expect(reader.find('Bonjour', 'fr')).toEqual(house)
    expect(openPhrases(cache.share()).find('oui', 'fr')).toEqual(pattern(3, 320))
    expect(reader.find('oui', 'fr')).toBeUndefined()
  })
})
