// A problem is read by clauses: what a clause says to work is not what is broken.

import { expect, test } from 'bun:test'
import { testDialogue } from '../dialogue/test-dialogue.ts'

test.each([
  ["la télé s'affiche très bien mais la box clignote rouge et je n'ai plus internet", 'no_connection'],
  ['internet est mort par contre le wifi je le vois il est bien là', 'no_connection'],
  ['les appels ça va mais dès que je sors de chez moi whatsapp ça charge pas', 'no_data'],
  ['internet marche très bien sur la tablette mais le décodeur reste bloqué', 'tv_landline'],
  ['la télé ne marche plus', 'tv_landline'],
  ['le wifi va très bien dans le séjour mais dès que je monte au grenier plus rien', 'wifi'],
  ['mon problème c’est le wifi, il se coupe sans arrêt', 'wifi'],
  ['le voyant reste rouge fixe, plus aucune connexion', 'no_connection'],
  ['j’ai éteint le décodeur, je l’ai rallumé, la télé affiche toujours un message', 'tv_landline'],
  ['j’ai plus internet dehors, juste les appels et les textos', 'no_data'],
  ['les appels ça joue mais les données c’est mort', 'no_data'],
])('%s: %s', (text, symptom) => {
  const dialogue = testDialogue()
  const topic = symptom === 'no_data' ? 'mobile' : 'internet'
  dialogue.tell(topic, 'Paul Martin', '06 39 98 12 47', 'oui', text)
  expect(dialogue.state.known.symptom).toBe(symptom)
})

test('"it came back on Friday" in a story is not its end', () => {
  const dialogue = testDialogue()
  dialogue.tell(
    'bonjour alors ça a coupé jeudi puis c’est revenu vendredi je me suis dit bon c’est fini et puis rebelote ' +
      'ce matin plus de connexion du tout sur aucun appareil et le voyant de la box reste rouge',
  )
  expect(dialogue.state.known.symptom).toBe('no_connection')
  expect(dialogue.state.asking).toBe('name')
})
