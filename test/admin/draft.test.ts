// The routes of the draft: what they ask of the draft, what they refuse, and who may use them.

import { expect, test } from 'bun:test'
import { fakeDifferences, fakeDraft, fakeProgram } from './fakes.ts'

const json = (method: string, body: object) => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

test('items are kept, removed, rehearsed and published', async () => {
  const { ask, asked } = fakeProgram()
  expect(await (await ask('/api/draft')).json()).toEqual(fakeDraft)
  const kept = await ask('/api/draft/phrases/ok', json('PUT', { text: ' Bien. ', language: 'fr' }))
  expect(await kept.json()).toEqual(fakeDraft)
  await ask('/api/draft/document', json('PUT', { id: 'prompts/fr.md', text: null }))
  const saying = await ask(
    '/api/draft/saying',
    json('PUT', { said: " c'est tout vert ", means: 'ça marche' }),
  )
  expect(await saying.json()).toEqual(fakeDraft)
  await ask('/api/draft/saying', json('PUT', { said: 'todo verde', means: null, language: 'es' }))
  await ask('/api/draft/remove', json('POST', { id: 'fr.ok' }))
  await ask('/api/draft/rehearse', json('POST', {}))
  expect(await (await ask('/api/draft/differences')).json()).toEqual(fakeDifferences)
  const published = await ask('/api/draft/publish', { method: 'POST' })
  expect(await published.json()).toEqual({ generation: 8, phrases: 1 })
  await ask('/api/draft', { method: 'DELETE' })
  expect(asked).toEqual([
    'draft fr ok Bien.',
    'draft prompts/fr.md null',
    "saying default: c'est tout vert = ça marche",
    'saying es: todo verde = null',
    'remove fr.ok',
    'rehearse 200',
    'publish by admin',
    'discard',
  ])
})

test('what cannot be kept, removed or rehearsed is refused', async () => {
  const { ask } = fakeProgram()
  const status = async (path: string, method: string, body: object) =>
    (await ask(path, json(method, body))).status
  expect(await status('/api/draft/phrases/no-such', 'PUT', { text: 'Bien.' })).toBe(404)
  expect(await status('/api/draft/phrases/ok', 'PUT', { text: '' })).toBe(400)
  expect(await status('/api/draft/document', 'PUT', { id: 'etc/passwd', text: 'x' })).toBe(422)
  for (const said of ['', ' ', '?!', 'le 12', 'x'.repeat(121)])
    expect(await status('/api/draft/saying', 'PUT', { said, means: 'ça marche' })).toBe(400)
  expect(await status('/api/draft/saying', 'PUT', { said: 'tout vert', means: '' })).toBe(400)
  expect(await status('/api/draft/remove', 'POST', { id: 'fr.welcome' })).toBe(404)
  expect(await status('/api/draft/rehearse', 'POST', { last: 0 })).toBe(400)
  expect(await status('/api/draft/rehearse', 'POST', { last: 7 })).toBe(409)
})

test('a draft that is behind what is on air is refused with a code of its own', async () => {
  const problems = ['change 8 was published since']
  const { ask } = fakeProgram()
  const behind = fakeProgram({
    draft: { ...draftOf(), publish: async () => ({ ok: false, code: 'conflict', problems }) },
  })
  const response = await behind.ask('/api/draft/publish', { method: 'POST' })
  expect(response.status).toBe(409)
  expect(await response.json()).toMatchObject({ code: 'draft_behind', detail: problems[0] })
  expect((await ask('/api/draft/publish', { method: 'POST' })).status).toBe(200)
})

test('each change is audited, and so is a look at what callers said', async () => {
  const { ask, audited } = fakeProgram()
  await ask('/api/draft')
  await ask('/api/draft/phrases/ok', json('PUT', { text: 'Bien.' }))
  await ask('/api/draft/differences')
  await ask('/api/draft/publish', { method: 'POST' })
  expect(audited.map(({ action }) => action)).toEqual(['draft.change', 'recordings.read', 'draft.publish'])
})

function draftOf() {
  const nothing = async () => ({ ok: true as const })
  return {
    read: async () => fakeDraft,
    ...{
      putText: nothing,
      putDocument: nothing,
      putSaying: nothing,
      remove: async () => true,
      discard: async () => {},
    },
    ...{ rehearse: async () => true, differences: () => fakeDifferences },
  }
}
