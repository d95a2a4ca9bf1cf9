// Turns what an operator types into a question for SQLite's full-text search. Each word is quoted, so that nothing in
// the text can be syntax: no operator, column or wildcard of FTS5.

import { nationalNumber } from '../../understanding/phone.ts'

/** Words that are looked for; further ones are left out. */
const mostWords = 12

/**
 * @param text what the operator typed
 * @returns a MATCH expression for records with all the words, each of them whole or as a beginning; '' when the text
 *   has no word
 */
export function questionOf(text: string): string {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? []
  return groupsOf(words).slice(0, mostWords).map(termOf).join(' AND ')
}

/** Words one by one, and digits that stand beside one another together: `06 12 34` is the beginning of one number. */
function groupsOf(words: readonly string[]): string[][] {
  const groups: string[][] = []
  for (const word of words) {
    const last = groups.at(-1)
    if (last && isDigits(word) && last.every(isDigits)) last.push(word)
    else groups.push([word])
  }
  return groups
}

/** Digits are found as they were said, and in the numbers of the record, which are written without spaces. */
function termOf(group: readonly string[]): string {
  const joined = group.join('')
  const ways = new Set([`"${group.join(' ')}"*`, `"${joined}"*`])
  const national = isDigits(joined) ? nationalNumber(`+${joined}`) : undefined
  if (national !== undefined) ways.add(`"${national}"*`)
  return `(${[...ways].join(' OR ')})`
}

const isDigits = (word: string): boolean => /^\d+$/.test(word)
