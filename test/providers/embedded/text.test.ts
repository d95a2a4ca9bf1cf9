import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { pieceLength, pronounceable } from '../../../src/providers/embedded/text.ts'
import { createVoice } from '../../../src/providers/embedded/voice.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const cases: [language: string, text: string, spoken: string][] = [
  ['fr', 'Bonjour à tous.', 'Bonjour à tous.'],
  ['fr', 'Ici Wouippleul !', 'Ici <phoneme ph="wipl9l"/> !'],
  ['en', 'This is WOUIPPLEUL.', 'This is <phoneme ph="wi:pl3:l"/>.'],
  ['fr', '<speak>Oui<break time="1s"/> non</speak>', 'Oui non'],
  ['fr', '2 < 3 et 4 > 1', '2 3 et 4 1'],
  ['fr', '<phoneme ph="x"/>', ''],
  ['fr', 'L’œuf “frais” — déjà…', 'L\'oeuf "frais", déjà.'],
  ['fr', 'Très bien 😀👍 日本', 'Très bien'],
  ['fr', 'Cela coûte 12,50 €.', 'Cela coûte 12 euros 50.'],
  ['fr', '30€ par mois', '30 euros par mois'],
  ['en', 'It is 9.05 €', 'It is 9 euros 5'],
  ['fr', 'R & D, 50 %', 'R et D, 50 pour cent'],
  ['fr', 'tapez # ou *', 'tapez dièse ou étoile'],
  ['fr', 'le 06 12 34 00 78', 'le zéro six, 12, 34, zéro zéro, 78'],
  ['fr', 'le 0612340078.', 'le zéro six, 12, 34, zéro zéro, 78.'],
  ['fr', 'le +33 6 12 34 00 78', 'le zéro six, 12, 34, zéro zéro, 78'],
  ['fr', 'le 06.12.34.00.78', 'le zéro six, 12, 34, zéro zéro, 78'],
  ['es', 'el 612 34 00 78', 'el seis uno dos, 34, cero cero, 78'],
  ['es', 'el +34 612340078', 'el seis uno dos, 34, cero cero, 78'],
  ['de', 'die 06 12 34 00 78', 'die null sechs, 12, 34, null null, 78'],
  ['en', 'call 0612', 'call 0612'],
  ['en', 'call 06 12 34 00 78', 'call zero six, one two, three four, zero zero, seven eight'],
  ['fr', 'appelez le 3900', 'appelez le 3900'],
  ['fr', 'votre ADSL, la box, la carte SIM, un SMS', 'votre A D S L, la box, la carte SIM, un S M S'],
  ['fr', "l'IBAN, le SAV, une ÉPI", "l'I B A N, le S A V, une ÉPI"],
  ['en', 'your ADSL, the SIM, the SMS, the RIO', 'your A D S L, the SIM, the S M S, the RIO'],
  ['es', 'su ADSL, la SIM, un SMS, el RIO', 'su A D S L, la SIM, un S M S, el RIO'],
  ['de', 'Ihr DSL, die SIM, die AGB, das IBAN', 'Ihr D S L, die SIM, die A G B, das IBAN'],
  ['fr', 'Oui !!! Quoi ???', 'Oui ! Quoi ?'],
  ['fr', '\u0000\u0007a\tb\n\nc', 'a b c'],
]

test.each(cases)('%s: %j is read as %j', (language, text, spoken) => {
  expect(pronounceable(text, language).join('|')).toBe(spoken)
})

test.each(['', '   ', '…', '😀', '<b></b>', '!?'])('%j has nothing to read', (text) => {
  expect(pronounceable(text, 'fr')).toEqual([])
})

describe('a long text is cut', () => {
  const sentence = 'Voici une phrase assez longue pour que plusieurs ne tiennent pas ensemble. '

  test.each([
    ['at the end of a sentence', sentence.repeat(10), /[.]$/],
    ['at a comma when no sentence ends', 'un mot de plus, '.repeat(60), /,$/],
    ['at a space when there is no mark', 'mot '.repeat(300), /mot$/],
    ['anywhere when there is no space', 'a'.repeat(1_000), /a$/],
  ])('%s', (_title, text, ending) => {
    const pieces = pronounceable(text, 'fr')
    expect(pieces.length).toBeGreaterThan(2)
    expect(pieces.every((piece) => piece.length <= pieceLength)).toBe(true)
    for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(ending)
    expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
  })
})

test('the name of the firm takes as long as its phonemes, so the markup is not read out', async () => {
  const voice = await createVoice({ language: 'fr', clock: new FakeClock() })
  const named = await voice.speak('Ici Wouippleul.')
  const unnamed = await voice.speak('Ici.')
  voice.close()
  const seconds = (named.length - unnamed.length) / voice.rateHz
  expect(seconds).toBeGreaterThan(0.2)
  expect(seconds).toBeLessThan(0.7)
})
