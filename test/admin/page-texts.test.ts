// Names that the page shows in words: whatever an operator can meet has one, in French and in English.

import { describe, expect, test } from 'bun:test'
import { pageTexts } from '../../src/admin/page/texts.ts'
import { routeAccess } from '../../src/admin/route-access.ts'
import { questions } from '../../src/desk/script.ts'
import { nothingUnderstood } from '../../src/understanding/understand.ts'

describe.each(['fr', 'en'] as const)('%s', (language) => {
  const { actions, meanings } = pageTexts[language]

  test('every action of the audit trail', () => {
    const routes = Object.values(routeAccess).flatMap(({ audit }) => audit ?? [])
    const commands = [
      'token.add',
      'token.revoke',
      'site.undo',
      'site.import',
      'site.prompt',
      'site.hours',
      'site.desk',
    ]
    expect([...routes, ...commands].filter((action) => !(action in actions))).toEqual([])
  })

  test('every question of the desk', () => {
    expect(Object.keys(meanings.questions).sort()).toEqual([...questions].sort())
  })

  test('everything that can be understood, but the count of the words', () => {
    const fields = Object.keys(nothingUnderstood).filter((field) => field !== 'wordCount')
    expect(Object.keys(meanings.fields).sort()).toEqual(fields.sort())
  })
})
