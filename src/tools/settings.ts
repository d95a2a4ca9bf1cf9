// `bun run settings`: prints the table of settings, made from the code. `--write` puts the generated tables into docs/,
// `--check` fails when docs/ differs; test/config.test.ts checks the same.

import { join } from 'node:path'
import { settings } from '../config.ts'

const docsDir = join(import.meta.dir, '../../docs')

/** @returns the Markdown table of all settings, one row each */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, { default: fallback, unit, about }]) => {
    const cells = [`\`${name}\``, fallback === '' ? '–' : `\`${fallback}\``, unit, about]
    return `| ${cells.join(' | ')} |`
  })
  return ['| variable | default | unit, range | what it sets |', '|---|---|---|---|', ...rows].join('\n')
}

/** The generated parts of the docs: a file of docs/, the mark that encloses the part, and what makes it. */
const generated = [{ file: 'settings.md', mark: 'settings', make: settingsTable }] as const

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

if (import.meta.main) {
  const option = process.argv[2]
  if (option === undefined) process.stdout.write(`${settingsTable()}\n`)
  else if (option === '--write' || option === '--check') {
    const stale = await updateDocs(option === '--write')
    for (const file of stale)
      process.stderr.write(
        option === '--write'
          ? `docs/${file} is updated\n`
          : `docs/${file} is stale: run bun run settings --write\n`,
      )
    if (option === '--check' && stale.length > 0) process.exitCode = 1
  } else {
    process.stderr.write('usage: bun run settings [--write | --check]\n')
    process.exitCode = option === '--help' ? 0 : 2
  }
}
