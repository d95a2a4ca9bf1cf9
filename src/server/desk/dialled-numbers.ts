// The table `numbers` of desk.yaml: language, desk, greeting and queue by the number that the caller dialled.

import type { Desk } from '../../desk/desk.ts'
import type { DialledNumber } from '../../desk/desk-file.ts'
import { lineBeginning, lineNumber } from '../../understanding/phone.ts'

/** The same for all spellings of a number: `+33 1 23 45 67 89` is `0123456789` for a site in France. */
const keyOf = (number: string, language: string): string =>
  lineNumber(number, language) ?? number.replace(/[\s.()-]/g, '')

/** The key of an entry, `0123*` where it is for all numbers that begin so. */
const entryKey = (number: string, language: string): string =>
  number.endsWith('*') ? `${lineBeginning(number.slice(0, -1), language)}*` : keyOf(number, language)

/**
 * The entry of the whole number, or else that of its longest beginning.
 *
 * @param language of the site
 */
export function numberEntry(desk: Desk, dialled: string, language: string): DialledNumber | undefined {
  const wanted = keyOf(dialled, language)
  let found: { key: string; entry: DialledNumber } | undefined
  for (const [number, entry] of Object.entries(desk.numbers)) {
    const key = entryKey(number, language)
    if (key === wanted) return entry
    const isIts = key.endsWith('*') && wanted.startsWith(key.slice(0, -1))
    if (isIts && key.length > (found?.key.length ?? 0)) found = { key, entry }
  }
  return found?.entry
}

/**
 * What is wrong with the table, beyond its form.
 *
 * @param offered languages that calls may be in, the site's first @param desks names of all desks
 * @returns sentences that begin with the place in the file
 */
export function numberFaults(
  { numbers }: Pick<Desk, 'numbers'>,
  offered: readonly string[],
  desks: ReadonlySet<string>,
): string[] {
  const [site] = offered
  const first = new Map<string, string>()
  return Object.entries(numbers).flatMap(([number, { language, desk }]) => {
    const place = `numbers.${number}`
    const found: string[] = []
    if (language !== undefined && !offered.includes(language))
      found.push(
        `${place}.language: calls are not in '${language}': add it to LANGUAGES, or name one of ${offered.join(', ')}`,
      )
    if (desk !== undefined && !desks.has(desk))
      found.push(`${place}.desk: there is no desk '${desk}', only ${[...desks].join(', ')}`)
    const key = entryKey(number, site)
    const other = first.get(key)
    if (other !== undefined) found.push(`${place}: is the same number as ${other}`)
    first.set(key, number)
    // YAML reads 0123456789 as a number and drops its 0.
    if (lineNumber(number, site) === undefined && lineNumber(`0${number}`, site) !== undefined)
      found.push(`${place}: lacks its first 0, which YAML drops: write it in quotes, "0${number}"`)
    return found
  })
}
