// What of a transcription was said: the caller's words stay, what the model invented goes.

import { describe, expect, test } from 'bun:test'
import { type Segment, spokenText, transcriptionOf } from '../../src/providers/transcription.ts'
import { languageOf, languages } from '../../src/understanding/languages/index.ts'
import { fold } from '../../src/understanding/words.ts'

const keyterms = ['Wouippleul', 'conseiller', 'Internet', 'box', 'fibre', 'Wi-Fi', 'mobile', 'carte SIM']
const said = (text: string, segments: Segment[] = [], terms: readonly string[] = keyterms) =>
  spokenText({ text, segments }, terms)

describe('credits and marks of noise are cut off', () => {
  test.each([
    '❤️ par SousTitreur.com',
    'Sous-titrage Société Radio-Canada',
    "Sous-titrage ST' 501",
    'Sous-titrage FR ?',
    "Sous-titres réalisés para la communauté d'Amara.org",
    "Merci d'avoir regardé cette vidéo !",
    'Abonnez-vous à la chaîne !',
    "N'oubliez pas de vous abonner.",
    'Thank you for watching.',
    'Thanks for watching!',
    '♪ musique ♪',
    '♪',
    '[Musique]',
    '(bruit)',
    '*soupir*',
    '[BLANK_AUDIO]',
    '<|nospeech|>',
    '...',
    ' ',
  ])('%j is nothing', (text) => expect(said(text)).toBe(''))

  test.each(languages.flatMap((code) => languageOf(code).credits.map(({ like, say }) => [like, say])))(
    '%j is nothing in any call',
    (like, say) => {
      expect(said(like)).toBe('')
      expect(fold(like)).toMatch(new RegExp(say))
    },
  )

  test.each([
    ['Ma box ne marche plus. Sous-titrage Société Radio-Canada', 'Ma box ne marche plus.'],
    ['Ma box ne marche plus ❤️ par SousTitreur.com', 'Ma box ne marche plus ❤️'],
    ['[Musique] oui (bruit)', 'oui'],
    ["Merci d'avoir regardé cette vidéo ! Je n'ai plus Internet.", "Je n'ai plus Internet."],
    ['Le zéro six (06) douze', 'Le zéro six (06) douze'],
  ])('of %j is left %j', (text, left) => expect(said(text)).toBe(left))

  test.each([
    'É',
    'oui',
    'Merci.',
    'je n’ai plus les sous-titres à la télé',
    'je suis abonné depuis dix ans',
    'merci de votre aide',
  ])('%j is left alone', (text) => expect(said(text)).toBe(text))
})

describe('our own key terms that come back', () => {
  test.each([
    'Wouippleul, conseiller, Internet, box',
    'Wouippleul, Internet, mobile, box, conseiller',
    'Wouippleul conseiller Internet',
    'Wouippleul, conseiller.',
    'Wi-Fi, mobile, carte SIM',
  ])('%j is our prompt', (text) => expect(said(text)).toBe(''))

  test.each([
    'conseiller',
    'Internet',
    'box Internet',
    'Internet mobile',
    'Internet, mobile',
    'Wouippleul, conseiller, bonjour',
    'ma box et mon mobile',
  ])('%j was said', (text) => expect(said(text)).toBe(text))

  test('a single one is an echo where the model doubts that anybody spoke', () => {
    const segment = { text: 'conseiller', avgLogprob: -0.3 }
    expect(said('conseiller', [{ ...segment, noSpeechProb: 0.7 }])).toBe('')
    expect(said('conseiller', [{ ...segment, noSpeechProb: 0.2 }])).toBe('conseiller')
    expect(said('bonjour', [{ ...segment, text: 'bonjour', noSpeechProb: 0.7 }])).toBe('bonjour')
  })

  test('without key terms nothing is an echo', () =>
    expect(said('box, fibre, mobile', [], [])).toBe('box, fibre, mobile'))
})

test('a segment in which nobody spoke is left out, the others stay', () => {
  const words = { text: ' ma box ne marche plus', noSpeechProb: 0.1, avgLogprob: -0.3 }
  const invented = { text: ' Merci à tous.', noSpeechProb: 0.9, avgLogprob: -1.3 }
  const text = ' ma box ne marche plus Merci à tous.'
  expect(said(text, [words, invented])).toBe('ma box ne marche plus')
  expect(said(text, [invented])).toBe('')
  // One sign alone is not enough: a soft voice, or an uncertain word.
  expect(said('oui', [{ text: 'oui', noSpeechProb: 0.9, avgLogprob: -0.5 }])).toBe('oui')
  expect(said('oui', [{ text: 'oui', noSpeechProb: 0.1, avgLogprob: -2 }])).toBe('oui')
})

test.each([
  [{ text: 'oui' }, { text: 'oui', segments: [] }],
  [{ text: null }, { text: '', segments: [] }],
  ['html', { text: '', segments: [] }],
  [null, { text: '', segments: [] }],
  [
    { text: 'oui', segments: [{ text: 'oui', no_speech_prob: 0.1, avg_logprob: -0.2 }, null, 7] },
    {
      text: 'oui',
      segments: [
        { text: 'oui', noSpeechProb: 0.1, avgLogprob: -0.2 },
        { text: '', noSpeechProb: undefined, avgLogprob: undefined },
        { text: '', noSpeechProb: undefined, avgLogprob: undefined },
      ],
    },
  ],
])('the answer %j is read as %j', (answer, expected) => expect(transcriptionOf(answer)).toEqual(expected))
