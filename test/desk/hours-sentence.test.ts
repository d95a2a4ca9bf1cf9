import { describe, expect, test } from 'bun:test'
import { parseSchedule } from '../../src/asterisk/schedule.ts'
import { readConfig, settings } from '../../src/config.ts'
import { hoursSentence } from '../../src/desk/hours-sentence.ts'
import { parseTexts, type Texts } from '../../src/desk/texts.ts'
import { createDeskTexts } from '../../src/server/desk/desk-texts.ts'
import { languageOf, languages } from '../../src/understanding/languages/index.ts'

const phrases = Object.fromEntries(
  await Promise.all(
    languages.map(async (code) => [code, parseTexts(await Bun.file(`assets/phrases/${code}.json`).json())]),
  ),
) as Record<string, Texts>
const sentence = (language: string, hours: string) =>
  hoursSentence(languageOf(language).openingHours, parseSchedule(hours).week, phrases[language].numbers)

describe('the hours as a sentence', () => {
  test.each([...languages])('the default hours give the ready-made line of %s', (language) => {
    expect(sentence(language, settings.OPENING_HOURS.default)).toBe(
      phrases[language].lines.opening_hours as string,
    )
  })

  test.each([
    [
      'lun-ven 9h-12h, 14h-18h',
      'Nos techniciens répondent du lundi au vendredi, de neuf heures à midi et de quatorze heures à dix-huit heures.',
    ],
    [
      'lun-ven 8h30-17h45; sam 9h-12h',
      'Nos techniciens répondent du lundi au vendredi, de huit heures trente à dix-sept heures quarante-cinq, ' +
        'et le samedi, de neuf heures à midi.',
    ],
    [
      'lun-mer, ven 13h-21h',
      'Nos techniciens répondent du lundi au mercredi et le vendredi, de treize heures à vingt et une heures.',
    ],
    ['sam-dim 0h-1h', 'Nos techniciens répondent le samedi et le dimanche, de minuit à une heure.'],
    ['7j/7 8h-minuit', 'Nos techniciens répondent tous les jours, de huit heures à minuit.'],
    ['24h/24', 'Nos techniciens répondent tous les jours, jour et nuit.'],
    [
      'lun 8h-9h; mar 9h-10h; mer 10h-11h',
      'Nos techniciens répondent le lundi, de huit heures à neuf heures, le mardi, de neuf heures à dix heures, ' +
        'et le mercredi, de dix heures à onze heures.',
    ],
    ['ph 9h-12h', 'Nos techniciens rappellent dès que possible.'],
  ])('%s', (hours, text) => {
    expect(sentence('fr', hours)).toBe(text)
  })

  test.each([
    [
      'mo-fr 09:00-12:00,14:00-18:30; sa 10:00-12:00',
      'Our technicians answer from Monday to Friday, from nine in the morning to noon and from two in the afternoon ' +
        'to six thirty in the evening, and on Saturday, from ten in the morning to noon.',
    ],
    ['24/7', 'Our technicians answer every day, day and night.'],
    ['mo 12:30-24:00', 'Our technicians answer on Monday, from twelve thirty in the afternoon to midnight.'],
  ])('%s', (hours, text) => {
    expect(sentence('en', hours)).toBe(text)
  })
})

describe('the texts of a call', () => {
  const texts = (environment: Record<string, string>, iso = '2026-11-27T10:00:00+01:00') =>
    createDeskTexts(readConfig(environment))(phrases.fr, Date.parse(iso))

  test('with the shipped hours and no message they are those of the phrase files', () => {
    expect(texts({})).toBe(phrases.fr)
    expect(texts({ OPENING_HOURS: 'du lundi au samedi de 8h à 20h' })).toBe(phrases.fr)
  })

  test('other hours are said as they are set', () => {
    const { lines } = texts({ OPENING_HOURS: 'lun-ven 9h-17h' })
    expect(lines.opening_hours).toBe(
      'Nos techniciens répondent du lundi au vendredi, de neuf heures à dix-sept heures.',
    )
    expect(lines.welcome).toBe(phrases.fr.lines.welcome)
  })

  test('the message is there up to the end of its last day, in the desk’s time zone', () => {
    const message = { MESSAGE_OF_THE_DAY: 'Une panne touche Lyon.', MESSAGE_OF_THE_DAY_UNTIL: '2026-11-27' }
    const ofThatDay = texts(message, '2026-11-27T23:59:59+01:00').lines.message_of_the_day
    expect(ofThatDay).toBe('Une panne touche Lyon.')
    expect(texts(message, '2026-11-28T00:00:00+01:00').lines).not.toHaveProperty('message_of_the_day')
    const { MESSAGE_OF_THE_DAY } = message
    expect(texts({ MESSAGE_OF_THE_DAY }, '2040-01-01T00:00:00Z').lines).toHaveProperty('message_of_the_day')
  })

  const refused: [Record<string, string>, RegExp][] = [
    [{ MESSAGE_OF_THE_DAY: 'x'.repeat(201) }, /MESSAGE_OF_THE_DAY .*200 characters/],
    [{ MESSAGE_OF_THE_DAY: 'Bonjour {name}' }, /MESSAGE_OF_THE_DAY .*placeholder/],
    [{ MESSAGE_OF_THE_DAY_UNTIL: 'demain' }, /MESSAGE_OF_THE_DAY_UNTIL .*2026-12-24/],
    [{ MESSAGE_OF_THE_DAY_UNTIL: '12-24' }, /MESSAGE_OF_THE_DAY_UNTIL .*2026-12-24/],
    [{ OPENING_EXCEPTIONS: 'noël fermé' }, /OPENING_EXCEPTIONS .*"noël fermé"/],
  ]
  test.each(refused)('%p is refused', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(message)
  })
})
