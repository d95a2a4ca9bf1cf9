// The caller's name, in the spelling of the recogniser: after words that introduce one, or alone when a name was
// asked for.

import type { Lexicon } from './lexicon.ts'
import { flat, fold } from './words.ts'

/** Nobody's name has more words here; a longer rest is a sentence. */
const longestName = 4

/**
 * @param text as recognised, with its capitals and accents
 * @param asked whether the question was the name, so that a bare word may be one
 * @returns the name with capitals, without titles, or null
 */
export function readName(text: string, lexicon: Lexicon, asked: boolean): string | null {
  const { names } = lexicon
  const clean = text.replace(/[’`´]/g, "'").trim()
  for (const pattern of names.introduced) {
    const rest = pattern.exec(clean)?.[1]
    if (rest === undefined) continue
    const name = asName(rest, lexicon)
    if (name !== null) return name
  }
  return asked ? asName(clean, lexicon) : null
}

/** Whether every word of a name is among the caller's words: a model's guess at the name has to be. */
export function saysName(text: string, name: string): boolean {
  const said = flat(text).split(' ')
  return flat(name)
    .split(' ')
    .every((word) => said.includes(word))
}

function asName(text: string, lexicon: Lexicon): string | null {
  const { names } = lexicon
  let parts = lettersTogether(text)
    .split(/[,;.!?]+\s*/)
    .map((part) => nameWords(nameWords(part, lexicon).join(' ').replace(names.tail, ''), lexicon))
    .filter((part) => part.length > 0)
  if (parts.length === 0) return null
  // "Dupont, Marie Dupont": the second says it whole.
  const [first, second] = parts
  if (second !== undefined && first.length === 1 && same(second.at(-1), first[0])) parts = [second]
  const list = spelled(parts[0])
  if (list.length === 0 || list.length > longestName) return null
  if (list.some((word) => names.stop.test(word) || !/^[\p{L}'-]+$/u.test(word))) return null
  if (list.every((word) => particle.test(word) || word.length < 2)) return null
  return list.map(capital).join(' ')
}

/** The words of a part without what stands before a name: greetings, titles, "c'est". */
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
  if (list.length === 1 && /^(?:monsieur|madame|mademoiselle|mr|mrs|miss)$/iu.test(list[0])) return []
  return list
}

const isTitle = (list: readonly string[], lexicon: Lexicon): boolean => lexicon.names.title.test(list[0])

/** Letters of a spelled name, "D, U, P", "D. U. P.", "D comme Daniel", "deux P", side by side with spaces. */
const lettersTogether = (text: string): string =>
  text
    .replace(/(?<![\p{L}'])(\p{L})\s+(?:comme|for|as in)\s+\p{L}+/giu, '$1')
    .replace(/(?<![\p{L}'])(?:deux|double)\s+(\p{L})(?![\p{L}'])/giu, '$1 $1')
    .replace(
      /[\s,:]*(?<![\p{L}'])\p{L}(?:[\s.,-]+\p{L}(?![\p{L}'])){2,}\.?/gu,
      (letters) => ` ${letters.replace(/[\s.,:-]+/g, ' ').trim()}`,
    )

/** Letters at the end are the spelling: of the whole name when they are all, else of the word before them. */
function spelled(list: readonly string[]): string[] {
  const from = list.findLastIndex((word) => !/^\p{L}$/u.test(word)) + 1
  if (list.length - from < 3) return [...list]
  const letters = list.slice(from).join('')
  const said = list.slice(0, from).filter((word) => !spells.test(word))
  const last = said.pop()
  // What was said keeps its accents; where it was heard differently, the letters are what the caller took pains with.
  return [...said, last !== undefined && fold(last) === fold(letters) ? last : letters]
}

/** "Ça s'écrit", between a name and its letters. */
const spells = /^(?:ça|ca|s'écrit|s'ecrit|s'épelle|s'epelle|j'épelle|spelled|spelt|that's|avec)$/iu

const particle = /^(?:de|du|des|la|van|von|der|d')$/iu

function capital(word: string, index: number): string {
  const lower = word.toLowerCase()
  if (index > 0 && particle.test(lower)) return lower
  return lower.replace(
    /(^|[-'])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )
}

const same = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase()
