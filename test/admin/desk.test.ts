import { expect, test } from 'bun:test'
import { fakeProgram } from './fakes.ts'

test('the desk in use is listed, and read again when the operator asks', async () => {
  const { ask } = fakeProgram()
  expect(await (await ask('/api/desk')).json()).toEqual({ generation: 1, topics: [], steps: [] })
  const response = await ask('/api/desk/reload', { method: 'POST' })
  expect(await response.json()).toEqual({ generation: 2, topics: 3, steps: 11 })
})

test('files that do not fit together are refused with every fault', async () => {
  const problems = ["desk.yaml: topics.mobile.key: 1 is the key of 'internet' too", 'fr.yaml: is missing']
  const { ask } = fakeProgram({
    desk: {
      info: async () => ({ generation: 1, topics: [], steps: [] }),
      reload: async () => ({ ok: false, problems }),
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
        return { generation: 1, topics: [], steps: [] }
      },
      reload: async () => ({ ok: true, generation: 2, topics: 3, steps: 11 }),
    },
  })
  await ask('/api/desk?lang=en')
  await ask('/api/desk')
  expect((await ask('/api/desk?lang=../../etc')).status).toBe(400)
  expect(asked).toEqual(['en', undefined])
})
