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
      info: () => ({ generation: 1, topics: [], steps: [] }),
      reload: async () => ({ ok: false, problems }),
    },
  })
  const response = await ask('/api/desk/reload', { method: 'POST' })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ detail: problems.join('; ') })
})
