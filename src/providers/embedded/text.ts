// Turns any text into plain words that the embedded voice pronounces well. Pico takes `<…>` for markup, reads unknown
// characters as they come, spells no initials and reads a telephone number as millions.

/** Longest piece for the engine, in characters; it is cut at a sentence end, a comma or a space. */
export const pieceLength = 300

type Reading = {
  /** Pronunciation of the firm's name in X-SAMPA; none of nine respellings came as close. */
  brand: string
  symbols: Record<string, string>
  digits: readonly string[]
  /** Digits of a telephone number in groups that are easy to follow. */
  telephone(digits: string): string
  money(units: string, cents: string | undefined): string
}

const readings: Record<string, Reading> = {
  fr: {
    brand: 'wipl9l',
    symbols: {
      '&': 'et',
      '%': 'pour cent',
      '€': 'euros',
      $: 'dollars',
      '@': 'arobase',
      '+': 'plus',
      '=': 'égale',
      '#': 'dièse',
      '*': 'étoile',
      '°': 'degrés',
      '№': 'numéro',
    },
    digits: ['zéro', 'un', 'deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit', 'neuf'],
    telephone: (digits) => (digits.match(/../g) ?? []).map(frenchPair).join(', '),
    money: (units, cents) => `${units} euros${cents ? ` ${Number(cents)}` : ''}`,
  },
  en: {
    brand: 'wi:pl3:l',
    symbols: {
      '&': 'and',
      '%': 'percent',
      '€': 'euros',
      $: 'dollars',
      '@': 'at',
      '+': 'plus',
      '=': 'equals',
      '#': 'hash',
      '*': 'star',
      '°': 'degrees',
      '№': 'number',
    },
    digits: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
    telephone: (digits) =>
      (digits.match(/..?/g) ?? [])
        .map((pair) => Array.from(pair, (d) => readings.en.digits[Number(d)]).join(' '))
        .join(', '),
    money: (units, cents) => `${units} euros${cents ? ` ${Number(cents)}` : ''}`,
  },
}

const spelledWords = new Set(['ADSL', 'SAV', 'IP', 'USB', 'IBAN', 'RIO', 'APN', 'IMEI'])

/**
 * @param text any text, including a language model's: markup, emoji, any script
 * @param language `fr` or `en`; others are read like `en`
 * @returns pieces, none of them empty, of at most {@link pieceLength} characters before the brand's markup is added;
 *   no piece when nothing can be pronounced
 */
export function pronounceable(text: string, language: string): string[] {
  const reading = readings[language] ?? readings.en
  const plain = toPlain(text, reading)
  return cut(plain)
    .filter((piece) => /[\p{L}\d]/u.test(piece))
    .map((piece) => piece.replace(/wouippleul/gi, `<phoneme ph="${reading.brand}"/>`))
}

function toPlain(text: string, reading: Reading): string {
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
      .replace(/(?<![\d+])\+33[ .]?(\d(?:[ .-]?\d{2}){4})(?!\d)/g, '0$1')
      .replace(/(?<!\d)0\d(?:[ .-]?\d{2}){4}(?!\d)/g, (number) => spoken(number, reading))
      .replace(/(?<!\d)0\d{4,14}(?!\d)/g, (number) => spoken(number, reading))
      .replace(/(\d+)[,.](\d{2}) ?€/g, (_, units: string, cents: string) => reading.money(units, cents))
      .replace(/(\d+) ?€/g, (_, units: string) => reading.money(units, undefined))
      .replace(/\b0(\d)\b/g, (_, digit: string) => `${reading.digits[0]} ${reading.digits[Number(digit)]}`)
      .replace(/[&%€$@+=#*°№]/g, (symbol) => ` ${reading.symbols[symbol]} `)
      .replace(/\b\p{Lu}{2,5}\b/gu, (word) => (isSpelled(word) ? Array.from(word).join(' ') : word))
      // Pico has no sound for anything but Latin letters, digits and sentence marks.
      .replace(/[^\p{Script=Latin}\d\s.,;:!?'"()/-]/gu, ' ')
      .replace(/([.,;:!?])[.,;:!?\s]*(?=\1)/g, '')
      .replace(/\s+/g, ' ')
      .trim()
  )
}

function spoken(number: string, reading: Reading): string {
  const digits = number.replace(/\D/g, '')
  const even = digits.length % 2 === 0
  return even ? reading.telephone(digits) : Array.from(digits, (d) => reading.digits[Number(d)]).join(' ')
}

/** Pico reads 10 to 99 well but drops a leading zero. */
function frenchPair(pair: string): string {
  const words = readings.fr.digits
  return pair[0] === '0' ? `${words[0]} ${words[Number(pair[1])]}` : pair
}

const isSpelled = (word: string) => spelledWords.has(word) || !/[AEIOUYÀÂÉÈÊËÎÏÔÙÛ]/.test(word)

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
