// Sentences that one machine spoke are hits on the others; nothing of a caller is among them.

import { beforeEach, describe, expect, test } from 'bun:test'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { CallVoice } from '../../src/call/sound/call-voice.ts'
import { Messages } from '../../src/cluster/messages.ts'
import { createSecrets } from '../../src/cluster/secrets.ts'
import { createVault } from '../../src/cluster/vault.ts'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { SpokenShelf } from '../../src/server/spoken-shelf.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { clusterKey } from './machines.ts'
import { MemoryRedis } from './memory-store.ts'

const voice = 'openai/coral#0123456789ab'
const sound = Int16Array.from({ length: 8_000 }, (_, i) => 1_000 * Math.sin(i / 5))
const sentence = 'Nous avons deux créneaux demain.'

let redis: MemoryRedis
beforeEach(() => {
  redis = new MemoryRedis()
})

function machine(id: string, inUse = voice) {
  const store = redis.store()
  const vault = createVault(store, createSecrets(clusterKey))
  const peers = { askAll: async () => [] }
  const messages = new Messages({ store, vault, members: { id }, peers })
  const clock = new FakeClock()
  const cache = createPhraseCache({ megabytes: 8, voice: inUse })
  const context = { clock, log: silentLog, metrics: new Metrics() }
  const shelf = new SpokenShelf(context, { store, vault, messages }, cache, inUse)
  cache.shareWith((...spoken) => shelf.give(...spoken))
  /** A call in which a line was spoken live. */
  const speak = (text: string, line: { name?: string; personal?: boolean } = {}, samples = sound) => {
    const phrases = cache.forCall()
    const deps = { phrases, language: 'fr', log: silentLog } as unknown as ConstructorParameters<
      typeof CallVoice
    >[0]
    const spoken = { text, name: 'slots', ...line } as Parameters<CallVoice['keep']>[0]
    const call = new CallVoice(deps)
    if (call.isWorthKeeping(spoken)) call.keep(spoken, samples, inUse)
  }
  return { cache, clock, speak }
}
/** Whatever was given is in Redis now. */
const given = () => new Promise((resolve) => setTimeout(resolve))

describe('a sentence that one machine spoke', () => {
  test('is a hit on the others, and on one that starts later', async () => {
    const [a, b] = [machine('a'), machine('b')]
    a.speak(sentence)
    await until('b has it', () => b.cache.peek(sentence, 'fr') !== undefined)
    expect(b.cache.forCall().find(sentence, 'fr')?.samples).toEqual(sound)
    const late = machine('late')
    await until('it has it too', () => late.cache.peek(sentence, 'fr') !== undefined)
  })

  test('arrives with the next look when its message was lost', async () => {
    const [a, b] = [machine('a'), machine('b')]
    redis.isDeaf = true
    a.speak(sentence)
    await until('it is in Redis', () => redis.lists.size > 0)
    b.clock.advance(60_000)
    await until('b has it', () => b.cache.peek(sentence, 'fr') !== undefined)
  })

  test('is not one of a machine whose voice is told to speak otherwise', async () => {
    const [a, b] = [machine('a'), machine('b', 'openai/coral#ba9876543210')]
    a.speak(sentence)
    await until('it is in Redis', () => redis.lists.size > 0)
    b.clock.advance(60_000)
    await given()
    expect(b.cache.peek(sentence, 'fr')).toBeUndefined()
  })

  test('stays where it is with a caller’s words, from the model, or when it is long', async () => {
    const a = machine('a')
    a.speak('Merci, madame Durand.', { personal: true })
    for (let i = 0; i < 3; i++) a.speak('Un technicien passe chez Durand.', { name: 'model' })
    a.speak('Longue phrase.', {}, new Int16Array(88_000))
    await given()
    expect(redis.values.size).toBe(0)
    expect(redis.lists.size).toBe(0)
  })

  test('cannot be read in Redis, and is there once', async () => {
    const a = machine('a')
    a.speak(sentence)
    await until('it is in Redis', () => redis.lists.size > 0)
    a.speak(sentence)
    await given()
    const lists = [...redis.lists.values()].flat().map(({ line }) => line)
    expect(lists).toHaveLength(1)
    for (const text of [...redis.values.keys(), ...redis.values.values(), ...lists])
      expect(Buffer.from(text, 'base64').toString('latin1') + text).not.toMatch(/demain|coral/)
  })

  test('is not given while Redis is gone', async () => {
    const a = machine('a')
    redis.isUp = false
    a.speak(sentence)
    await given()
    redis.comeBack()
    expect(redis.values.size).toBe(0)
  })
})
