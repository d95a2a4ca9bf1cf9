// The text of a new voicebot.env: every setting with its sentence, commented out, in groups. What is commented out
// keeps its default, also when a later version has a better one.

import type { Setting, SettingTable } from '../base/setting.ts'
import { adapters } from '../providers/adapters.ts'
import { chainSettings } from '../providers/settings.ts'
import { quoteValue } from './env-file.ts'
import { generalGroups } from './general.ts'
import { fileVariable } from './sources.ts'

const head = `\
# Settings of the voicebot. Remove the # before a setting to change it; what stays commented out has its default. A
# variable of the environment wins over this file. Comments need lines of their own, and a value with blanks or a #
# needs quotes. docs/settings.md has the same list as a table.`

/** Every setting but CONFIG_FILE once, in groups: the general ones, the chains, then each vendor's own. */
export function settingGroups(): [title: string, table: SettingTable][] {
  const groups = new Map<string, Record<string, Setting>>()
  const seen = new Set<string>()
  const add = (title: string, table: SettingTable) => {
    for (const [name, one] of Object.entries(table)) {
      if (seen.has(name)) continue
      seen.add(name)
      const group = groups.get(title) ?? {}
      groups.set(title, group)
      group[name] = one
    }
  }
  for (const [title, table] of Object.entries(generalGroups)) add(title, table)
  add('Recognisers, language models and voices', chainSettings)
  for (const { vendor, settings } of adapters) add(`Vendor: ${vendor}`, settings)
  return [...groups]
}

export function settingsTemplate(): string {
  const blocks = settingGroups().map(([title, table]) => {
    const entries = Object.entries(table).map(([name, setting]) => entry(name, setting))
    return [`# ---- ${title} ----`, ...entries].join('\n\n')
  })
  return `${[head, ...blocks].join('\n\n')}\n`
}

function entry(name: string, { default: fallback, unit, about, secret }: Setting): string {
  const values = unit === '' ? '' : ` (${unit})`
  const lines = [`# ${about}${values}`, `#${name}=${quoteValue(fallback)}`]
  if (secret) lines.push(`#${fileVariable(name)}=/path/of/a/file/that/holds/it`)
  return lines.join('\n')
}
