// Finds the number words of a turn, and what stands between them: a pause, an aside, a correction.

import type { NumberGrammar } from './number-grammar.ts'
import { isNumberWord, own } from './numbers.ts'
import type { Word } from './words.ts'

/** A word that takes something back. `to`: which side it belongs to, where punctuation tells. */
export type Correction = { sure: boolean; to: 'next' | 'last' | 'either' }

/** A number word. `apart` (words.ts): nothing joins it to the number word before it. */
export type Token = Word & {
  /** Words that belong to no number stand before it. */
  aside: boolean
  correction: Correction | undefined
  /** The caller says that this is not it: "not 13". */
  denied: boolean
}

export type HeardNumber = {
  tokens: Token[]
  /** A correction behind the last number word: "31, 32 sorry". */
  trailing: Correction | undefined
}

export function numberWords(list: readonly Word[], grammar: NumberGrammar): HeardNumber {
  const heard = heardWords(list, grammar)
  const tokens: Token[] = []
  let aside = false
  let apart = false
  let correction: Correction | undefined
  let denies = false
  const isNumber = (at: number): boolean => isNumberWord(heard[at]?.text ?? '', grammar)
  const add = (word: Word): void => {
    tokens.push({ ...word, apart: word.apart || apart || aside, aside, correction, denied: denies })
    aside = false
    apart = false
    correction = undefined
    denies = false
  }
  for (let at = 0; at < heard.length; at++) {
    const word = heard[at]!
    const { text } = word
    const joins = grammar.joiners.has(text) && isNumber(at - 1) && isNumber(at + 1) && !aside
    const follows = isNumber(at - 1) || grammar.joiners.has(heard[at - 1]?.text ?? '')
    // The "ein" of "ein und vierzig" is a number.
    const isUnit = heard[at + 1]?.text === grammar.unitsFirst && isNumber(at + 2)
    const article =
      grammar.articles.includes(text) && !follows && !isNumber(at + 1) && !isUnit && heard.length > 1
    const denial = phraseAt(heard, at, grammar.denials)
    // "Pas un sept" denies the 7.
    if (denies && grammar.indefinite.has(text) && isNumber(at + 1) && !heard[at + 1]!.joined) continue
    if ((isNumber(at) && !article) || joins) add(word)
    else if (denial !== undefined) {
      denies = true
      apart = true
      at += denial.length - 1
    } else if (phraseAt(heard, at, grammar.ends) !== undefined) {
      apart = true
      at += phraseAt(heard, at, grammar.ends)!.length - 1
    } else if (grammar.times?.words.has(text) && isOnce(at)) {
      // "06, once, 39": the group before it stands as it is.
      tokens.pop()
      apart = true
    } else if (grammar.times?.words.has(text) && countsWhatFollows(at)) {
      add(word)
      while (grammar.times?.between.has(heard[at + 1]?.text ?? '') && !isNumber(at + 1)) at++
    } else if (grammar.corrections.has(text) || grammar.maybeCorrections.has(text)) {
      correction = attached(heard, at, grammar, correction)
      apart = true
    } else if (grammar.fillers.has(text)) apart = true
    else {
      dropMeasure(tokens, word, aside || apart, grammar)
      aside = true
      denies = false
    }
  }
  return { tokens, trailing: correction }

  function isOnce(at: number): boolean {
    const { text: before = '' } = heard[at - 1] ?? {}
    return !aside && !apart && (before === '1' || grammar.spoken.get(before) === '1')
  }

  /** "Deux fois le sept", or "sept, deux fois" at the end. */
  function countsWhatFollows(at: number): boolean {
    if (!isNumber(at - 1) || aside || apart) return false
    let next = at + 1
    while (grammar.times?.between.has(heard[next]?.text ?? '') && !isNumber(next)) next++
    return isNumber(next) || (isNumber(at - 2) && (heard[at + 1] === undefined || heard[at + 1]!.apart))
  }
}

/** The longest of these phrases that begins at a word, as its words. */
export function phraseAt(
  list: readonly Word[],
  at: number,
  phrases: readonly (readonly string[])[],
): readonly string[] | undefined {
  let longest: readonly string[] | undefined
  for (const phrase of phrases)
    if (phrase[0] === list[at]?.text && phrase.length > (longest?.length ?? 0))
      if (phrase.every((word, i) => list[at + i]?.text === word)) longest = phrase
  return longest
}

/** "6 39 98 29 65 with a zero in front": the zero where it belongs. */
export function zeroFirst(list: readonly Word[], grammar: NumberGrammar): readonly Word[] {
  const at = list.findIndex((_, i) => phraseAt(list, i, grammar.zeroInFront) !== undefined)
  if (at < 0) return list
  const rest = list.toSpliced(at, phraseAt(list, at, grammar.zeroInFront)!.length)
  const first = rest.findIndex(({ text }) => isNumberWord(text, grammar))
  if (first < 0 || grammar.spoken.get(rest[first]!.text) === '0' || rest[first]!.text.startsWith('0'))
    return rest
  return rest.toSpliced(first, 0, { text: '0', joined: false, apart: rest[first]!.apart })
}

/** The words with those put right that a recogniser writes for a number word. */
export function heardWords(list: readonly Word[], grammar: NumberGrammar): Word[] {
  // In place: what was put right counts for the words behind it.
  const heard = [...list]
  heard.forEach((word, at) => {
    heard[at] = soundsLike(heard, word, at, grammar)
  })
  return heard
}

/** Puts a word right that a recogniser writes for a number word, if it stands among number words. */
function soundsLike(list: readonly Word[], word: Word, at: number, grammar: NumberGrammar): Word {
  const sound = own(grammar.soundsLike, word.text)
  if (sound === undefined || isNumberWord(word.text, grammar)) return word
  const before = !word.apart && isNumberWord(list[at - 1]?.text ?? '', grammar)
  const next = list[at + 1]
  const isNumber = (text: string): boolean =>
    isNumberWord(text, grammar) || own(grammar.soundsLike, text) !== undefined
  const behind = next !== undefined && !next.apart && isNumber(next.text)
  const afterZero = before && grammar.spoken.get(list[at - 1]!.text) === '0'
  const isZero = grammar.spoken.get(sound) === '0'
  const fits = isZero ? behind : before && (behind || next === undefined || next.apart)
  return fits || afterZero || (list[at - 1]?.text === '0' && before) ? { ...word, text: sound } : word
}

/** Punctuation tells which side a correction belongs to: "31, 32 sorry, 40" or "31, sorry, 32". */
function attached(
  list: readonly Word[],
  at: number,
  grammar: NumberGrammar,
  known: Correction | undefined,
): Correction {
  const sure = grammar.corrections.has(list[at]!.text) || known?.sure === true
  const next = list[at + 1]
  if (list[at]!.apart || known !== undefined) return { sure, to: known?.to ?? 'next' }
  return { sure, to: next === undefined || next.apart ? 'last' : 'either' }
}

/** Takes the number before a measure out again: "deux secondes", "vingt-quatre heures". */
function dropMeasure(tokens: Token[], word: Word, afterGap: boolean, grammar: NumberGrammar): void {
  if (afterGap || word.apart || tokens.length === 0) return
  const always = grammar.measures.has(word.text)
  if (!always && !grammar.counted.has(word.text)) return
  let length = 1
  for (let many = 2; many <= Math.min(4, tokens.length); many++) {
    const tail = tokens.slice(-many)
    if (tail.slice(1).some(({ apart }) => apart)) break
    if (grammar.spoken.has(tail.map(({ text }) => text).join(' '))) length = many
  }
  const before = tokens[tokens.length - length]!
  const isAlone = before.apart || tokens.length === length
  if (always || isAlone) tokens.length -= length
}
