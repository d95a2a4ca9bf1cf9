// Reads the caller's name in the spelling of the recogniser: after words that introduce a name, or alone if the
// question was the name.

import { capitalisedName } from './capitalised-name.ts'
import type { NameRules } from './languages/name-rules.ts'
import type { Lexicon } from './lexicon.ts'
import { flat, fold } from './words.ts'

/** Most words in a name; anything longer is a sentence. */
const longestName = 4

/**
 * Whether the question was the name. `capitals`: it was, but the turn says other things too, so that only words with
 * capitals may be one.
 */
export type Asked = 'no' | 'capitals' | 'any'

/**
 * Reads the name in a turn.
 *
 * @param text as recognised, with capitals and accents
 * @returns the name with capitals and without titles, or null
 */
export function readName(text: string, lexicon: Lexicon, asked: Asked): string | null {
  const { names } = lexicon
  const clean = text.replace(/[’`´]/g, "'").trim()
  if (asked !== 'no') {
    const words = capitalisedName(clean, names)
    if (words !== undefined) return words?.join(' ') ?? null
  }
  for (const pattern of names.introduced) {
    const rest = pattern.exec(clean)?.[1]
    if (rest === undefined) continue
    const name = asName(rest, lexicon)
    if (name !== null) return name
  }
  return asked === 'any' ? asName(clean, lexicon) : null
}

/** Whether the caller said every word of a name. A name from a language model counts only then. */
export function saysName(text: string, name: string): boolean {
  const said = flat(text).split(' ')
  return flat(name)
    .split(' ')
    .every((word) => said.includes(word))
}

function asName(text: string, lexicon: Lexicon): string | null {
  const { names } = lexicon
  let parts = lettersTogether(text, names)
    .split(/[,;.!?]+\s*/)
    .map((part) => nameWords(nameWords(part, lexicon).join(' ').replace(names.tail, ''), lexicon))
    .filter((part) => part.length > 0)
  if (parts.length === 0) return null
  // "Dupont, Marie Dupont": the second part is the whole name.
  const [first, second] = parts
  if (second !== undefined && first.length === 1 && same(second.at(-1), first[0])) parts = [second]
  const list = spelled(parts[0], names)
  if (list.length === 0 || list.length > longestName) return null
  if (list.some((word) => names.stop.test(word) || !/^[\p{L}'-]+$/u.test(word))) return null
  if (list.every((word) => names.small.test(word) || word.length < 2)) return null
  return list.map((word, index) => capital(word, index, names)).join(' ')
}

/** Removes the words before a name: greetings, titles, "c'est". */
function nameWords(part: string, lexicon: Lexicon): string[] {
  const list = part.split(/\s+/).filter((word) => word !== '')
  while (
    list.length > 1 &&
    (lexicon.names.filler.test(list[0]) || isTitle(list, lexicon)) &&
    !(
      list.length > 1 &&
      /^l[ea]$/iu.test(list[0]) &&
      list.length === 2 &&
      !lexicon.names.filler.test(list[0])
    )
  )
    list.shift()
  if (list.length === 1 && lexicon.names.filler.test(list[0])) return []
  if (list.length === 1 && isTitle(list, lexicon)) return []
  return list
}

const isTitle = (list: readonly string[], lexicon: Lexicon): boolean => lexicon.names.title.test(list[0])

/** Rewrites a spelled name ("D, U, P", "D. U. P.", "D comme Daniel", "deux P") as letters with spaces between. */
const lettersTogether = (text: string, { letterLike, letterTwice }: NameRules): string =>
  text
    .replace(letterLike, '$1')
    .replace(letterTwice, '$1 $1')
    .replace(
      /[\s,:]*(?<![\p{L}'])\p{L}(?:[\s.,-]+\p{L}(?![\p{L}'])){2,}\.?/gu,
      (letters) => ` ${letters.replace(/[\s.,:-]+/g, ' ').trim()}`,
    )

/** Letters at the end spell the word before them, or the whole name if there is nothing else. */
function spelled(list: readonly string[], { spells }: NameRules): string[] {
  const from = list.findLastIndex((word) => !/^\p{L}$/u.test(word)) + 1
  if (list.length - from < 3) return [...list]
  const letters = list.slice(from).join('')
  const said = list.slice(0, from).filter((word) => !spells.test(word))
  const last = said.pop()
  // If both agree, the word stays, because it has the accents; otherwise the letters win: the caller spelled them out.
  return [...said, last !== undefined && fold(last) === fold(letters) ? last : letters]
}

function capital(word: string, index: number, { small }: NameRules): string {
  const lower = word.toLowerCase()
  if (index > 0 && small.test(lower)) return lower
  return lower.replace(
    /(^|[-'])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )
}

const same = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase()
