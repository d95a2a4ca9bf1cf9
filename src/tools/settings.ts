// `bun run settings`: prints the table of settings, made from the code. `--write` puts the generated tables into docs/,
// `--check` fails when docs/ differs; test/config.test.ts checks the same.

import { join } from 'node:path'
import { commandLine } from '../base/command-line.ts'
import { settings } from '../config.ts'
import { adaptersFor } from '../providers/adapters.ts'

const docsDir = join(import.meta.dir, '../../docs')

/** @returns the Markdown table of all settings, one row each */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, { default: fallback, unit, about }]) => {
    const cells = [`\`${name}\``, fallback === '' ? '–' : `\`${fallback}\``, unit, about]
    return `| ${cells.join(' | ')} |`
  })
  return ['| variable | default | unit, range | what it sets |', '|---|---|---|---|', ...rows].join('\n')
}

/** @returns the Markdown table of all adapters, in the order of STT, LLM and TTS */
export function adaptersTable(): string {
  const services = ['stt', 'llm', 'tts'] as const
  const rows = services.flatMap(adaptersFor).map(({ service, name, about, credentials }) => {
    const needs = credentials ? `\`${credentials.apiKey}\` or \`${credentials.baseUrl}\`` : '–'
    return `| \`${service.toUpperCase()}\` | \`${name}\` | ${about} | ${needs} |`
  })
  return ['| setting | adapter | what it is | needs |', '|---|---|---|---|', ...rows].join('\n')
}

/** The generated parts of the docs: a file of docs/, the mark that encloses the part, and what makes it. */
const generated = [
  { file: 'settings.md', mark: 'settings', make: settingsTable },
  { file: 'vendors.md', mark: 'adapters', make: adaptersTable },
] as const

/**
 * Compares docs/ with what the code generates.
 *
 * @param write whether to rewrite the files that differ
 * @returns the names of the files that differed
 */
export async function updateDocs(write: boolean): Promise<string[]> {
  const stale: string[] = []
  for (const { file, mark, make } of generated) {
    const path = join(docsDir, file)
    const text = await Bun.file(path).text()
    const part = new RegExp(`<!-- ${mark} -->\n[^]*?<!-- /${mark} -->`)
    const updated = text.replace(part, () => `<!-- ${mark} -->\n${make()}\n<!-- /${mark} -->`)
    if (updated === text) continue
    stale.push(file)
    if (write) await Bun.write(path, updated)
  }
  return stale
}

const usage = `usage: bun run settings [--write | --check]

  prints all settings with defaults and ranges, as a Markdown table
  --write  updates the tables in docs/
  --check  ends with 1 when a table in docs/ is out of date`

if (import.meta.main) {
  const flag = { type: 'boolean', default: false } as const
  const { write, check } = commandLine(usage, { options: { write: flag, check: flag } }).values
  if (!write && !check) process.stdout.write(`${settingsTable()}\n`)
  else {
    const stale = await updateDocs(write)
    for (const file of stale)
      process.stderr.write(
        write ? `docs/${file} is updated\n` : `docs/${file} is out of date: run bun run settings --write\n`,
      )
    if (!write && stale.length > 0) process.exitCode = 1
  }
}
