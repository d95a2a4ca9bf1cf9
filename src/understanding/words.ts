// Text in the form that the rules read: folded to lower-case letters without accents, or cut into words that remember
// hyphens and the punctuation before them.

export type Word = {
  text: string
  /** A hyphen joins it to the word before it. */
  joined: boolean
  /** There is punctuation before it. */
  apart: boolean
}

/** Lower case, no accents, straight apostrophes, `œ` as `oe`, `ß` as `ss`, plain hyphens. */
export const fold = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/œ/g, 'oe')
    .replace(/ß/g, 'ss')
    .replace(/[’`´]/g, "'")
    .replace(/[\u2010-\u2015\u2212]/g, '-')

/** Flat text: folded, without punctuation, with single spaces. A language's `plain` starts from it. */
export const flat = (text: string): string =>
  fold(text)
    .replace(/[^a-z0-9'+ -]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** Folded text with spaces for apostrophes and hyphens; other punctuation stays. The gate reads it. */
export const foldedWords = (text: string): string => fold(text).replace(/['-]/g, ' ').replace(/\s+/g, ' ')

/** The words of a text. `+` becomes the word `plus`; written digits are split at dots, slashes and letters. */
export function words(text: string): Word[] {
  const list: Word[] = []
  const spaced = fold(text)
    .replace(/(\d)[.\-/](?=\d)/g, '$1 ')
    .replace(/\(0\)/g, ' ')
    .replace(/\+/g, ' plus ')
    .replace(/(\d)(?=[a-z])|([a-z])(?=\d)/g, '$1$2 ')
  for (const chunk of spaced.matchAll(/([.,;:!?…()]*)\s*([a-z0-9'-]+)/g)) {
    const parts = chunk[2].split('-').filter((part) => part !== '')
    parts.forEach((part, index) => {
      list.push({ text: part, joined: index > 0, apart: index === 0 && chunk[1] !== '' })
    })
  }
  return list
}
