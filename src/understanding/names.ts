// Reads the caller's name in the spelling of the recogniser: after words that introduce a name, or alone if the
// question was the name.

import { capitalisedName, greetedName, inOrder, leadingName, saidOnce } from './capitalised-name.ts'
import type { NameRules } from './languages/name-rules.ts'
import type { Lexicon } from './lexicon.ts'
import { lowerCaseName } from './lower-case-name.ts'
import { flat, fold } from './words.ts'

/** Most words in a name; anything longer is a sentence. */
const longestName = 4

/**
 * Whether the question was the name. `capitals`: it was, but the turn says other things too, so that only words with
 * capitals may be one. `beside`: the same, and two of them, because something else is wanted. `greeting`: nothing was
 * asked yet.
 */
export type Asked = 'no' | 'greeting' | 'beside' | 'capitals' | 'any'

/**
 * Reads the name in a turn.
 *
 * @param text as recognised, with capitals and accents
 * @returns the name with capitals and without titles, or null
 */
export function readName(text: string, lexicon: Lexicon, asked: Asked): string | null {
  const name = nameIn(text, lexicon, asked)
  return name !== null && asked === 'any' && isPlace(text, name, lexicon) ? null : name
}

/** "Lyon", "de Bruxelles": a town alone says where the caller is. "Monsieur Lyon" and "Paul Paris" are names. */
function isPlace(text: string, name: string, { names }: Lexicon): boolean {
  const words = name.split(' ').filter((word) => !names.particle.test(word))
  const isTitled = text.split(/[\s,.]+/).some((word) => word.length > 2 && names.title.test(word))
  return !isTitled && words.length === 1 && names.town.test(words[0]!)
}

function nameIn(text: string, lexicon: Lexicon, asked: Asked): string | null {
  const { names } = lexicon
  const clean = text.replace(/[’`´]/g, "'").trim()
  const greeted = asked === 'greeting' ? greetedName(clean, names) : null
  if (greeted !== null) return greeted.join(' ')
  if (asked === 'beside' || asked === 'capitals' || asked === 'any') {
    const words = lowerCaseName(clean, names) ?? capitalisedName(clean, names)
    const isName = asked !== 'beside' || (words?.length ?? 0) > 1
    if (words !== undefined && isName) return words?.join(' ') ?? null
  }
  for (const pattern of names.introduced) {
    const found = pattern.exec(clean)
    const rest = found?.[1]
    if (rest === undefined || (asked !== 'any' && isOfAnother(clean.slice(0, found!.index), lexicon)))
      continue
    const name = leadingName(rest, names)?.join(' ') ?? asName(rest, lexicon)
    if (name !== null) return name
  }
  return asked === 'any' ? asName(clean, lexicon) : null
}

/** Whether the words before a name say that it is another person's: "l'auxiliaire de vie de", "pour mon voisin". */
const isOfAnother = (before: string, { names }: Lexicon): boolean => {
  const words = before.trim().split(/\s+/)
  return names.other.test(words.at(-1) ?? '') || words.slice(-2).some((word) => names.relative.test(word))
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
  const list = inOrder(saidOnce(spelled(parts[0], names)), names)
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
    !list.slice(0, 2).every(isLetter) &&
    (lexicon.names.filler.test(list[0]) || isTitle(list, lexicon) || onlySpells(list, lexicon)) &&
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

/** "Ça s'écrit M A R T I N": a word before letters, and nothing else. */
const onlySpells = ([first, ...rest]: readonly string[], { names }: Lexicon): boolean =>
  names.spells.test(first!) && rest.every((word) => isLetter(word) || names.spells.test(word))

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

const isLetter = (word: string): boolean => /^\p{L}$/u.test(word)

/** Letters at the end spell the word before them, or the whole name if there is nothing else. */
function spelled(list: readonly string[], { spells }: NameRules): string[] {
  let from = list.findLastIndex((word) => !isLetter(word)) + 1
  if (list.length - from < 3) return [...list]
  // "D apostrophe H A E S E".
  if (from > 1 && isLetter(list[from - 2]) && spells.test(list[from - 1])) from -= 2
  const letters = list.slice(from).filter(isLetter).join('')
  const said = list.slice(0, from).filter((word) => !spells.test(word))
  const last = said.pop()
  // If both agree, the word stays, because it has the accents; otherwise the letters win: the caller spelled them out.
  return [...said, last !== undefined && fold(last).replace(/['-]/g, '') === fold(letters) ? last : letters]
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
