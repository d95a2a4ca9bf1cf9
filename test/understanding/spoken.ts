// Writes numbers in words, for tests. It is the reverse of src/understanding/numbers.ts and does not use it.

export type Form = 'france' | 'belgium' | 'switzerland' | 'english'

const low = {
  fr: 'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf'.split(
    ' ',
  ),
  en: 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  ),
}
const tens: Record<Form, string[]> = {
  france: ['', '', 'vingt', 'trente', 'quarante', 'cinquante', 'soixante'],
  belgium: ['', '', 'vingt', 'trente', 'quarante', 'cinquante', 'soixante', 'septante', '', 'nonante'],
  switzerland: [
    ...['', '', 'vingt', 'trente', 'quarante', 'cinquante', 'soixante'],
    ...['septante', 'huitante', 'nonante'],
  ],
  english: ['', '', ...'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')],
}

/** 0 to 99 as they are said in one country. */
export function underHundred(n: number, form: Form): string {
  if (form === 'english')
    return n < 20 ? low.en[n] : tens.english[Math.floor(n / 10)] + (n % 10 ? `-${low.en[n % 10]}` : '')
  if (n < 20) return low.fr[n]
  const ten = tens[form][Math.floor(n / 10)]
  if (ten !== undefined && ten !== '')
    return ten + (n % 10 === 0 ? '' : n % 10 === 1 ? ' et un' : `-${low.fr[n % 10]}`)
  if (n < 80) return n === 71 ? 'soixante et onze' : `soixante-${low.fr[n - 60]}`
  if (n === 80) return 'quatre-vingts'
  return `quatre-vingt-${n < 90 || form === 'france' ? low.fr[n - 80] : ''}`
}

const scale = { fr: ['', 'mille', 'million', 'milliard'], en: ['', 'thousand', 'million', 'billion'] }

/** 0 to 9 999 999 999 as one cardinal number. */
export function cardinal(n: number, form: Form): string {
  if (n === 0) return form === 'english' ? 'zero' : 'zéro'
  const language = form === 'english' ? 'en' : 'fr'
  const parts: string[] = []
  for (let power = 3; power >= 0; power--) {
    const group = Math.floor(n / 1000 ** power) % 1000
    if (group === 0) continue
    const plural = language === 'fr' && power >= 2 && group > 1 ? 's' : ''
    const word = scale[language][power] + plural
    // "mille", never "un mille".
    const bare = language === 'fr' && power === 1 && group === 1
    parts.push(`${bare ? '' : underThousand(group, form)} ${word}`.trim())
  }
  return parts.join(' ')
}

function underThousand(n: number, form: Form): string {
  const hundreds = Math.floor(n / 100)
  const rest = n % 100 === 0 ? '' : underHundred(n % 100, form)
  if (hundreds === 0) return rest
  if (form === 'english') return `${low.en[hundreds]} hundred ${rest}`.trim()
  return `${hundreds === 1 ? '' : low.fr[hundreds]} cent${hundreds > 1 && rest === '' ? 's' : ''} ${rest}`.trim()
}

/** A pair of digits of a telephone number. */
export const pair = (digits: string, form: Form): string => {
  const zero = form === 'english' ? low.en : low.fr
  return digits[0] === '0' ? `${zero[0]} ${zero[Number(digits[1])]}` : underHundred(Number(digits), form)
}

/** Random numbers that repeat for the same seed (xorshift32). */
export function randomOf(seed: number): () => number {
  let x = seed
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 4_294_967_296
  }
}
