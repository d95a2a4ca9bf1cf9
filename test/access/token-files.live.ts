// Several processes that change the tokens of one folder at once.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTokens } from '../../src/access/token-files.ts'

setDefaultTimeout(60_000)

test('no token is lost, whatever other processes add and revoke meanwhile', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tokens-'))
  const files = join(import.meta.dir, '../../src/access/token-files.ts')
  const script = (name: string) => `
    import { addToken, revokeToken } from ${JSON.stringify(files)}
    for (let n = 0; n < 15; n++) {
      addToken(${JSON.stringify(dir)}, '${name}-' + n, ['read'], 0)
      if (n % 3 === 2) revokeToken(${JSON.stringify(dir)}, '${name}-' + n)
    }`
  const names = ['a', 'b', 'c', 'd']
  const children = names.map((name) =>
    Bun.spawn([process.execPath, '-e', script(name)], { stderr: 'inherit' }),
  )
  expect(await Promise.all(children.map(({ exited }) => exited))).toEqual([0, 0, 0, 0])
  const kept = [...Array(15).keys()].filter((n) => n % 3 !== 2)
  expect(
    readTokens(dir)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(names.flatMap((name) => kept.map((n) => `${name}-${n}`)).sort())
  expect((await readdir(dir)).sort()).toEqual(['.tokens.lock', 'tokens.json'])
  await rm(dir, { recursive: true })
})
