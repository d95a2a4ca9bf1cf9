import { expect, test } from 'bun:test'
import { addition } from '../../src/providers/continuation.ts'

const joints: [given: string, next: string, added: string][] = [
  ['Je regarde', ' votre dossier', ' votre dossier'],
  ['Je regarde', 'votre dossier', ' votre dossier'],
  ['Je regarde', 'Je regarde votre dossier', ' votre dossier'],
  ['Bien. Je regarde', 'Je regarde votre dossier', ' votre dossier'],
  ['Bien', '. Je regarde', '. Je regarde'],
  ['Bien, oui', 'oui, bien', ' oui, bien'],
  ['Je regarde', 'Je regarde', ''],
  ['un grand', 'grandeur', ' grandeur'],
]
test.each(joints)('after %j, %j adds %j', (given, next, added) => {
  expect(addition(given, next)).toBe(added)
})
