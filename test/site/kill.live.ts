// kill -9 of a process at every step of a change: the next start is ready and says the old or the new sentence, and a
// backup is the old file or the new one. `kill-steps.live.ts` does the same with a disk that stops.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { exportSite } from '../../src/site/archive.ts'
import { standIn } from '../phrases/stand-in.ts'
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

// A voice speaks the desk in about 1 600 steps: every step of the first sentence, and some of those after it.
test('a process killed while a voice speaks the desk has the old voice or the new one, never both', async () => {
  const copy = await copyDesk(desk.dir)
  const voice = standIn()
  const own = () => ({ speaker: voice.speaker, clock: systemClock })
  const voices = new Set<string>()
  let [isDone, asked] = [false, 0]
  for (let k = 0; !isDone; k += k < 12 ? 1 : 197) {
    // The next process goes on where the one before was killed.
    isDone = await changeAndKill(copy.dir, 'revoice', k)
    const { cache, revoicer, broken } = await startDesk(copy.dir, undefined, own())
    expect(broken()).toEqual([])
    const { done, phrases, onAir } = revoicer.state
    expect([done >= asked, onAir]).toEqual([true, done === phrases])
    asked = done
    const call = cache.forCall()
    const heard = ['Salut.', 'nombre 1', 'nombre 99'].map((text) => call.find(text, 'fr')?.samples.length)
    expect(heard).not.toContain(undefined)
    voices.add(onAir ? 'new' : 'old')
    expect(k).toBeLessThan(10_000)
  }
  expect([...voices].sort()).toEqual(['new', 'old'])
  await copy.remove()
})
