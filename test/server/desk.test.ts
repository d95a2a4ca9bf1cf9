// The desk in use: a site's files over the shipped ones, a start that takes the shipped desk when they cannot be used,
// and a reload that refuses.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readConfig } from '../../src/config.ts'
import { step } from '../../src/dialogue/dialogue-machine.ts'
import { readPhrases } from '../../src/phrases/read.ts'
import { createRelief } from '../../src/server/context.ts'
import { openDesk } from '../../src/server/desk/desk.ts'
import { createMemories } from '../../src/server/memories.ts'
import { runSite } from '../../src/site/main.ts'
import { openSite, type Site } from '../../src/site/store.ts'
import { testDialogue } from '../dialogue/test-dialogue.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { texts } from '../support/shipped-desk.ts'

setDefaultTimeout(60_000)

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'desk-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const site = () => openSite({ dir: join(dir, 'site'), wallMs: () => 0 })

async function lay(folder: Site, files: Record<string, string>) {
  const items = []
  for (const [name, text] of Object.entries(files)) {
    const bytes = new TextEncoder().encode(text)
    const id = `desk/${name}`
    const after = { sha256: await folder.store(bytes, 'txt'), bytes: bytes.length, version: 1 }
    items.push({ kind: 'document' as const, id, before: folder.state.documents[id] ?? null, after })
  }
  await folder.commit({ by: 'Marie', action: 'document', items })
}

async function open(folder: Site) {
  const degraded = new Map<string, string>()
  const context = {
    ...{ config: readConfig({ DATA_DIR: dir }), clock: new FakeClock(), log: silentLog },
    ...{ metrics: new Metrics(), degraded, relief: createRelief(), memories: createMemories() },
  }
  const lines = { fr: texts.fr.lines }
  return { desk: await openDesk(context, folder, () => lines), degraded }
}

const garden = {
  'desk.yaml': 'topics: { garden: { key: 4, menu: menu_sim, instead: { do: callBack, say: outage } } }',
  'fr.yaml': 'topics: { garden: { name: jardin, words: [{ weight: 3, any: [jardin] }] } }',
}
const names = ({ desk }: Awaited<ReturnType<typeof open>>) => desk.current().topics.map(({ name }) => name)

test('a site adds a topic with two small files, and callers can choose it', async () => {
  const folder = await site()
  await lay(folder, garden)
  const { desk, degraded } = await open(folder)
  expect([...degraded]).toEqual([])
  expect((await desk.info()).topics.at(-1)).toEqual({
    name: 'garden',
    key: '4',
    label: 'jardin',
    symptoms: [],
  })
  const call = testDialogue({ desk: desk.current(), hearsWords: false })
  call.tell('#4', '##')
  expect(call.state).toMatchObject({ asking: 'callBack', known: { topic: 'garden' } })
})

test("the operator reads the names in the page's language, and the bot's name where that has none", async () => {
  const folder = await site()
  await lay(folder, garden)
  const { desk } = await open(folder)
  // No call is in English, so its words are not compiled.
  const { topics, steps } = await desk.info('en')
  expect(topics.map(({ label }) => label)).toEqual(['Internet', 'mobile', 'bill or contract', 'jardin'])
  expect(topics[0]!.symptoms.map(({ label }) => label)).toContain('no connection')
  expect(steps[0]).toEqual({ name: 'box_restart', label: 'box restarted' })
  expect((await desk.info('xx')).topics).toEqual((await desk.info('fr')).topics)
})

test("the site's own names count in the page's language, too", async () => {
  const folder = await site()
  await lay(folder, { ...garden, 'en.yaml': 'topics: { garden: { name: the garden } }' })
  const { desk } = await open(folder)
  expect((await desk.info('en')).topics.at(-1)!.label).toBe('the garden')
})

test('a start with a desk that does not fit takes the shipped one, and names the fault', async () => {
  const folder = await site()
  await lay(folder, { 'desk.yaml': 'topics: { mobile: { key: 1 } }' })
  const opened = await open(folder)
  expect(names(opened)).toEqual(['internet', 'mobile', 'billing'])
  expect(opened.degraded.get('desk')).toContain(
    "desk.yaml: topics.mobile.key: 1 is the key of 'internet' too",
  )
})

test('a reload refuses the same and keeps the desk; a live call keeps its desk through a good one', async () => {
  const folder = await site()
  const opened = await open(folder)
  const call = testDialogue({ desk: opened.desk.current(), hearsWords: false })
  await lay(folder, { 'desk.yaml': 'topics: { mobile: { key: 1 } }' })
  expect(await opened.desk.reload()).toEqual({
    ok: false,
    problems: ["desk.yaml: topics.mobile.key: 1 is the key of 'internet' too"],
  })
  expect([names(opened), (await opened.desk.info()).generation]).toEqual([
    ['internet', 'mobile', 'billing'],
    1,
  ])
  await lay(folder, garden)
  expect(await opened.desk.reload()).toMatchObject({ ok: true, generation: 2, topics: 4 })
  expect(names(opened)).toEqual(['internet', 'mobile', 'billing', 'garden'])
  const [after] = step(call.state, { kind: 'key', key: '4' })
  expect(after.known.topic).toBeNull()
})

test('texts without a line of the desk in use are refused', async () => {
  const { desk } = await open(await site())
  const { outage: _, ...lines } = texts.fr.lines
  expect(() => desk.check({ fr: lines })).toThrow("the phrases of 'fr' lack the line 'outage'")
})

test('the command lays files as one change, refuses what does not fit, and undo takes it back', async () => {
  const run = async (...args: string[]) => {
    let text = ''
    const write = (more: string) => (text += more)
    return {
      status: await runSite([...args, '--by', 'Marie'], { write }, { DATA_DIR: dir, CONFIG_FILE: '' }),
      text,
    }
  }
  const paths = Object.keys(garden).map((name) => join(dir, name))
  for (const [name, text] of Object.entries(garden)) await Bun.write(join(dir, name), text)
  // One without the other does not fit.
  const alone = await run('desk', paths[0])
  expect(alone).toMatchObject({ status: 1 })
  expect(alone.text).toContain('fr.yaml: topics.garden: is missing')
  expect(await run('desk', ...paths)).toMatchObject({ status: 0 })
  expect(names(await open(await site()))).toContain('garden')
  expect((await run('history')).text).toContain('desk/desk.yaml')
  expect(await run('export', join(dir, 'backup.tar.gz'))).toMatchObject({ status: 0 })
  expect(await run('undo', '1')).toMatchObject({ status: 0 })
  expect(names(await open(await site()))).not.toContain('garden')
  expect(await run('import', join(dir, 'backup.tar.gz'))).toMatchObject({ status: 0 })
  expect(names(await open(await site()))).toContain('garden')
})

/** The worked example of docs/desk.md: a topic with lines of its own. */
async function example(): Promise<Record<string, string>> {
  const page = await Bun.file('docs/desk.md').text()
  const blocks = [...page.matchAll(/```yaml\n# my\/(\w+\.yaml)\n(.*?)```/gs)]
  return Object.fromEntries(blocks.map(([, name, text]) => [name, text]))
}

test('the fourth topic of the manual is said, heard and led to its end with lines of its own', async () => {
  const folder = await site()
  await lay(folder, await example())
  const { desk, degraded } = await open(folder)
  expect([...degraded]).toEqual([])
  const byVoice = testDialogue({ desk: desk.current() })
  byVoice.tell("j'ai un souci avec ma caméra", 'Paul Martin', '06 39 98 12 47', 'oui')
  expect([byVoice.said().at(-1), byVoice.decision.say.at(-1)?.text]).toEqual([
    'ask_symptom_camera',
    "La caméra ne donne plus d'image, ou voulez-vous l'installer ?",
  ])
  byVoice.tell("je n'ai plus d'image")
  expect(byVoice.said()).toContain('step_camera_power')
  byVoice.tell("c'est fait", 'non')
  expect(byVoice.said()).toContain('step_box_restart')
  expect(byVoice.state.known.stepsDone).toEqual(['camera_power'])
  const byKeys = testDialogue({ desk: desk.current(), hearsWords: false })
  byKeys.tell('#4', '##')
  expect(byKeys.decision.say.map(({ text }) => text)).toContain('Pour installer une caméra,')
  byKeys.tell('#2')
  expect([byKeys.state.asking, byKeys.said()[1]]).toEqual(['callBack', 'camera_visit'])
})

test('lines of a site are phrases: listed with their texts, and gone with an undo', async () => {
  const folder = await site()
  const phrasesOfSite = async () => {
    const { texts: read, incomplete } = await readPhrases('assets', 1, await site())
    return {
      lines: read.find(({ language }) => language === 'fr')?.lines ?? {},
      silent: incomplete.map(({ file }) => file).filter((file) => file.includes('camera')),
    }
  }
  await lay(folder, await example())
  const { lines, silent } = await phrasesOfSite()
  expect(lines.menu_camera).toBe('Pour une caméra,')
  // They have no recording yet: the voice speaks them.
  expect(silent).toContain('fr.menu_camera.raw')
  await folder.commit({ by: 'Marie', action: 'undo', undoes: 1, items: await folder.undoing(1) })
  expect((await phrasesOfSite()).lines.menu_camera).toBeUndefined()
  expect(names(await open(await site()))).toEqual(['internet', 'mobile', 'billing'])
})

test('faults of such lines are named with file and key', async () => {
  const files = await example()
  const faultsOf = async (change: (name: string, text: string) => string) => {
    const folder = await site()
    const changed = Object.entries(files).map(([name, text]) => [name, change(name, text)])
    await lay(folder, Object.fromEntries(changed))
    return (await open(folder)).degraded.get('desk')
  }
  expect(await faultsOf((_, text) => text.replace('menu_camera: "Pour une caméra,"', ''))).toContain(
    "desk.yaml: topics.camera.menu: the phrases of 'fr' lack the line 'menu_camera'",
  )
  expect(await faultsOf((_, text) => text.replace('"Pour une caméra,"', '"Pour {quoi},"'))).toContain(
    'fr.yaml: lines.menu_camera: has a placeholder or markup in it',
  )
  expect(await faultsOf((_, text) => text.replace('  menu_camera:', '  Menü:'))).toContain(
    'fr.yaml: lines.Menü',
  )
})

test('the command refuses a line that the program has', async () => {
  const files = await example()
  files['fr.yaml'] = files['fr.yaml'].replace('lines:\n', 'lines:\n  welcome: "Salut."\n')
  for (const [name, text] of Object.entries(files)) await Bun.write(join(dir, name), text)
  let text = ''
  const paths = Object.keys(files).map((name) => join(dir, name))
  const args = ['desk', ...paths, '--by', 'Marie']
  const status = await runSite(args, { write: (more) => (text += more) }, { DATA_DIR: dir, CONFIG_FILE: '' })
  expect(status).toBe(1)
  expect(text).toContain('fr.yaml: lines.welcome: the program has this line')
})

/** Lays files by the command. */
async function laid(files: Record<string, string>, environment: Record<string, string> = {}) {
  for (const [name, text] of Object.entries(files)) await Bun.write(join(dir, name), text)
  let text = ''
  const paths = Object.keys(files).map((name) => join(dir, name))
  const given = { DATA_DIR: dir, CONFIG_FILE: '', ...environment }
  const status = await runSite(
    ['desk', ...paths, '--by', 'Marie'],
    { write: (more) => (text += more) },
    given,
  )
  return { status, text }
}

test('the command checks every language that calls may be in, and every named desk', async () => {
  expect(await laid(garden)).toMatchObject({ status: 0 })
  const inEnglish = await laid(garden, { LANGUAGES: 'en' })
  expect(inEnglish.status).toBe(1)
  expect(inEnglish.text).toContain('en.yaml: topics.garden: is missing')
  const shop = await laid({ 'shop.yaml': 'topics: { mobile: { key: 1 } }' })
  expect(shop).toEqual({
    status: 1,
    text: "DeskError: the desk: shop.yaml: topics.mobile.key: 1 is the key of 'internet' too\n",
  })
  const taken = await laid({ 'shop.yaml': '{}', 'shop.fr.yaml': 'lines: { welcome: "Salut." }' })
  expect(taken.text).toContain('shop.fr.yaml: lines.welcome: the program has this line')
  const broken = await laid({ 'es.yaml': 'lines:\n  a: b\n c: ]\n' })
  expect(broken.text).toContain('es.yaml: is not YAML (line 3: ')
})
