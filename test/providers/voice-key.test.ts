import { describe, expect, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { createOpenaiTts } from '../../src/providers/openai/tts.ts'
import { voiceKeyOf, voiceNameOf } from '../../src/providers/voice-key.ts'
import { openFrom, withKeys } from './open.ts'

const keyOf = (environment: Record<string, string>) => {
  const providers = openFrom({ ...withKeys, ...environment })
  const { voiceKey } = providers.tts
  providers.close()
  return voiceKey
}

describe('the key of a voice', () => {
  test.each([
    ['TTS_VOICE', 'alloy'],
    ['TTS_MODEL', 'kokoro'],
    ['TTS_INSTRUCTIONS', 'Parle vite.'],
    ['TTS_BASE_URL', 'http://127.0.0.1:8880/v1'],
    ['TTS_FORMAT', 'mp3'],
  ])('of openai differs with %s', (name, value) => {
    expect(keyOf({ TTS: 'openai', [name]: value })).not.toBe(keyOf({ TTS: 'openai' }))
  })

  test.each([
    ['AURA_VOICE', 'aura-2-hector-fr'],
    ['DEEPGRAM_BASE_URL', 'ws://127.0.0.1:9/'],
  ])('of aura differs with %s', (name, value) => {
    expect(keyOf({ TTS: 'aura', [name]: value })).not.toBe(keyOf({ TTS: 'aura' }))
  })

  test.each([
    ['VOXTRAL_VOICE', 'fr_marie_happy'],
    ['MISTRAL_BASE_URL', 'http://127.0.0.1:8880/v1'],
  ])('of voxtral differs with %s', (name, value) => {
    const voxtral = { TTS: 'voxtral', MISTRAL_API_KEY: 'k' }
    expect(keyOf({ ...voxtral, [name]: value })).not.toBe(keyOf(voxtral))
  })

  test('does not depend on the key of the account, nor on the order of its parts', () => {
    expect(keyOf({ TTS: 'openai', OPENAI_API_KEY: 'another' })).toBe(keyOf({ TTS: 'openai' }))
    expect(voiceKeyOf('a', { x: 1, y: 2 })).toBe(voiceKeyOf('a', { y: 2, x: 1 }))
  })

  test('does not depend on the login in an address', () => {
    const at = (baseUrl: string) => voiceKeyOf('a', { baseUrl })
    expect(at('https://bot:secret@voice.example/v1')).toBe(at('https://voice.example/v1'))
    expect(at('https://bot:other@voice.example/v1')).toBe(at('https://voice.example/v1'))
    expect(at('https://voice.example/v1?voice=2')).not.toBe(at('https://voice.example/v1'))
  })

  test('is the same with and without a slash at the end of the address', () => {
    const at = (address: string) => keyOf({ TTS: 'openai', OPENAI_BASE_URL: address })
    expect(at('http://127.0.0.1:8880/v1/')).toBe(at('http://127.0.0.1:8880/v1'))
    expect(at('https://api.openai.com/v1/')).toBe(keyOf({ TTS: 'openai' }))
  })

  test('has how each language is spoken, not only that of the desk', () => {
    const settings = { model: 'm', voice: 'v', format: 'pcm' as const, instructions: 'Parle.' }
    const at = (instructionsIn?: Record<string, string>) =>
      createOpenaiTts(
        () => Promise.reject(new Error('nothing is spoken')),
        'http://127.0.0.1/v1',
        { ...settings, ...(instructionsIn && { instructionsIn }) },
        { firstAudioMs: 1, chunkMs: 1 } as unknown as Parameters<typeof createOpenaiTts>[3],
        systemClock,
      ).voiceKey
    expect(at({ fr: 'Parle.', de: 'Sprich.' })).not.toBe(at({ fr: 'Parle.', de: 'Sprich schnell.' }))
    // One way for all languages is in the request already.
    expect(at({ fr: 'Parle.', de: 'Parle.' })).toBe(at())
  })

  test('begins with the name', () => {
    expect(voiceNameOf(keyOf({ TTS: 'openai' }))).toBe('openai/gpt-4o-mini-tts/coral')
    expect(voiceNameOf(keyOf({ TTS: 'embedded' }))).toBe('pico-1')
  })
})
