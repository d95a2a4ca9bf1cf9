import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { notices, productionPackages } from '../../src/tools/notices.ts'

setDefaultTimeout(60_000)

test('THIRD_PARTY_NOTICES.md is what the lock file and the packages say; bun run notices writes it', async () => {
  const committed = await Bun.file(join(import.meta.dir, '../../THIRD_PARTY_NOTICES.md')).text()
  // Not toBe(notices()) alone: a difference in 3 000 lines is not to be printed.
  expect(committed === notices()).toBe(true)
})

test('packages of packages, optional ones and installed peers are found, development packages are not', () => {
  const lock = {
    workspaces: {
      '': {
        dependencies: { web: '1.0.0' },
        optionalDependencies: { codec: '1.0.0' },
        devDependencies: { lint: '1' },
      },
    },
    packages: {
      web: [
        'web@1.0.0',
        '',
        { dependencies: { socket: '^1.0.0' }, peerDependencies: { cloud: '1', types: '1' } },
      ],
      socket: [
        'socket@1.2.0',
        '',
        { dependencies: { web: '1' }, peerDependencies: { extra: '1' }, optionalPeers: ['extra'] },
      ],
      codec: ['codec@1.0.0', '', {}],
      types: ['types@1.0.0', '', {}],
      extra: ['extra@1.0.0', '', {}],
      lint: ['lint@1.0.0', '', {}],
    } as Parameters<typeof productionPackages>[0]['packages'],
  }
  expect(productionPackages(lock)).toEqual(['codec', 'socket', 'types', 'web'])
})

test('every package names its licence, and one that brings no text names a licence that everybody knows', () => {
  const rows = notices()
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  expect(rows.filter((row) => row.includes('not named'))).toEqual([])
  const bare = rows.filter((row) => row.includes('brings none')).map((row) => row.split(' | ')[2])
  expect([...new Set(bare)].sort()).toEqual(['GPL-2.0-or-later', 'MIT'])
})
