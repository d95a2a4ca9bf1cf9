// Files that the server cannot start without. They are looked for with the settings, so that a wrong folder is in the
// same list as a wrong port. What the files contain is checked when they are loaded.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hasCredentials } from '../providers/adapter.ts'
import { adaptersFor } from '../providers/adapters.ts'
import type { ProviderValues } from '../providers/settings.ts'
import type { General } from './conflicts.ts'
import { offeredLanguages } from './languages.ts'

type Known = Partial<General & ProviderValues>

/** @returns one sentence per file that is missing; nothing when a setting that says where it lies is faulty */
export function assetFaults(config: Known): string[] {
  const { ASSETS_DIR, LANGUAGE, LANGUAGES } = config
  if (ASSETS_DIR === undefined) return []
  const shown = `ASSETS_DIR (${JSON.stringify(ASSETS_DIR)})`
  const hint = 'leave it unset, or set it to a copy of the assets folder of the project'
  if (!existsSync(join(ASSETS_DIR, 'phrases'))) return [`${shown} has no folder phrases: ${hint}`]
  if (LANGUAGE === undefined || LANGUAGES === undefined) return []
  const isThere = (file: string) => existsSync(join(ASSETS_DIR, file))
  return offeredLanguages({ LANGUAGE, LANGUAGES }).flatMap((code) => {
    const faults: string[] = []
    // What LANGUAGE lacks is named by the start, which needs it in any case.
    const phrases = `phrases/${code}.json`
    if (code !== LANGUAGE && !isThere(phrases))
      faults.push(`${shown} has no ${phrases}, which LANGUAGES names: ${hint}`)
    const prompt = `prompts/${code}.md`
    if (!isThere(prompt) && asksModel(config))
      faults.push(`${shown} has no ${prompt}, which the language model needs: ${hint}, or set LLM=scripted`)
    return faults
  })
}

/** Whether a language model is used: one of LLM that has credentials. */
function asksModel(config: Known): boolean {
  const models = adaptersFor('llm').filter(({ credentials }) => credentials !== undefined)
  return models.some((one) => config.LLM?.includes(one.name) && hasCredentials(one, config))
}
