// Every parameter of every query, by the API's own description: one without a value is refused by name. It would
// otherwise count as 0, or be searched for and found nowhere.

import { expect, test } from 'bun:test'
import { fakeCluster } from './fake-cluster.ts'
import { callId, fakeProgram } from './fakes.ts'

type Described = { parameters?: { in: string; name: string }[] }

test('no route takes an empty parameter for a value', async () => {
  const { ask } = fakeProgram({ cluster: fakeCluster() })
  const { paths } = (await (await ask('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, Described>>
  }
  const given = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [] }]) =>
      parameters
        .filter((parameter) => parameter.in === 'query')
        .map(({ name }) => ({ method: method.toUpperCase(), path, name })),
    ),
  )
  expect(given.length).toBeGreaterThan(25)
  for (const { method, path, name } of given) {
    const filled = path.replace(
      '{name}',
      path.startsWith('/api/phrases') && method === 'GET' ? 'ok.wav' : 'ok',
    )
    const answer = await ask(
      `${filled.replace('{id}', `${callId}${method === 'GET' ? '.json' : ''}`)}?${name}=`,
      {
        method,
      },
    )
    const { detail = '' } = (await answer.json()) as { detail?: string }
    expect([path, answer.status, detail]).toEqual([path, 400, `${name}: has no value; leave it out`])
  }
})
