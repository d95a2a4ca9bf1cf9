// kill -9 of a process at every step of a change: the next start is ready and says the old or the new sentence, and a
// backup is the old file or the new one. `kill-steps.live.ts` does the same with a disk that stops.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { exportSite } from '../../src/site/archive.ts'
import { copyDesk, createDesk, marie, startDesk } from './support.ts'

setDefaultTimeout(300_000)

let desk: Awaited<ReturnType<typeof createDesk>>
beforeAll(async () => {
  desk = await createDesk()
  const { editor, site } = await startDesk(desk.dir)
  await editor.put('welcome', 'fr', 'Salut.', marie)
  await Bun.write(join(desk.dir, 'backup.tar.gz'), await exportSite(site))
  await editor.put('welcome', 'fr', 'Bonne nuit.', marie)
  await editor.undo(2, 'Marie')
})
afterAll(() => desk.remove())

/** @returns whether the process came to its end before it was killed */
async function changeAndKill(dir: string, action: string, k: number): Promise<boolean> {
  const args = [join(import.meta.dir, 'killed.ts'), dir, action, String(k)]
  const child = Bun.spawn([process.execPath, ...args], { stdout: 'pipe' })
  const printed = await new Response(child.stdout).text()
  await child.exited
  const isDone = printed.includes('done')
  expect([child.signalCode, isDone]).toEqual(isDone ? [null, true] : ['SIGKILL', false])
  return isDone
}

// The desk says "Salut." by change 1; the backup says the same, so before the import it is made to say something else.
test.each([
  ['put', ['Salut. tone-1', 'Bonsoir. tone-1']],
  ['upload', ['Salut. tone-1', 'Salut. speaker']],
  ['undo', ['Salut. tone-1', 'Bonjour. tone-1']],
  ['import', ['Autre. tone-1', 'Salut. tone-1']],
  ['export', ['Salut. tone-1']],
])('a process killed at every step of %s', async (action, expected) => {
  const seen = new Set<string>()
  for (let k = 0, isDone = false; !isDone; k++) {
    const copy = await copyDesk(desk.dir)
    if (action === 'import') await (await startDesk(copy.dir)).editor.put('welcome', 'fr', 'Autre.', marie)
    isDone = await changeAndKill(copy.dir, action, k)
    const { welcome, info, broken, cache } = await startDesk(copy.dir)
    expect(broken()).toEqual([])
    expect(cache.peek(welcome(), 'fr')).toBeDefined()
    seen.add(`${welcome()} ${info('welcome').source}`)
    const backup = await new Bun.Archive(await Bun.file(join(copy.dir, 'backup.tar.gz')).bytes()).files()
    expect([...backup.keys()]).toContain('state.json')
    await copy.remove()
    expect(k).toBeLessThan(100)
  }
  expect([...seen].sort()).toEqual(expected.toSorted())
})
