import { expect, setDefaultTimeout, test } from 'bun:test'
import { dictation } from '../../src/understanding/dictation.ts'
import {
  isPhone,
  nationalForm,
  nationalNumber,
  phoneFormOf,
  phoneGroups,
} from '../../src/understanding/phone.ts'
import { parseCardinal } from './cardinals.ts'
import { cardinal, type Form, pair, randomOf, underHundred } from './spoken.ts'

setDefaultTimeout(60_000)

const forms: Form[] = ['france', 'belgium', 'switzerland', 'english']
const languageOf = (form: Form) => (form === 'english' ? 'en' : 'fr')

test.each(forms)('every number from 0 to 99 and every pair from 00 to 99 is understood (%s)', (form) => {
  const language = languageOf(form)
  for (let n = 0; n < 100; n++) {
    for (const words of [underHundred(n, form), underHundred(n, form).replaceAll('-', ' ')])
      expect([n, words, parseCardinal(words, language)]).toEqual([n, words, n])
    const digits = String(n).padStart(2, '0')
    const read = dictation(
      `zéro six zéro six ${pair(digits, form)}`.replaceAll('zéro', pair('00', form).split(' ')[0]),
      language,
      [],
      true,
    )
    expect([digits, read.digits]).toEqual([digits, `0606${digits}`])
  }
})

test.each(forms)(
  'cardinals from 0 to 9 999 999 999 are understood: 4 000 random ones and the edges (%s)',
  (form) => {
    const random = randomOf(7)
    const edges = [
      0, 1, 21, 71, 80, 81, 99, 100, 101, 180, 200, 999, 1_000, 1_001, 1_080, 2_000, 80_000, 99_999,
    ]
    const more = [
      100_000, 180_000, 1_000_000, 1_000_001, 80_000_000, 999_999_999, 1_000_000_000, 9_999_999_999,
    ]
    const drawn = Array.from({ length: 4_000 }, () =>
      Math.floor(random() * 10 ** (1 + Math.floor(random() * 10))),
    )
    for (const n of [...edges, ...more, ...drawn]) {
      const words = cardinal(n, form)
      expect([words, parseCardinal(words, languageOf(form))]).toEqual([words, n])
      const loose = words.replaceAll('-', ' ')
      expect([loose, parseCardinal(loose, languageOf(form))]).toEqual([loose, n])
    }
  },
)

test('words that are not exactly one number give undefined', () => {
  for (const words of ['', 'bonjour', 'un deux', 'vingt trente', 'cent bonjour', 'six douze'])
    expect([words, parseCardinal(words, 'fr')]).toEqual([words, undefined])
})

type Style = 'pairs' | 'digits' | 'mixed'

function spokenPhone(digits: string, form: Form, style: Style, random: () => number): string {
  return (digits.match(/../g) ?? [])
    .map((two) => {
      const single = style === 'digits' || (style === 'mixed' && random() < 0.4)
      return single
        ? [...two].map((digit) => pair(`0${digit}`, form).split(' ')[1]).join(' ')
        : pair(two, form)
    })
    .join(' ')
}

const styles = forms.flatMap((form) =>
  (['pairs', 'digits', 'mixed'] as const).flatMap((style) =>
    [true, false].map((hyphens): [Form, Style, boolean] => [form, style, hyphens]),
  ),
)

test.each(styles)(
  'no telephone number is read as another one (%s, %s, hyphens %p)',
  (form, style, hyphens) => {
    const random = randomOf(11)
    const count = { right: 0, asked: 0 }
    for (let k = 0; k < 1_000; k++) {
      const digits = `0${Math.floor(100_000_000 + random() * 899_999_999)}`
      const words = spokenPhone(digits, form, style, random)
      const read = dictation(hyphens ? words : words.replaceAll('-', ' '), languageOf(form), [], true)
      if (read.phone === digits) count.right++
      else {
        // Two readings make the desk ask again. It must never read another number, nor nothing at all.
        expect([words, read.phone]).toEqual([words, null])
        expect(read.ambiguous || read.digits !== null).toBe(true)
        count.asked++
      }
    }
    console.log(
      `numbers, ${form}, ${style}, ${hyphens ? 'with' : 'without'} hyphens: ${count.right} of 1000, ${count.asked} asked again`,
    )
    expect(count.right).toBeGreaterThanOrEqual(style === 'digits' ? 1_000 : hyphens ? 970 : 900)
  },
)

test('a comma separates two numbers', () => {
  expect(dictation('zéro six, quatre-vingts, douze, trente, quarante', 'fr', [], true).phone).toBe(
    '0680123040',
  )
  expect(dictation('zéro six, soixante, douze, trente-quatre, cinquante', 'fr', [], true).phone).toBe(
    '0660123450',
  )
})

test('a number over several turns can be continued, corrected and started again', () => {
  const turns: [string, string, string | null, string | null][] = [
    ['', 'zéro six douze', null, '0612'],
    ['0612', 'trente-quatre cinquante-six', null, '06123456'],
    ['06123456', 'soixante-dix-huit', '0612345678', null],
    ['061234', 'non trente-cinq', null, '061235'],
    ['061234', 'non trente-cinq cinquante-six soixante-dix-huit', '0612355678', null],
    ['06123456', 'zéro sept onze vingt-deux', null, '071122'],
    ['061234', 'zéro sept onze vingt-deux trente-trois quarante-quatre', '0711223344', null],
  ]
  for (const [before, text, phone, digits] of turns)
    expect([text, dictation(text, 'fr', before === '' ? [] : [before], true)]).toMatchObject([
      text,
      { phone, digits, ambiguous: false },
    ])
})

test('a time is no telephone number, and part of a number counts only when a number was asked for', () => {
  for (const text of ['dix secondes', 'depuis deux jours', 'la quatre g', "j'ai un problème", 'une box'])
    expect([text, dictation(text, 'fr', [], true).digits]).toEqual([text, null])
  expect(dictation('zéro six douze', 'fr', [], false).digits).toBeNull()
})

test('only whole French numbers are valid', () => {
  const form = phoneFormOf('fr')
  const table: [string, boolean][] = [
    ['0612345678', true],
    ['0142009916', true],
    ['0692123456', true],
    ['0012345678', false],
    ['061234567', false],
    ['06123456789', false],
    ['1612345678', false],
  ]
  for (const [digits, valid] of table) expect([digits, isPhone(digits, form)]).toEqual([digits, valid])
  for (const digits of ['33612345678', '0033612345678', '330612345678'])
    expect(nationalForm(digits, form)).toBe('0612345678')
  expect(phoneGroups('0612345678', form).join(' ')).toBe('06 12 34 56 78')
})

test('a number is recognised as people write it, in the form of any country', () => {
  for (const text of ['06 12 34 56 78', '+33 6 12 34 56 78', '+33 (0)6 12 34 56 78', '0033612345678'])
    expect([text, nationalNumber(text)]).toEqual([text, '0612345678'])
  for (const text of ['', 'Dupont', '0612', '06 12 34 56 78 90']) expect(nationalNumber(text)).toBeUndefined()
})
