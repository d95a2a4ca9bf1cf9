// A site's desk file laid over the shipped one of the same name: a site writes only what it changes.

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Tables are joined key by key, at every depth; anything else replaces what is below it, and null removes it.
 *
 * @param below not changed
 */
export function overlaid(below: unknown, above: unknown): unknown {
  if (!isTable(below) || !isTable(above)) return above
  const joined = { ...below }
  for (const [key, value] of Object.entries(above)) {
    if (value === null) delete joined[key]
    else joined[key] = overlaid(below[key], value)
  }
  return joined
}
