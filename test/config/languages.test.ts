import { expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { offeredLanguages } from '../../src/config/languages.ts'
import { loadConfig, readConfig } from '../../src/config.ts'

test('calls are in LANGUAGE only unless LANGUAGES offers more', () => {
  expect(offeredLanguages(readConfig({}))).toEqual(['fr'])
  expect(offeredLanguages(readConfig({ LANGUAGE: 'en', LANGUAGES: 'fr, en' }))).toEqual(['en', 'fr'])
})

test('a language without a folder is refused with those that there are', () => {
  expect(() => readConfig({ LANGUAGES: 'en,xx,tlh' })).toThrow(
    /LANGUAGES \("en,xx,tlh"\) contains "xx", "tlh"; known are .*en.*fr/,
  )
})

test('each offered language needs phrases and prompt; all that is missing is named at once', () => {
  const assets = mkdtempSync(join(tmpdir(), 'languages-'))
  mkdirSync(join(assets, 'phrases'))
  mkdirSync(join(assets, 'prompts'))
  writeFileSync(join(assets, 'phrases/fr.json'), '{}')
  writeFileSync(join(assets, 'prompts/fr.md'), '')
  const load = (environment: Record<string, string>) => () =>
    loadConfig({ CONFIG_FILE: '', ASSETS_DIR: assets, ...environment }, { forServer: true })
  try {
    expect(load({ GROQ_API_KEY: 'a-key' })).not.toThrow()
    expect(load({ GROQ_API_KEY: 'a-key', LANGUAGES: 'en' })).toThrow(
      /has no phrases\/en\.json, which LANGUAGES names.*\n.*has no prompts\/en\.md/,
    )
    expect(load({ LANGUAGES: 'en', LLM: 'scripted' })).toThrow(/has no phrases\/en\.json/)
  } finally {
    rmSync(assets, { recursive: true })
  }
})
