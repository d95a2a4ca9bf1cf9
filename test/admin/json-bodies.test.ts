// Every route that takes JSON, by the API's own description: a body of another type is refused, and not taken for an
// empty one, with which a search would find everything.

import { expect, test } from 'bun:test'
import { fakeCluster } from './fake-cluster.ts'
import { callId, fakeProgram } from './fakes.ts'

type Described = { requestBody?: { content: Record<string, unknown> } }

test('no route reads a body that is not said to be JSON', async () => {
  const { ask } = fakeProgram({ cluster: fakeCluster() })
  const { paths } = (await (await ask('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, Described>>
  }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { requestBody }]) => requestBody && 'application/json' in requestBody.content)
      .map(([method]) => ({ method: method.toUpperCase(), path: path.replace(/\{\w+\}/, callId) })),
  )
  expect(routes.length).toBeGreaterThan(12)
  const read: string[] = []
  for (const { method, path } of routes.filter(({ path }) => !path.startsWith('/cluster/'))) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { status } = await ask(path, { method, headers, body: '{"phone":"0612345678"}' })
    if (status !== 415) read.push(`${method} ${path}: ${status}`)
  }
  expect(read).toEqual([])
})
