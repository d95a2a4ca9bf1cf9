// A recordings' folder that is read-only at the start of the server, as a worn disk is: a search still finds, and the
// index is back in its file as soon as that can be written. On a small disk of its own, which needs root.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

setDefaultTimeout(60_000)

const canMount = Bun.spawnSync(['unshare', '--mount', 'true'], {
  stdio: ['ignore', 'ignore', 'ignore'],
}).success

test.skipIf(!canMount)('a search in a folder that is read-only finds what is there', async () => {
  const script = join(import.meta.dir, 'read-only.ts')
  const child = Bun.spawn(['unshare', '--mount', process.execPath, script], {
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [said, fault] = await Promise.all([child.stdout.text(), child.stderr.text()])
  expect([said, fault]).toEqual([
    'written 2 in .search.sqlite\nread-only 2\nread-only again 2\nwritten again 1 in .search.sqlite\n',
    '',
  ])
})
