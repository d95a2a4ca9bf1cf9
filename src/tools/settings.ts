// `bun run settings`: prints the table of settings, made from the code. `--init` writes a file of settings. `--write`
// puts the generated tables into docs/, `--check` fails when docs/ differs; test/config.test.ts checks the same.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wantsHelp } from '../base/command-line.ts'
import { configFileName, fileVariable } from '../config/sources.ts'
import { settingsTemplate } from '../config/template.ts'
import { settings } from '../config.ts'
import { adaptersFor } from '../providers/adapters.ts'

const docsDir = join(import.meta.dir, '../../docs')

/** @returns the Markdown table of all settings, one row each */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, { default: fallback, unit, about, secret }]) => {
    const range = secret ? `secret; or \`${fileVariable(name)}\`` : unit
    const cells = [`\`${name}\``, fallback === '' ? '–' : `\`${fallback}\``, range, about]
    return `| ${cells.join(' | ')} |`
  })
  return ['| variable | default | unit, range | what it sets |', '|---|---|---|---|', ...rows].join('\n')
}

/** @returns the Markdown table of all adapters, in the order of STT, LLM and TTS */
export function adaptersTable(): string {
  const services = ['stt', 'llm', 'tts'] as const
  const rows = services.flatMap(adaptersFor).map(({ service, name, about, credentials }) => {
    const accounts = credentials?.shared
      ? [credentials, credentials.shared]
      : credentials
        ? [credentials]
        : []
    const variables = accounts.flatMap(({ apiKey, baseUrl }) => [`\`${apiKey}\``, `\`${baseUrl}\``])
    const needs = variables.length === 0 ? '–' : variables.join(' or ')
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

const usage = `usage: bun run settings [--init | --write | --check]

  prints all settings with defaults and ranges, as a Markdown table
  --init   writes all settings, commented out, to voicebot.env or to the file that CONFIG_FILE names
  --write  updates the tables in docs/
  --check  ends with 1 when a table in docs/ is out of date`

/** Writes the file of settings, for its owner's eyes only: keys will be in it. @returns the exit code */
async function init(path: string, out: Out): Promise<number> {
  try {
    await writeFile(path, settingsTemplate(), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST'
    out.write(isThere ? `${path} exists already: it was not changed\n` : `${(error as Error).message}\n`)
    return 1
  }
  out.write(`${path} is written: remove the # before what you want to change\n`)
  return 0
}

async function docs(write: boolean, out: Out): Promise<number> {
  const stale = await updateDocs(write)
  for (const file of stale)
    out.write(
      write ? `docs/${file} is updated\n` : `docs/${file} is out of date: run bun run settings --write\n`,
    )
  return !write && stale.length > 0 ? 1 : 0
}

type Out = { write(text: string): unknown }

/** @returns the exit code: 0 done, 1 refused or out of date, 2 wrong arguments */
export async function settingsMain(
  args: readonly string[],
  out: Out,
  err: Out,
  environment: Record<string, string | undefined> = {},
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return 0
  }
  const flag = { type: 'boolean', default: false } as const
  let values: { init: boolean; write: boolean; check: boolean }
  try {
    values = parseArgs({ args: [...args], options: { init: flag, write: flag, check: flag } }).values
  } catch (error) {
    err.write(`${usage}\n\n${(error as Error).message}\n`)
    return 2
  }
  if (values.init) return init(environment.CONFIG_FILE?.trim() || configFileName, err)
  if (values.write || values.check) return docs(values.write, err)
  out.write(`${settingsTable()}\n`)
  return 0
}

if (import.meta.main)
  process.exitCode = await settingsMain(Bun.argv.slice(2), process.stdout, process.stderr, process.env)
