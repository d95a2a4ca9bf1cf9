import { expect, test } from 'bun:test'
import { summaryOf } from '../../src/dialogue/summary.ts'
import { desk, testDialogue } from './test-dialogue.ts'

test('the technician reads the problem, what was tried and what is wanted, in the language of the desk', () => {
  const { known } = testDialogue().state
  const told = {
    ...known,
    topic: 'internet',
    symptom: 'no_connection',
    stepsDone: ['box_restart', 'box_lights'],
  }
  expect(summaryOf(desk, 'fr', { ...told, callBack: true })).toBe(
    'Internet, plus de connexion. Essayé : box redémarrée, voyants regardés. Souhaite être rappelé.',
  )
  expect(summaryOf(desk, 'en', told)).toBe('Internet, no connection. Tried: box restarted, lights looked at.')
  expect(summaryOf(desk, 'fr', known)).toBe('Problème non précisé. Rien essayé.')
})

test('the technician reads that the line is a vulnerable customer’s, in every language', () => {
  const { known } = testDialogue().state
  expect(summaryOf(desk, 'fr', known, true)).toBe('Problème non précisé. Rien essayé. Client fragile.')
  for (const language of Object.keys(desk.words))
    expect(summaryOf(desk, language, known, true)).not.toBe(summaryOf(desk, language, known))
})

test('a name that the desk lacks, as after a reload, is shown as it is', () => {
  const { known } = testDialogue().state
  const told = { ...known, topic: 'garden', symptom: 'moles', stepsDone: ['dig'] }
  expect(summaryOf(desk, 'fr', told)).toBe('Garden, moles. Essayé : dig.')
})
