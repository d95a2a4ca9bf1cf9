import { expect, test } from 'bun:test'
import { keyAction, keysAnywhere, keysAt, menuAt } from '../../src/desk/keys.ts'
import { questions } from '../../src/desk/script.ts'
import { testDialogue } from '../dialogue/test-dialogue.ts'
import { desk } from '../support/shipped-desk.ts'

const file = (path: string) => Bun.file(new URL(`../../${path}`, import.meta.url)).text()
const keysIn = (text: string) =>
  [...text.matchAll(/`([0-9*#])`(?: to `([0-9])`)?/g)].flatMap(([, from, to = from]) =>
    from === to
      ? [from]
      : Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => String(Number(from) + i)),
  )
/** The keys of a question, with those of the topics or of any topic's symptoms. */
const keysOf = (question: (typeof questions)[number]): string[] => [
  ...Object.keys(keysAt[question]),
  ...desk.topics.flatMap(({ name }) => menuAt(desk, question, name).map(({ key }) => key)),
]
const sorted = (keys: readonly string[]) => [...new Set(keys)].sort()

/** The rows of docs/desk.md, and the questions that they are about. */
const rows: Record<string, readonly (typeof questions)[number][]> = {
  'what it is about': ['open', 'topic'],
  'may the call be recorded': ['consent'],
  name: ['name'],
  'is the number right': ['phoneConfirm'],
  symptom: ['symptom'],
  'a step': ['step'],
  'does it work, call back': ['verify', 'callBack'],
}

test('docs/desk.md names the keys of every question', async () => {
  const text = (await file('docs/desk.md')).split('## Keys')[1].split('\n## ')[0]
  const cells = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  const found = new Map(cells.map(([, row, keys = '']) => [row, keysIn(keys)]))
  for (const [row, about] of Object.entries(rows))
    for (const question of about)
      expect([row, sorted(found.get(row) ?? [])]).toEqual([row, sorted(keysOf(question))])
  expect(sorted(found.get('any') ?? [])).toEqual(sorted(Object.keys(keysAnywhere)))
})

test('the README names every key that has a meaning', async () => {
  const named = keysIn((await file('README.md')).split('## Keys')[1].split('\n## ')[0])
  const used = questions.flatMap((question) => (question === 'phone' ? ['#', '*'] : keysOf(question)))
  for (const key of [...used, ...Object.keys(keysAnywhere)]) expect(named).toContain(key)
})

test('no question takes the key of the objection or of the language, but a number takes all digits', () => {
  for (const question of questions.filter((name) => name !== 'phone')) {
    expect(keysOf(question)).not.toContain('8')
    expect(keysOf(question)).not.toContain('9')
    expect(keyAction(question, '8')).toBe('noRecording')
  }
  expect(keyAction('phone', '8')).toBe('digit')
})

/** What a menu says: the line of each entry, and the key that is named after it. */
const said = (lines: readonly string[]): [string, string][] =>
  lines.flatMap((line, i) => {
    const key = /^press_(\d)$/.exec(lines[i + 1] ?? '')?.[1]
    return key === undefined ? [] : [[line, key]]
  })

test('each key that the spoken menu names leads where the menu says', () => {
  const caller = () => testDialogue({ hearsWords: false })
  for (const [line, key] of said(caller().said())) {
    const after = caller()
    after.tell(`#${key}`)
    const topic = desk.topics.find(({ menu }) => menu === line)
    if (line === 'menu_human') expect(after.state.ended).toBe('transfer')
    else expect(after.state.known.topic).toBe(topic?.name ?? 'not a topic')
  }
  for (const { name, key, symptoms } of desk.topics.filter((topic) => topic.symptoms.length > 0)) {
    const asked = caller()
    asked.tell(`#${key}`, '##')
    const menu = said(asked.said())
    expect([name, menu.length]).toEqual([name, symptoms.length])
    for (const [line, symptomKey] of menu) {
      const after = caller()
      after.tell(`#${key}`, '##', `#${symptomKey}`)
      expect(after.state.known.symptom).toBe(
        symptoms.find(({ menu: own }) => own === line)?.name ?? 'nothing',
      )
    }
  }
})
