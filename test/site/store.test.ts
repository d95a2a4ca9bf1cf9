import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { audioName, type SiteItem, type SitePhrase } from '../../src/site/generation.ts'
import { openSite, type Site } from '../../src/site/store.ts'
import { wallMs } from './support.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'site-'))
})
afterEach(() => rm(dir, { recursive: true }))

const open = () => openSite({ dir: join(dir, 'site'), wallMs })
const saying = (text: string): SitePhrase => ({ text, sound: null, version: 1 })
const item = (site: Site, after: SitePhrase | null, id = 'fr.welcome'): SiteItem => ({
  kind: 'phrase',
  id,
  shipped: 'Bonjour.',
  before: site.state.phrases[id] ?? null,
  after,
})
const say = (site: Site, text: string) =>
  site.commit({ by: 'Marie', action: 'text', items: [item(site, saying(text))] })
const codeOf = (promise: Promise<unknown>) => promise.then(() => 'done').catch((error) => error.code)
const file = (name: string) => join(dir, 'site', 'generations', name)

describe('the site folder', () => {
  test('need not exist', async () => {
    const site = await open()
    expect([site.state.generation, site.faults, await site.history(10)]).toEqual([0, [], []])
  })

  test('a change is there at the next start, with who made it, when, before and after', async () => {
    const site = await open()
    await say(site, 'Un.')
    await say(site, 'Deux.')
    const again = await open()
    expect(again.state.phrases['fr.welcome']).toEqual({ text: 'Deux.', sound: null, version: 2 })
    expect(await again.history(10)).toMatchObject([
      { generation: 2, by: 'Marie', at: '2026-11-28T09:00:00.000Z', items: [{ before: { text: 'Un.' } }] },
      { generation: 1, items: [{ before: null, after: { text: 'Un.' } }] },
    ])
  })

  test('others may not read its files', async () => {
    const site = await open()
    await site.store(new Uint8Array(2), 'raw')
    await say(site, 'Un.')
    for (const name of await readdir(dir, { recursive: true })) {
      const { mode } = await stat(join(dir, name))
      expect([name, mode & 0o027]).toEqual([name, 0])
    }
  })

  test('a change that another process made meanwhile is not overwritten', async () => {
    const [one, other] = [await open(), await open()]
    await say(one, 'Un.')
    expect(await codeOf(say(other, 'Deux.'))).toBe('conflict')
    await other.refresh()
    expect(other.state.phrases['fr.welcome']?.text).toBe('Un.')
    await say(other, 'Deux.')
    expect((await open()).state.phrases['fr.welcome']?.text).toBe('Deux.')
  })

  test.each([
    ['cut', (text: string) => text.slice(0, -20)],
    ['empty', () => ''],
    ['of a later layout', (text: string) => text.replace('"layout": 1', '"layout": 2')],
  ])('a generation that is %s is named, and the one before is in use', async (_what, damage) => {
    const site = await open()
    await say(site, 'Un.')
    await say(site, 'Deux.')
    await Bun.write(file('000002.json'), damage(await Bun.file(file('000002.json')).text()))
    const again = await open()
    expect(again.state.phrases['fr.welcome']?.text).toBe('Un.')
    expect(again.faults.map(({ what }) => what)).toEqual(['000002.json'])
    // The next change does not overwrite what may be repaired.
    await say(again, 'Trois.')
    expect((await open()).state).toMatchObject({ generation: 3 })
  })

  test('an entry that cannot be read is left out and named, the others are used', async () => {
    const site = await open()
    await say(site, 'Un.')
    const text = await Bun.file(file('000001.json')).text()
    const json = JSON.parse(text)
    json.phrases['fr.ok.1'] = { text: 7 }
    json.phrases['../../etc'] = json.phrases['fr.welcome']
    await Bun.write(file('000001.json'), JSON.stringify(json))
    const again = await open()
    expect(Object.keys(again.state.phrases)).toEqual(['fr.welcome'])
    expect(again.faults.map(({ what }) => what).sort()).toEqual(['../../etc', 'fr.ok.1'])
  })

  test('content that is damaged or gone is refused by name', async () => {
    const site = await open()
    const sha256 = await site.store(new Uint8Array([1, 2, 3, 4]), 'raw')
    expect(await site.content(audioName({ sha256 }))).toEqual(new Uint8Array([1, 2, 3, 4]))
    await Bun.write(join(dir, 'site', 'content', `${sha256}.raw`), new Uint8Array([1, 2, 3, 5]))
    expect(await codeOf(site.content(audioName({ sha256 })))).toBe('content')
    await rm(join(dir, 'site', 'content', `${sha256}.raw`))
    expect(await codeOf(site.content(audioName({ sha256 })))).toBe('content')
  })
})

describe('undo', () => {
  const undo = async (site: Site, generation: number) =>
    site.commit({
      by: 'Paul',
      action: 'undo',
      undoes: generation,
      items: await site.undoing(generation),
    })
  const text = (site: Site) => site.state.phrases['fr.welcome']?.text

  test('takes changes back one by one, and can itself be undone', async () => {
    const site = await open()
    for (const one of ['Un.', 'Deux.']) await say(site, one)
    await undo(site, 2)
    expect(text(site)).toBe('Un.')
    await undo(site, 1)
    expect(text(site)).toBeUndefined()
    await undo(site, 4)
    expect(text(site)).toBe('Un.')
    expect((await site.history(1))[0]).toMatchObject({ by: 'Paul', action: 'undo', undoes: 4 })
  })

  test('of a change that was changed again is refused, with what stands in the way', async () => {
    const site = await open()
    for (const one of ['Un.', 'Deux.']) await say(site, one)
    expect(await codeOf(undo(site, 1))).toBe('changed')
    expect((await site.history(10)).map((change) => site.canUndo(change))).toEqual([true, false])
  })

  test('of a change that never was is refused', async () => {
    expect(await codeOf(undo(await open(), 7))).toBe('unknown')
  })
})

test('audio that only very old changes need is deleted, never what another process is just storing', async () => {
  const site = await open()
  const orphan = await site.store(new Uint8Array([1, 0]), 'raw')
  const fresh = await site.store(new Uint8Array([2, 0]), 'raw')
  const used = await site.store(new Uint8Array([3, 0]), 'raw')
  const sound = { sha256: used, samples: 1, voice: 'v', isSpeaker: false, says: 'Un.' }
  await site.commit({
    by: 'Marie',
    action: 'text',
    items: [item(site, { text: 'Un.', sound, version: 1 })],
  })
  const content = join(dir, 'site', 'content')
  const old = new Date(wallMs() - 2 * 86_400_000)
  for (const sha256 of [orphan, used]) await utimes(join(content, `${sha256}.raw`), old, old)
  await utimes(join(content, `${fresh}.raw`), new Date(wallMs()), new Date(wallMs()))
  await site.collect()
  expect((await readdir(content)).sort()).toEqual([`${fresh}.raw`, `${used}.raw`].sort())
})
