// `bun run site`, and `bun run phrases` over a site folder.

import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { runPhrases } from '../../src/phrases/main.ts'
import { runSite } from '../../src/site/main.ts'
import { standIn } from '../phrases/stand-in.ts'
import { toneSpeaker } from '../phrases/support.ts'
import { createDesk, marie, startDesk } from './support.ts'

setDefaultTimeout(30_000)

let desk: Awaited<ReturnType<typeof createDesk>>
let data: string
beforeEach(async () => {
  desk = await createDesk()
  data = join(desk.dir, 'data')
})
afterEach(() => desk.remove())

type Run = (args: string[], out: { write(text: string): unknown }) => Promise<number>
const environment = () => ({ ASSETS_DIR: desk.dir, DATA_DIR: data, CONFIG_FILE: '' })
const ran = async (run: Run, args: string[]) => {
  let text = ''
  const status = await run(args, { write: (more) => (text += more) })
  return { status, text }
}
const site = (...args: string[]) => ran((given, out) => runSite(given, out, environment()), args)
const phrases = (...args: string[]) =>
  ran((given, out) => runPhrases(given, out, toneSpeaker(), environment()), args)

describe('bun run site', () => {
  test('lists the changes with who, when, before and after, and undoes one', async () => {
    expect((await site('history')).text).toBe('nothing was changed yet\n')
    const { editor } = await startDesk(desk.dir)
    await editor.put('welcome', 'fr', 'Bonsoir.', marie)
    expect(await site('undo', '1', '--by', 'Paul')).toEqual({
      status: 0,
      text: 'change 1 is taken back by change 2\n',
    })
    const audit = JSON.parse(await Bun.file(join(data, 'audit.jsonl')).text())
    expect([audit.action, audit.id]).toEqual(['site.undo', '2'])
    const { text } = await site('history')
    expect(text).toMatch(
      /2 {2}2026\S+ {2}Paul: undo of 1\n {4}fr\.welcome\n {6}- Bonsoir\.\n {6}\+ Bonjour\./,
    )
    expect(text).toContain('Marie: text')
    await editor.reload()
    expect(editor.texts[0]?.lines.welcome).toBe('Bonjour.')
  })

  test('a server that shares the folder refuses a change over it, shows it, and then takes the change', async () => {
    const one = await startDesk(desk.dir)
    const other = await startDesk(desk.dir)
    await one.editor.put('welcome', 'fr', 'Bonsoir.', marie)
    const first = await other.editor.put('welcome', 'fr', 'Salut.', { by: 'Paul', version: 0 })
    expect(first).toMatchObject({ ok: false, code: 'conflict' })
    expect(other.info('welcome')).toMatchObject({ text: 'Bonsoir.', version: 1 })
    const second = await other.editor.put('welcome', 'fr', 'Salut.', { by: 'Paul', version: 1 })
    expect([second.ok, other.welcome()]).toEqual([true, 'Salut.'])
  })

  test('exports to a file and imports it', async () => {
    const { editor } = await startDesk(desk.dir)
    await editor.put('welcome', 'fr', 'Bonsoir.', marie)
    const file = join(desk.dir, 'backups', 'monday.tar.gz')
    expect((await site('export', file)).text).toContain('1 phrases, 0 documents')
    await rm(join(data, 'site'), { recursive: true })
    expect((await site('import', file)).text).toBe('1 changed, as change 1\n')
    expect((await startDesk(desk.dir)).welcome()).toBe('Bonsoir.')
  })

  test('lays a prompt over the shipped one, and refuses one that cannot be used', async () => {
    await Bun.write(join(desk.dir, 'bad.md'), '# system\nBonjour\n')
    await Bun.write(join(desk.dir, 'good.md'), '# system\na\n# situation\nb\n# caller\nc\n')
    expect(await site('prompt', 'fr', join(desk.dir, 'bad.md'))).toMatchObject({ status: 1 })
    expect(await site('prompt', 'fr', join(desk.dir, 'good.md'))).toMatchObject({ status: 0 })
    expect((await site('prompt', 'fr')).text).toStartWith('# system\na\n')
  })

  test.each([[[]], [['bake']], [['undo', 'x']], [['undo']], [['history', 'all']], [['prompt', 'xx', 'x']]])(
    '%j is refused with the usage',
    async (args) => {
      expect(await site(...args)).toMatchObject({ status: 2, text: expect.stringContaining('usage:') })
    },
  )

  test('says what went wrong and ends with 1', async () => {
    expect(await site('undo', '7')).toEqual({ status: 1, text: 'SiteError: there is no change 7\n' })
    expect((await site('import', join(desk.dir, 'none.tar.gz'))).status).toBe(1)
  })
})

describe('bun run phrases, over a site folder', () => {
  const broken = async () => {
    const { editor } = await startDesk(desk.dir)
    await editor.put('welcome', 'fr', 'Bonsoir.', marie)
    await editor.putSound('ok.1', 'fr', new Uint8Array(2), marie)
    const content = join(data, 'site', 'content')
    for (const name of await readdir(content)) await Bun.write(join(content, name), new Uint8Array(9))
  }

  test('--check names the broken audio of the site, and a run makes it again', async () => {
    await broken()
    const checked = await phrases('--check')
    expect(checked).toMatchObject({ status: 1, text: expect.stringContaining('fr.welcome has broken audio') })
    expect((await startDesk(desk.dir)).broken().map(({ file }) => file)).toEqual(['fr.welcome', 'fr.ok.1'])
    expect((await phrases()).text).toContain("the site's own: fr.welcome, fr.ok.1")
    expect(await phrases('--check')).toEqual({ status: 0, text: 'texts and recordings agree\n' })
    const after = await startDesk(desk.dir)
    expect([after.welcome(), after.info('welcome').source, after.broken()]).toEqual([
      'Bonsoir.',
      'tone-1',
      [],
    ])
  })

  test('a start says the sentence of broken audio live, and only a reload refuses', async () => {
    await broken()
    const { welcome, info, cache, editor } = await startDesk(desk.dir)
    expect([welcome(), info('welcome').source, cache.peek('Bonsoir.', 'fr')]).toEqual([
      'Bonsoir.',
      'live',
      undefined,
    ])
    // The shipped recording of an unchanged text takes the place of the speaker's.
    expect(info('ok.1').source).toBe('tone-1')
    const change = await editor.reload()
    expect(change).toMatchObject({ ok: false })
    expect(JSON.stringify(change)).toContain('ASSETS_DIR and DATA_DIR')
    // A phrase can be changed all the same.
    expect((await editor.put('welcome', 'fr', 'Bonne nuit.', marie)).ok).toBe(true)
  })

  test('what is current is not written again, so the shipped folder may be read-only', async () => {
    const index = join(desk.dir, 'cache', 'index.json')
    const before = (await Bun.file(index).stat()).mtimeMs
    await phrases()
    expect((await Bun.file(index).stat()).mtimeMs).toBe(before)
  })
})

describe('bun run phrases --voice', () => {
  const withVoice = (voice: ReturnType<typeof standIn>, ...args: string[]) =>
    ran((given, out) => runPhrases(given, out, { ...voice.speaker, close() {} }, environment()), args)

  test('names the price, lets the voice speak the desk, and does it once', async () => {
    const voice = standIn()
    const checked = await withVoice(voice, '--voice', '--check')
    expect([checked.status, voice.asked]).toEqual([1, []])
    expect(checked.text).toMatch(/^stand-in\/marie has spoken 0 of 113 phrases; the rest: \d+ characters/)
    const shipped = await hashOf(join(desk.dir, 'cache'))
    expect(await withVoice(voice, '--voice')).toMatchObject({
      status: 0,
      text: expect.stringContaining('all are'),
    })
    expect(voice.asked).toHaveLength(113)
    expect(await hashOf(join(desk.dir, 'cache'))).toBe(shipped)
    expect((await withVoice(voice, '--voice', '--check')).status).toBe(0)
    const { cache } = await startDesk(desk.dir, undefined, { speaker: voice.speaker, clock: systemClock })
    expect(cache.forCall().find('Bonjour.', 'fr')?.samples.length).toBeGreaterThan(0)
    expect(voice.asked).toHaveLength(113)
  })

  test('does not go with --shipped, nor --force without it', async () => {
    for (const args of [['--voice', '--shipped'], ['--force']])
      expect(await phrases(...args)).toMatchObject({ status: 2, text: expect.stringContaining('usage:') })
  })
})

async function hashOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort()
  const hashes = names.map(async (name) => `${name} ${Bun.hash(await Bun.file(join(folder, name)).bytes())}`)
  return (await Promise.all(hashes)).join('\n')
}
