// The draft of a change with the shipped assets: kept, rehearsed on two recorded calls on the real thread, published.

import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DraftEditor } from '../../src/admin/draft-types.ts'
import { systemClock } from '../../src/base/clock.ts'
import { readConfig } from '../../src/config.ts'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { openPhraseEditor } from '../../src/phrases/editor.ts'
import type { PhraseEditor } from '../../src/phrases/types.ts'
import { createDraft } from '../../src/server/drafts/draft.ts'
import { createTrial } from '../../src/server/drafts/try-desk.ts'
import { createMemories, type Memories } from '../../src/server/memories.ts'
import { openSite, type Site } from '../../src/site/store.ts'
import { day, ids, otherDesk, recordCall, recordTwoCalls } from '../rehearsal/recorded.ts'
import { parseScenario } from '../support/scenarios/scenario-file.ts'

setDefaultTimeout(120_000)

const assets = join(import.meta.dir, '../../assets')
const tone = Int16Array.from({ length: 4_000 }, (_, i) => 8_000 * Math.sin(i / 3))
let recordings: string
let dir: string
let site: Site
let editor: PhraseEditor
let draft: DraftEditor
let memories: Memories
let deskReads: number

beforeAll(async () => {
  recordings = await mkdtemp(join(tmpdir(), 'draft-calls-'))
  await recordTwoCalls(recordings)
})
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'draft-'))
  deskReads = 0
  await open()
})
afterEach(() => rm(dir, { recursive: true, force: true }))
afterAll(() => rm(recordings, { recursive: true, force: true }))

const configOf = () => readConfig({ DATA_DIR: dir, ASSETS_DIR: assets, RECORDINGS_DIR: recordings })

/** A start of the server's parts that a draft needs. */
async function open(): Promise<void> {
  const config = configOf()
  site = await openSite({ dir: join(dir, 'site'), wallMs: () => Date.UTC(2026, 10, 28) })
  editor = await openPhraseEditor({
    ...{ assetsDir: assets, site, language: 'fr' },
    wanted: { languages: ['fr'] },
    cache: createPhraseCache({ megabytes: 64, voice: 'test-voice' }),
    speaker: { voice: 'test-voice', speak: async () => ({ samples: tone, rateHz: 8_000 }) },
    decode: async () => tone,
    onLoaded() {},
  })
  const desk = {
    reload: async () => ({ ok: true as const, generation: ++deskReads, topics: 3, steps: 11 }),
  }
  memories = createMemories()
  draft = createDraft({ config, clock: systemClock, memories }, { site, phraseEditor: editor, desk })
}

async function rehearsed() {
  expect(await draft.rehearse(200)).toBe(true)
  expect(await draft.rehearse(200)).toBe(false)
  for (;;) {
    const { rehearsal } = await draft.read()
    if (rehearsal?.phase !== 'running') return rehearsal
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('a draft is kept over a start, rehearsed, published as one change, and taken back in one', async () => {
  expect(await draft.putText('ok.1', 'fr', 'Entendu, très bien.')).toEqual({ ok: true })
  expect(await draft.putDocument('desk/desk.yaml', await otherDesk())).toEqual({ ok: true })
  await open()
  const kept = await draft.read()
  expect(kept).toMatchObject({ base: 0, generation: 0, rehearsal: null })
  expect(kept.items.map(({ id }) => id)).toEqual(['fr.ok.1', 'desk/desk.yaml'])
  expect(kept.items[0]?.after).toBe('Entendu, très bien.')
  expect(editor.list().some(({ text }) => text === 'Entendu, très bien.')).toBe(false)

  expect(await rehearsed()).toMatchObject({ phase: 'done', total: 2, calls: 2, left: 0 })
  const { differ } = draft.differences()
  expect(differ.map(({ call }) => call)).toContain(ids[0])
  memories.forget(ids[0])
  expect(draft.differences().differ.map(({ call }) => call)).not.toContain(ids[0])

  expect(await draft.publish('Marie')).toMatchObject({ ok: true })
  expect(deskReads).toBe(1)
  expect(await draft.read()).toMatchObject({ generation: 1, items: [], rehearsal: null })
  expect(editor.list().some(({ text }) => text === 'Entendu, très bien.')).toBe(true)
  const [change] = await editor.history(1)
  expect(change).toMatchObject({ generation: 1, by: 'Marie', action: 'draft', canUndo: true })
  expect(await editor.undo(1, 'Marie')).toMatchObject({ ok: true })
  expect(site.state).toMatchObject({ generation: 2, phrases: {}, documents: {} })
})

test('a word that no rule knows is taught in the draft: tried, rehearsed, published and taken back', async () => {
  const odd = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a03'
  await recordCall(recordings, odd, parseScenario('odd.yaml', callWithAnOddWord))
  const verify = async (options: { draft: boolean }) => {
    const trial = createTrial({ config: configOf(), clock: systemClock })
    const answer = await trial('ça plane', options)
    if (!answer?.ok) throw new Error(answer?.reason)
    return answer.tries.find(({ question }) => question === 'verify')!
  }
  expect(await draft.putSaying('ça plane', 'oui ça marche')).toEqual({ ok: true })
  expect((await draft.read()).items).toMatchObject([
    { id: 'desk/fr.yaml', before: null, after: 'sayings:\n  "ça plane": "oui ça marche"' },
  ])
  const heard = await verify({ draft: true })
  expect([heard.understood.answer, heard.next]).toEqual(['yes', null])
  expect(heard.why[0]).toEqual({ rule: 'sayings: oui ça marche', words: 'ça plane' })

  // One of the three calls had it, and goes another way from there on.
  expect(await rehearsed()).toMatchObject({ phase: 'done', calls: 3, differ: 1, left: 0 })
  const [where] = draft.differences().differ
  expect([where?.call, where?.what]).toEqual([odd, 'said'])

  expect(await draft.publish('Marie')).toMatchObject({ ok: true })
  expect((await verify({ draft: false })).understood.answer).toBe('yes')
  expect(await editor.undo(1, 'Marie')).toMatchObject({ ok: true })
  expect(site.state).toMatchObject({ generation: 2, documents: {} })
  await rm(join(recordings, day, `${odd}.json`))
  await rm(join(recordings, day, `${odd}.inputs.jsonl`))
})

/** A saying that no rule knows, in answer to "does it work now?". */
const callWithAnOddWord = `
title: Un appelant qui parle à sa façon
call:
  - says: ma box ne marche plus
  - says: Anne Petit
  - says: zéro six trente-neuf quatre-vingt-dix-huit douze quarante-sept
  - says: oui
  - { wait: 22, says: c'est fait }
  - says: ça plane
  - says: oui ça marche
expect:
  states: [welcome]
  outcome: goodbye
  next: "hangup|"
  agent: [{ line: welcome }]
  timing: { duration_s: [20, 130] }
`

test('what was published meanwhile is a conflict until the draft is rehearsed on it', async () => {
  await draft.putText('ok.1', 'fr', 'Entendu, très bien.')
  await editor.put('welcome', 'fr', 'Bonjour à vous.', { by: 'Paul' })
  const refused = await draft.publish('Marie')
  expect(refused).toMatchObject({ ok: false, code: 'conflict' })
  expect(refused.ok ? '' : refused.problems[0]).toContain('change 1 was published since change 0')
  expect((await draft.read()).items).toHaveLength(1)
  expect(await rehearsed()).toMatchObject({ phase: 'done', calls: 2 })
  expect(await draft.publish('Marie')).toMatchObject({ ok: true })
  expect(Object.keys(site.state.phrases)).toEqual(['fr.welcome', 'fr.ok.1'])
})

test('a draft whose files do not fit together is named by its rehearsal, and not published', async () => {
  expect(await draft.putDocument('desk/none.txt', 'x')).toMatchObject({ ok: false })
  expect(await draft.putDocument('prompts/fr.md', 'no sections')).toMatchObject({ ok: false })
  const broken = (await otherDesk()).replaceAll('box_lights', 'no_such_step')
  expect(await draft.putDocument('desk/desk.yaml', broken)).toEqual({ ok: true })
  const failed = await rehearsed()
  expect(failed?.phase).toBe('failed')
  expect(failed?.reason).toContain('no_such_step')
  const refused = await draft.publish('Marie')
  expect(refused.ok ? '' : refused.problems[0]).toContain('no_such_step')
  expect(site.state.generation).toBe(0)
})

test('an item is removed, all are discarded, and what the draft names is never collected', async () => {
  await draft.putText('ok.1', 'fr', 'Entendu, très bien.')
  await draft.putDocument('desk/desk.yaml', await otherDesk())
  const content = join(dir, 'site/content')
  const old = new Date(Date.UTC(2026, 10, 1))
  const names = await readdir(content)
  expect(names).toHaveLength(2)
  for (const name of names) await utimes(join(content, name), old, old)
  await site.collect()
  expect((await readdir(content)).sort()).toEqual(names.sort())
  expect(await draft.remove('desk/desk.yaml')).toBe(true)
  expect(await draft.remove('desk/desk.yaml')).toBe(false)
  await site.collect()
  expect(await readdir(content)).toHaveLength(names.length - 1)
  await draft.discard()
  expect((await draft.read()).items).toEqual([])
  await site.collect()
  expect(await readdir(content)).toEqual([])
})
