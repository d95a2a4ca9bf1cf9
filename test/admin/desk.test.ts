import { expect, test } from 'bun:test'
import { fakeDesk, fakeProgram } from './fakes.ts'

test('the desk in use is listed, and read again when the operator asks', async () => {
  const { ask } = fakeProgram()
  expect(await (await ask('/api/desk')).json()).toEqual(fakeDesk)
  const response = await ask('/api/desk/reload', { method: 'POST' })
  expect(await response.json()).toEqual({ generation: 2, topics: 3, steps: 11 })
})

test('files that do not fit together are refused with every fault', async () => {
  const problems = ["desk.yaml: topics.mobile.key: 1 is the key of 'internet' too", 'fr.yaml: is missing']
  const { ask } = fakeProgram({
    desk: {
      info: async () => ({ generation: 1, topics: [], steps: [], notes: [] }),
      reload: async () => ({ ok: false, problems }),
      try: async () => ({ ok: true, tries: [] }),
    },
  })
  const response = await ask('/api/desk/reload', { method: 'POST' })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ detail: problems.join('; ') })
})

test('the names of the desk are in the language that the page asks for', async () => {
  const asked: (string | undefined)[] = []
  const { ask } = fakeProgram({
    desk: {
      async info(language) {
        asked.push(language)
        return { generation: 1, topics: [], steps: [], notes: [] }
      },
      reload: async () => ({ ok: true, generation: 2, topics: 3, steps: 11 }),
      try: async () => ({ ok: true, tries: [] }),
    },
  })
  await ask('/api/desk?lang=en')
  await ask('/api/desk')
  expect((await ask('/api/desk?lang=../../etc')).status).toBe(400)
  expect(asked).toEqual(['en', undefined])
})

test('a sentence is tried, and refused while another one is, or when the desk cannot be read', async () => {
  const one = { question: 'open', asks: 'Bonjour ?', understood: { topic: 'internet' }, says: 'Bien.' }
  const tries = [{ ...one, next: null, why: [{ rule: 'internet.box', words: 'box' }], reader: null }]
  const info = async () => ({ generation: 1, topics: [], steps: [], notes: [] })
  const reload = async () => ({ ok: true as const, generation: 2, topics: 3, steps: 11 })
  const asked: string[] = []
  const answers = [Promise.resolve({ ok: true as const, tries }), undefined]
  const { ask } = fakeProgram({
    desk: {
      ...{ info, reload },
      try(text) {
        asked.push(text)
        return asked.length > 2
          ? Promise.resolve({ ok: false, reason: 'no desk' })
          : answers[asked.length - 1]
      },
    },
  })
  const post = (body: object) =>
    ask('/api/desk/try', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  expect(await (await post({ text: ' ma box ' })).json()).toEqual({ tries })
  expect(asked).toEqual(['ma box'])
  expect((await post({ text: 'oui' })).status).toBe(409)
  expect((await post({ text: 'non' })).status).toBe(422)
  expect((await post({ text: '' })).status).toBe(400)
  expect((await post({ text: 'x'.repeat(501) })).status).toBe(400)
})
