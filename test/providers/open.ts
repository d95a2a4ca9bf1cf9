// Opens the providers as the server does, from an environment.

import { expect } from 'bun:test'
import type { Clock } from '../../src/base/clock.ts'
import { readSettings } from '../../src/base/setting.ts'
import type { AdapterDeps } from '../../src/providers/adapter.ts'
import { openProviders, type Providers } from '../../src/providers/catalog.ts'
import { type ProviderValues, providerSettings } from '../../src/providers/settings.ts'
import { secret, testDeps } from './contract.ts'

export type TestEnvironment = Record<string, string>
export const withKeys: TestEnvironment = {
  DEEPGRAM_API_KEY: secret,
  GROQ_API_KEY: secret,
  OPENAI_API_KEY: secret,
}

/** @param more values that no operator could set, such as shorter limits */
export function openFrom(
  environment: TestEnvironment,
  more: Partial<ProviderValues> = {},
  clock?: Clock,
  onTrouble?: AdapterDeps['onTrouble'],
): Providers {
  const { values, faults } = readSettings(providerSettings, environment)
  expect(faults).toEqual([])
  return openProviders({ ...values, ...more }, { ...testDeps(clock), onTrouble })
}
