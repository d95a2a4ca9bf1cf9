// Files that the server cannot start without. They are looked for with the settings, so that a wrong folder is in the
// same list as a wrong port. What the files contain is checked when they are loaded.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hasCredentials } from '../providers/adapter.ts'
import { adaptersFor } from '../providers/adapters.ts'
import type { ProviderValues } from '../providers/settings.ts'
import type { General } from './conflicts.ts'

type Known = Partial<General & ProviderValues>

/** @returns one sentence per file that is missing; nothing when a setting that says where it lies is faulty */
export function assetFaults(config: Known): string[] {
  const { ASSETS_DIR, LANGUAGE } = config
  if (ASSETS_DIR === undefined) return []
  const shown = `ASSETS_DIR (${JSON.stringify(ASSETS_DIR)})`
  const hint = 'leave it unset, or set it to a copy of the assets folder of the project'
  if (!existsSync(join(ASSETS_DIR, 'phrases'))) return [`${shown} has no folder phrases: ${hint}`]
  const prompt = `prompts/${LANGUAGE}.md`
  const isThere = existsSync(join(ASSETS_DIR, prompt))
  if (LANGUAGE === undefined || isThere || !asksModel(config)) return []
  return [`${shown} has no ${prompt}, which the language model needs: ${hint}, or set LLM=scripted`]
}

/** Whether a language model is used: one of LLM that has credentials. */
function asksModel(config: Known): boolean {
  const models = adaptersFor('llm').filter(({ credentials }) => credentials !== undefined)
  return models.some((one) => config.LLM?.includes(one.name) && hasCredentials(one, config))
}
