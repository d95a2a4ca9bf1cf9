// Text as the rules read it: folded to plain lower-case letters, and cut into words that remember their hyphens and
// the punctuation before them.

export type Word = {
  text: string
  /** Hyphenated to the word before it. */
  joined: boolean
  /** Punctuation stands before it. */
  apart: boolean
}

/** Lower case, no accents, straight apostrophes, ligatures opened. */
export const fold = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/œ/g, 'oe')
    .replace(/[’`´]/g, "'")
    .replace(/[\u2010-\u2015\u2212]/g, '-')

/** Folded, without punctuation and with single spaces: what the patterns of answers and wishes are tried on. */
export const flat = (text: string): string =>
  fold(text)
    .replace(/[^a-z0-9'+ -]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** The words of a text, with `+` as the word `plus` and written digits apart from each other. */
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
