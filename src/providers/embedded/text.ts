// Turns any text into plain words that the embedded voice pronounces well. Pico takes `<…>` for markup, reads unknown
// characters as they come, spells no initials and reads a telephone number as millions.

import { type VoiceWords, voiceOf } from '../../understanding/languages/voices.ts'
import { phoneGroups } from '../../understanding/phone-form.ts'

/** Longest piece for the engine, in characters; it is cut at a sentence end, a comma or a space. */
export const pieceLength = 300

/**
 * @param text any text, including a language model's: markup, emoji, any script
 * @param language its code
 * @returns pieces, none of them empty, of at most {@link pieceLength} characters before the brand's markup is added;
 *   no piece when nothing can be pronounced, or for a code that is not a language
 */
export function pronounceable(text: string, language: string): string[] {
  const words = voiceOf(language)
  if (words === undefined) return []
  return cut(toPlain(text, words))
    .filter((piece) => /[\p{L}\d]/u.test(piece))
    .map((piece) => piece.replace(/wouippleul/gi, `<phoneme ph="${words.brand}"/>`))
}

function toPlain(text: string, words: VoiceWords): string {
  return (
    text
      .normalize('NFC')
      .replace(/<\/?[a-zA-Z!][^<>]{0,200}>/g, ' ')
      .replace(/[’‘ʼ`´]/g, "'")
      .replace(/[“”«»„]/g, '"')
      .replace(/…/g, '.')
      .replace(/\s[–—-]\s|[–—]/g, ', ')
      .replace(/œ/g, 'oe')
      .replace(/Œ/g, 'Oe')
      .replace(/æ/g, 'é')
      .replace(words.phone.writtenAbroad, (_, number: string) => `${words.phone.trunk}${number}`)
      .replace(words.phone.written, (number) => spoken(number, words))
      .replace(/(?<!\d)0\d{4,14}(?!\d)/g, (number) => spoken(number, words))
      .replace(/(\d+)[,.](\d{2}) ?€/g, (_, units: string, cents: string) => money(words, units, cents))
      .replace(/(\d+) ?€/g, (_, units: string) => money(words, units, undefined))
      .replace(/\b0(\d)\b/g, (_, digit: string) => `${words.digits[0]} ${words.digits[Number(digit)]}`)
      .replace(/[&%€$@+=#*°№]/g, (symbol) => ` ${words.symbols[symbol]} `)
      .replace(/\b\p{Lu}{2,5}\b/gu, (word) => (isSpelled(word, words) ? Array.from(word).join(' ') : word))
      // Pico has no sound for anything but Latin letters, digits and sentence marks.
      .replace(/[^\p{Script=Latin}\d\s.,;:!?'"()/-]/gu, ' ')
      .replace(/([.,;:!?])[.,;:!?\s]*(?=\1)/g, '')
      .replace(/\s+/g, ' ')
      .trim()
  )
}

/** In the language's groups where they make the whole number up, otherwise digit by digit. */
function spoken(number: string, words: VoiceWords): string {
  const digits = number.replace(/\D/g, '')
  const each = (text: string) => Array.from(text, (digit) => words.digits[Number(digit)]).join(' ')
  const groups = phoneGroups(digits, words.phone)
  const isWhole = groups.at(-1)?.length === words.phone.groups.at(-1)
  // Pico reads 10 to 99 well but drops a leading zero.
  const isPair = (group: string) => words.telephone === 'numbers' && /^[1-9]\d$/.test(group)
  return isWhole ? groups.map((group) => (isPair(group) ? group : each(group))).join(', ') : each(digits)
}

const money = (words: VoiceWords, units: string, cents: string | undefined): string =>
  words.money
    .replace('{units}', units)
    .replace('{cents}', cents === undefined ? '' : String(Number(cents)))
    .trim()

/** Initials: those that the language spells, and what has no vowel to be read as a word by. */
const isSpelled = (word: string, { spelled }: VoiceWords): boolean =>
  spelled.includes(word) || !/[AEIOUY]/.test(word.normalize('NFD'))

function cut(text: string): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > pieceLength) {
    const head = rest.slice(0, pieceLength)
    const at = [/^.*[.!?](?=\s)/s, /^.*[,;:](?=\s)/s, /^.*(?=\s)/s]
      .map((pattern) => pattern.exec(head)?.[0].length ?? 0)
      .find((length) => length > 0)
    const length = at ?? pieceLength
    pieces.push(rest.slice(0, length).trim())
    rest = rest.slice(length).trim()
  }
  if (rest !== '') pieces.push(rest)
  return pieces
}
