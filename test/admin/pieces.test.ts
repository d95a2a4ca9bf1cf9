// The pieces in which the admin app is loaded are what it imports.

import { expect, test } from 'bun:test'
import { join } from 'node:path'

const room = join(import.meta.dir, '..', '..', 'src', 'admin')
const textOf = (name: string) => Bun.file(join(room, name)).text()

test('each module with routes is a piece of its own', async () => {
  const imported = [...(await textOf('app.ts')).matchAll(/Routes[^\n]* } from '(\.\/[^']+)'/g)].map(
    ([, path]) => path,
  )
  const pieces = [...(await textOf('pieces.ts')).matchAll(/import\('(\.\/[^']+)'\)/g)].map(([, path]) => path)
  expect(imported.length).toBeGreaterThan(20)
  expect(imported.filter((path) => !pieces.includes(path))).toEqual([])
})
