// YAML as Bun reads it, but a key that stands twice in one table is refused.

import { repeatedKeys } from './yaml-keys.ts'

/** @throws {Error} naming each key that stands twice, with its path and lines; and what is not YAML */
export function parseYaml(text: string): unknown {
  const content: unknown = Bun.YAML.parse(text)
  const twice = repeatedKeys(text, content)
  if (twice.length > 0) throw new Error(twice.join('; '))
  return content
}
