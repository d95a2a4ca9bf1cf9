// YAML as Bun reads it, but a key that stands twice in one table is refused, and an error says where it is.

import { repeatedKeys } from './yaml-keys.ts'

/** @throws {Error} naming each key that stands twice, with its path and lines; and what is not YAML, with its line */
export function parseYaml(text: string): unknown {
  let content: unknown
  try {
    content = Bun.YAML.parse(text)
  } catch (cause) {
    const reason = String((cause as Error).message).replace('YAML Parse error: ', '')
    throw new Error(
      `line ${brokenLine(text)}: ${reason}; look at the indentation, quotes and brackets there`,
      { cause },
    )
  }
  const twice = repeatedKeys(text, content)
  if (twice.length > 0) throw new Error(twice.join('; '))
  return content
}

/**
 * The first line that is no YAML: Bun's error does not say it. It is the one behind the longest beginning of the text
 * that is YAML. A list that is open over several lines is broken where it begins.
 */
function brokenLine(text: string): number {
  const lines = text.split('\n')
  let good = lines.length - 1
  while (good > 0 && !isYaml(lines.slice(0, good).join('\n'))) good--
  while (good < lines.length - 1 && /^\s*(?:#.*)?$/.test(lines[good]!)) good++
  return good + 1
}

function isYaml(text: string): boolean {
  try {
    Bun.YAML.parse(text)
    return true
  } catch {
    return false
  }
}
