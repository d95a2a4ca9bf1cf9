// `bun run rehearse` on a folder of recordings, with the shipped desk and with another one.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rehearseMain } from '../../src/rehearsal/main.ts'
import { createSiteDisk } from '../../src/site/disk.ts'
import { writeDraft } from '../../src/site/draft.ts'
import { openSite } from '../../src/site/store.ts'
import { day, ids, otherDesk, recordTwoCalls } from './recorded.ts'

setDefaultTimeout(60_000)

let dir = ''

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rehearse-'))
  await Bun.write(join(dir, 'desk/desk.yaml'), await otherDesk())
  await recordTwoCalls(join(dir, 'recordings'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  let out = ''
  const environment = {
    CONFIG_FILE: '',
    DATA_DIR: join(dir, 'data'),
    RECORDINGS_DIR: join(dir, 'recordings'),
  }
  const code = await rehearseMain(args, { write: (text) => (out += text) }, environment)
  return { code, out }
}

describe('bun run rehearse', () => {
  test('with the same desk every call goes as it went', async () => {
    expect(await run()).toEqual({ code: 0, out: '0 of 2 calls differ\n' })
    expect(await run(join(dir, 'recordings', day), '--last', '1')).toEqual({
      ...{ code: 0, out: '0 of 1 calls differ\n' },
    })
  })

  test('with the draft of the page it shows what the draft would change', async () => {
    const none = await run('--draft')
    expect({ code: none.code, isSaid: none.out.includes('there is no draft') }).toEqual({
      code: 2,
      isSaid: true,
    })
    expect((await run('--draft', '--desk', join(dir, 'desk'))).code).toBe(2)
    const site = await openSite({ dir: join(dir, 'data/site'), wallMs: () => 0 })
    const bytes = new TextEncoder().encode(await otherDesk())
    const after = { sha256: await site.store(bytes, 'txt'), bytes: bytes.length, version: 1 }
    const items = [{ kind: 'document' as const, id: 'desk/desk.yaml', before: null, after }]
    await writeDraft(site.dir, createSiteDisk(), { base: 0, items })
    const { code, out } = await run('--draft')
    expect({ code, calls: out.includes('1 of 2 calls differ') }).toEqual({ code: 1, calls: true })
    expect(await run()).toEqual({ code: 0, out: '0 of 2 calls differ\n' })
  })

  test('with another order of the steps it shows the call that had them, and where', async () => {
    const { code, out } = await run('--desk', join(dir, 'desk'))
    expect(code).toBe(1)
    expect(out).toMatch(new RegExp(`^${ids[0]}  \\d\\d:\\d\\d  said\n    was  agent: .*\n    is   agent: `))
    expect(out).toContain('1 of 2 calls differ')
    expect(out).toContain('fit the call no more')
    expect(out).not.toContain(ids[1]!)
  })

  test('as JSON', async () => {
    const { code, out } = await run('--desk', join(dir, 'desk'), '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ calls: 2, differ: [{ call: ids[0], what: 'said' }], left: [] })
  })

  test('a broken desk, a folder without calls and a wrong option end with 2', async () => {
    await Bun.write(join(dir, 'broken/desk.yaml'), 'topics: { internet: 3 }')
    expect(await run('--desk', join(dir, 'broken'))).toMatchObject({
      code: 2,
      out: expect.stringContaining('topics'),
    })
    expect(await run(join(dir, 'desk'))).toMatchObject({
      code: 2,
      out: expect.stringContaining('no call with inputs'),
    })
    expect((await run('--last', 'few')).code).toBe(2)
    expect((await run('--fast')).code).toBe(2)
  })
})
