// A change that is interrupted at any step of the disk: the next start is ready and says the old or the new sentence.
// Here the disk stops; `kill.live.ts` kills a process.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { copyDesk, createDesk, marie, mortal, startDesk } from './support.ts'

setDefaultTimeout(30_000)

let desk: Awaited<ReturnType<typeof createDesk>>
beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.remove())

type Desk = Awaited<ReturnType<typeof startDesk>>

/** Runs an action whose disk dies at step `dieAt`, then starts again. @returns whether the action came to its end */
async function interrupted(
  before: (desk: Desk) => Promise<unknown>,
  action: (desk: Desk) => Promise<{ ok: boolean }>,
  dieAt: number,
  check: (desk: Desk) => void,
): Promise<boolean> {
  const copy = await copyDesk(desk.dir)
  try {
    await before(await startDesk(copy.dir))
    const { disk, steps } = mortal(dieAt)
    await action(await startDesk(copy.dir, disk))
    const next = await startDesk(copy.dir)
    expect(next.broken()).toEqual([])
    expect(next.info('welcome').durationMs).toBeGreaterThan(100)
    check(next)
    return steps.length < dieAt
  } finally {
    await copy.remove()
  }
}

const put = (text: string) => (one: Desk) => one.editor.put('welcome', 'fr', text, marie)
const nothing = async () => {}

describe('killed at every step', () => {
  test.each([
    ['a first change', nothing, put('Bonsoir.'), ['Bonjour.', 'Bonsoir.']],
    ['a second change', put('Salut.'), put('Bonsoir.'), ['Salut.', 'Bonsoir.']],
    ['an undo', put('Salut.'), (one: Desk) => one.editor.undo(1, 'Paul'), ['Salut.', 'Bonjour.']],
    [
      'an upload',
      nothing,
      (one: Desk) => one.editor.putSound('welcome', 'fr', new Uint8Array(2), marie),
      ['Bonjour.'],
    ],
  ])(
    '%s leaves a start that is ready and says the old or the new sentence',
    async (_, before, action, texts) => {
      const said = new Set<string>()
      let steps = 0
      const check = (next: Desk) => {
        expect(texts).toContain(next.welcome())
        // What is said and what sounds belong together.
        expect(next.cache.peek(next.welcome(), 'fr')).toBeDefined()
        said.add(`${next.welcome()} ${next.info('welcome').source}`)
      }
      while (!(await interrupted(before, action, steps, check))) steps++
      expect(steps).toBeGreaterThanOrEqual(7)
      expect(said.size).toBe(2)
    },
  )
})
