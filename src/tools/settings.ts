// `bun run settings`: the README's table of settings, from the schema itself. test/config.test.ts compares the two.

import { settings } from '../config.ts'

/** One Markdown row a setting. */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, { default: fallback, unit, about }]) => {
    const cells = [`\`${name}\``, fallback === '' ? '–' : `\`${fallback}\``, unit, about]
    return `| ${cells.join(' | ')} |`
  })
  return ['| variable | default | unit, range | what it sets |', '|---|---|---|---|', ...rows].join('\n')
}

if (import.meta.main) process.stdout.write(`${settingsTable()}\n`)
