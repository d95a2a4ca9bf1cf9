// Which of a model's sentences no other caller may hear from the phrase cache.

import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { isPersonal } from '../../../src/call/reply/personal.ts'
import { parseTexts } from '../../../src/desk/texts.ts'

const texts = parseTexts(await Bun.file(join(import.meta.dir, '../../../assets/phrases/fr.json')).json())

test.each([
  ['Merci Madame Dupont, je note tout.', ['bonjour, Dupont à l’appareil'], null],
  ['Merci Madame Box.', ['c’est madame Box'], 'Box'],
  ['Je vous rappelle au zéro six douze trente-quatre.', ['oui'], null],
  ['Je vous rappelle au 06 12 34.', [], null],
  ['Votre aquarium n’y est pour rien.', ['j’ai posé la box sur l’aquarium'], null],
])('%p is personal', (sentence, caller, name) => {
  expect(isPersonal(sentence, caller, name, texts)).toBe(true)
})

test.each([
  ['Je comprends, regardons votre box ensemble.', ['ma box ne marche plus'], null],
  ['Attendez deux minutes, je vous prie.', ['deux minutes'], null],
  ['Merci, je note tout.', ['Dupont'], 'Dupont'],
])('%p may be kept', (sentence, caller, name) => {
  expect(isPersonal(sentence, caller, name, texts)).toBe(false)
})
