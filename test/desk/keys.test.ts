import { expect, test } from 'bun:test'
import { keyAction, keysAnywhere, keysAt } from '../../src/desk/keys.ts'
import { questions } from '../../src/desk/script.ts'

const file = (path: string) => Bun.file(new URL(`../../${path}`, import.meta.url)).text()
const keysIn = (text: string) =>
  [...text.matchAll(/`([0-9*#])`(?: to `([0-9])`)?/g)].flatMap(([, from, to = from]) =>
    from === to
      ? [from]
      : Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => String(Number(from) + i)),
  )
const sorted = (keys: readonly string[]) => [...new Set(keys)].sort()

/** The rows of docs/desk.md, and the questions that they are about. */
const rows: Record<string, readonly (typeof questions)[number][]> = {
  'what is broken, Internet or mobile': ['open', 'topic'],
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
      expect([row, sorted(found.get(row) ?? [])]).toEqual([row, sorted(Object.keys(keysAt[question]))])
  expect(sorted(found.get('any') ?? [])).toEqual(sorted(Object.keys(keysAnywhere)))
})

test('the README names every key that has a meaning', async () => {
  const named = keysIn((await file('README.md')).split('## Keys')[1].split('\n## ')[0])
  const used = questions.flatMap((question) =>
    question === 'phone' ? ['#', '*'] : Object.keys(keysAt[question]),
  )
  for (const key of [...used, ...Object.keys(keysAnywhere)]) expect(named).toContain(key)
})

test('no question takes the key of the objection or of the language, but a number takes all digits', () => {
  for (const question of questions.filter((name) => name !== 'phone')) {
    expect(keysAt[question]).not.toHaveProperty('8')
    expect(keysAt[question]).not.toHaveProperty('9')
    expect(keyAction(question, '8')).toBe('noRecording')
  }
  expect(keyAction('phone', '8')).toBe('digit')
})
