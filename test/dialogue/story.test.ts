// A caller who tells the whole story at once: what was understood is said back, and what was tried is not asked again.

import { expect, test } from 'bun:test'
import { summaryOf } from '../../src/dialogue/summary.ts'
import { desk, testDialogue } from './test-dialogue.ts'

const story =
  "bonjour j'appelle pour ma mère elle a quatre-vingt-sept ans et depuis mardi elle n'a plus de téléphone " +
  "plus de télé plus d'internet j'ai redémarré la box deux fois et ça n'a rien changé"

test('a story is said back, and a step tried before the call is skipped with a word', () => {
  const dialogue = testDialogue()
  dialogue.tell(story)
  expect(dialogue.said()).toContain('heard_no_connection')
  dialogue.tell('Paul Martin', '06 39 98 12 47', 'oui')
  expect(dialogue.said()).toContain('tried_box_restart')
  expect(dialogue.said()).not.toContain('step_box_restart')
  expect(dialogue.said()).toContain('step_box_lights')
})

test('several dead services are no connection, and the technician reads all that was told', () => {
  const dialogue = testDialogue()
  dialogue.tell(story)
  expect(dialogue.state.known.symptom).toBe('no_connection')
  expect(dialogue.state.known.notes).toEqual(['third_party', 'great_age'])
  expect(summaryOf(desk, 'fr', dialogue.state.known)).toBe(
    'Internet, plus de connexion. Essayé : box redémarrée. Appelle pour une autre personne. Grand âge.',
  )
})

test('the end of a story of 200 words is heard, and what it tells is handed over', () => {
  const dialogue = testDialogue()
  dialogue.tell(
    `${story} ${'alors voilà je vous raconte tout ça '.repeat(30)} je voudrais parler à un conseiller`,
  )
  expect(dialogue.state.ended).toBe('transfer')
  expect(dialogue.state.known).toMatchObject({ topic: 'internet', tried: ['box_restart'] })
})

test('a short first turn is not said back', () => {
  const dialogue = testDialogue()
  dialogue.tell("je n'ai plus internet")
  expect(dialogue.said().filter((name) => name.startsWith('heard_'))).toEqual([])
})
