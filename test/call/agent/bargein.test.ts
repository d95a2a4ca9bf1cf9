import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { bargeInDefaults, confirmMsOf, isBackchannel, resembles } from '../../../src/call/agent/bargein.ts'

setDefaultTimeout(60_000)

const listeningNoises: [language: string, text: string][] = [
  ['fr', 'oui'],
  ['fr', 'Oui, oui.'],
  ['fr', 'hm'],
  ['fr', 'Hum hum'],
  ['fr', "D'accord."],
  ['fr', 'D’accord'],
  ['fr', 'Ah bon'],
  ['fr', 'ok, très bien'],
  ['fr', "oui, c'est ça"],
  ['en', 'Yeah, I see'],
  ['es', 'Sí, sí'],
  ['en', 'mhm'],
]
const turns: [language: string, text: string][] = [
  ['fr', 'non'],
  ['fr', 'oui mais attendez'],
  ['fr', 'oui oui oui oui oui'],
  ['fr', 'stop'],
  ['fr', 'un conseiller'],
  ['fr', 'quoi ?'],
  ['fr', '06'],
  ['fr', ''],
  ['fr', '…'],
  ['en', 'oui'],
  ['en', 'no'],
]
describe('backchannels', () => {
  for (const [language, text] of listeningNoises)
    test(`${language}: “${text}”`, () => expect(isBackchannel(text, language)).toBe(true))
})
describe('more than a backchannel', () => {
  for (const [language, text] of turns)
    test(`${language}: “${text}”`, () => expect(isBackchannel(text, language)).toBe(false))
})

test('speech interrupts after 600 ms, and after 300 ms when the recogniser gives no words', () => {
  expect(confirmMsOf(true, bargeInDefaults)).toBe(600)
  expect(confirmMsOf(false, bargeInDefaults)).toBe(300)
})

test.each([
  ['vous êtes bien au service', 'Bonjour, vous êtes bien au service après-vente de Wouippleul.', true],
  ['ma box ne marche plus', 'ma box ne marche plus du tout', true],
  ['je veux un conseiller', 'Bonjour, vous êtes bien au service après-vente de Wouippleul.', false],
  ['', 'Bonjour', false],
])('"%s" beside "%s"', (text, other, same) => {
  expect(resembles(text, other)).toBe(same)
})
