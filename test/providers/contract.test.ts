// What the list of adapters promises. The contract-*.test.ts files run the same tests over every adapter of the list: the
// vendors' real SDKs talk to the fake clouds, the embedded adapters run as they are.

import { describe, expect, test } from 'bun:test'
import { adapterNames, adapters } from '../../src/providers/adapters.ts'
import { keyOf, startContract } from './contract.ts'

const { fakeOf, openAll } = startContract()

describe('the list of adapters', () => {
  test.each(adapters.map((one) => [keyOf(one), one] as const))('%s opens under its own name', (_, one) => {
    const opened = openAll(one)
    if (one.name === 'scripted') expect(opened).toEqual([])
    else expect(opened.length).toBeGreaterThan(0)
    for (const { adapter } of opened) {
      expect(adapter.name).toBe(one.name)
      adapter.close()
    }
  })

  test('every adapter that needs credentials has a fake here', () => {
    const keys = adapters.filter(({ credentials }) => credentials).map(keyOf)
    expect(Object.keys(fakeOf).sort()).toEqual(keys.sort())
  })

  test('has no vendor twice for one service and name', () => {
    expect(new Set(adapters.map(keyOf)).size).toBe(adapters.length)
  })

  test('credentials are among the settings, and a setting that two adapters share is the same one', () => {
    const seen = new Map<string, unknown>()
    for (const { settings, credentials } of adapters) {
      if (credentials) expect(Object.keys(settings)).toContain(credentials.apiKey)
      if (credentials) expect(settings[credentials.apiKey].secret).toBe(true)
      if (credentials) expect(Object.keys(settings)).toContain(credentials.baseUrl)
      for (const [name, setting] of Object.entries(settings)) {
        expect(seen.get(name) ?? setting).toBe(setting)
        seen.set(name, setting)
      }
    }
  })

  test('accepts the names that operators have', () => {
    const containing = (...names: string[]) => expect.arrayContaining(names)
    expect(adapterNames('stt')).toEqual(containing('deepgram', 'flux', 'whisper', 'embedded'))
    expect(adapterNames('llm')).toEqual(containing('groq', 'openai', 'scripted'))
    expect(adapterNames('tts')).toEqual(containing('openai', 'aura', 'embedded'))
  })
})
