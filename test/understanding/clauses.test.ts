// A problem is read by clauses: what a clause says to work is not what is broken.

import { expect, test } from 'bun:test'
import { testDialogue } from '../dialogue/test-dialogue.ts'

test.each([
  ["la télé s'affiche très bien mais la box clignote rouge et je n'ai plus internet", 'no_connection'],
  ['internet est mort par contre le wifi je le vois il est bien là', 'no_connection'],
  ['les appels ça va mais dès que je sors de chez moi whatsapp ça charge pas', 'no_data'],
  ['internet marche très bien sur la tablette mais le décodeur reste bloqué', 'tv_landline'],
  ['la télé ne marche plus', 'tv_landline'],
])('%s: %s', (text, symptom) => {
  const dialogue = testDialogue()
  const topic = symptom === 'no_data' ? 'mobile' : 'internet'
  dialogue.tell(topic, 'Paul Martin', '06 39 98 12 47', 'oui', text)
  expect(dialogue.state.known.symptom).toBe(symptom)
})
