// A saying in a site's own file of words, `desk/fr.yaml`: put in, changed or taken out as one line of its table
// `sayings:`, so that the rest of the file and its comments stay as they were written.

import { parseYaml } from '../../base/yaml.ts'
import { parseDeskFile } from '../desk/read-desks.ts'

const head = /^sayings:\s*(#.*)?$/

/**
 * @param text of the file; empty for a new one
 * @param means null takes the saying out
 * @throws {Error} when the file is no YAML, or has its sayings in a form that has no lines of its own
 */
export function withSaying(text: string, said: string, means: string | null): string {
  const lines = text === '' ? [] : text.replace(/\n+$/, '').split('\n')
  let at = lines.findIndex((line) => head.test(line))
  if (at < 0) {
    at = lines.length
    lines.push('sayings:')
  }
  let end = at + 1
  while (end < lines.length && /^(\s|#|$)/.test(lines[end]!)) end++
  const others = lines.slice(at + 1, end).filter((line) => keyOf(line) !== said)
  const own = means === null ? [] : [`  ${JSON.stringify(said)}: ${JSON.stringify(means)}`]
  const table = [...others, ...own]
  const isEmpty = !table.some((line) => keyOf(line) !== undefined)
  const changed = [...lines.slice(0, at), ...(isEmpty ? [] : [lines[at]!, ...table]), ...lines.slice(end)]
  const next = changed.length === 0 ? '' : `${changed.join('\n')}\n`
  if ((sayingsIn(next)[said] ?? null) !== means)
    throw new Error('`sayings:` of this file has another form than one saying a line: change the file')
  return next
}

/** The key of a line such as `  "c'est nickel": "ça marche"`. */
function keyOf(line: string): string | undefined {
  try {
    const read = parseYaml(line.trim())
    return typeof read === 'object' && read !== null ? Object.keys(read)[0] : undefined
  } catch {
    return undefined
  }
}

function sayingsIn(text: string): Record<string, unknown> {
  if (text === '') return {}
  const { sayings } = parseDeskFile(text) as { sayings?: unknown }
  return typeof sayings === 'object' && sayings !== null ? (sayings as Record<string, unknown>) : {}
}
