// Opening hours, exceptions and the message of the day in the site folder: over the settings, with history and undo, and
// without a restart. Prompts come the same way.

import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import french from '../../assets/phrases/fr.json'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readConfig } from '../../src/config.ts'
import { parseTexts, type Texts } from '../../src/desk/texts.ts'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { openPhraseEditor } from '../../src/phrases/editor.ts'
import { createRelief, type ServerContext } from '../../src/server/context.ts'
import { createDocuments, documentFault } from '../../src/server/desk/documents.ts'
import { hoursId, hoursText, parseHours } from '../../src/server/desk/hours.ts'
import { createHoursEditor } from '../../src/server/desk/hours-editor.ts'
import { openTechnicians } from '../../src/server/handover/technicians.ts'
import { createMemories } from '../../src/server/memories.ts'
import { exportSite, importSite } from '../../src/site/archive.ts'
import { openSite } from '../../src/site/store.ts'
import { createAssets, toneSpeaker } from '../phrases/support.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

/** A Friday at ten in the morning in Paris. */
const friday = Date.parse('2026-11-27T10:00:00+01:00')
const marie = { by: 'Marie' }
const promptOf = (words: string) => `# system\n${words}\n# situation\nb\n# caller\nc\n`

let assets: Awaited<ReturnType<typeof createAssets>>
beforeEach(async () => {
  assets = await createAssets(french)
  await Bun.write(join(assets.dir, 'prompts/fr.md'), promptOf('shipped'))
  await Bun.write(join(assets.dir, 'cache/index.json'), '{"rateHz":8000,"recordings":[]}')
})
afterEach(() => assets.remove())

/** What a server has of the site folder, without sockets. */
async function open(settings: Record<string, string> = {}) {
  const clock = new FakeClock()
  clock.wallOffsetMs = friday - clock.now()
  const config = readConfig({ ASSETS_DIR: assets.dir, DATA_DIR: join(assets.dir, 'data'), ...settings })
  const degraded = new Map<string, string>()
  const context: ServerContext = {
    ...{ config, clock, degraded, log: silentLog },
    metrics: new Metrics(),
    relief: createRelief(),
    memories: createMemories(),
  }
  const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: () => clock.wallMs() })
  const documents = createDocuments(context, site, true)
  let loaded: Texts | undefined
  const editor = await openPhraseEditor({
    assetsDir: assets.dir,
    site,
    language: 'fr',
    cache: createPhraseCache({ megabytes: 64, voice: 'tone-1' }),
    speaker: toneSpeaker(),
    decode: () => Promise.reject(new Error('no sound is uploaded here')),
    documents: (state, isRefused) => documents.load(state, isRefused),
    onLoaded: ({ texts }) => {
      loaded = parseTexts(texts.find(({ language }) => language === 'fr'))
    },
  })
  const textsNow = () => documents.current().deskTexts(loaded!, clock.wallMs())
  const hours = createHoursEditor({ config, clock, site, documents, phraseEditor: editor, texts: textsNow })
  /** What a call that begins now says and does. */
  const call = () => {
    const { lines } = textsNow()
    const { schedule } = documents.current().hours
    const search = openTechnicians(config, clock, silentLog)
    return {
      hours: lines.opening_hours,
      message: lines.message_of_the_day ?? null,
      technician: async () => (await search.check(schedule)).available,
    }
  }
  return { clock, config, degraded, documents, editor, hours, call, site }
}

describe('hours of the site', () => {
  test('lie over the settings for new calls, and a live call keeps what it began with', async () => {
    const { hours, call } = await open({ MESSAGE_OF_THE_DAY: 'Du réglage.' })
    const before = call()
    expect(hours.read()).toMatchObject({
      hours: { value: 'mo-sa 08:00-20:00', source: 'settings' },
      version: 0,
      isOpen: true,
    })
    const change = { hours: 'lun-ven 14h-18h', message: 'Une panne touche Lyon.', until: '2026-11-27' }
    expect(await hours.change(change, { ...marie, version: 0 })).toMatchObject({ ok: true })
    const after = call()
    expect(after.hours).toBe(
      'Nos techniciens répondent du lundi au vendredi, de quatorze heures à dix-huit heures.',
    )
    expect([before.message, after.message]).toEqual(['Du réglage.', 'Une panne touche Lyon.'])
    expect([await before.technician(), await after.technician()]).toEqual([true, false])
    expect(hours.read()).toMatchObject({
      hours: { value: 'lun-ven 14h-18h', setting: 'mo-sa 08:00-20:00', source: 'site' },
      exceptions: { value: '', source: 'settings' },
      version: 1,
      isOpen: false,
      sentence: after.hours,
      isMessageOn: true,
    })
  })

  test('an exception closes a day, and the message ends with its last day', async () => {
    const { hours, call, clock } = await open()
    await hours.change(
      { exceptions: '2026-11-27 fermé\n12-24 9h-16h', message: 'Bonjour à tous.', until: '2026-11-27' },
      marie,
    )
    expect(await call().technician()).toBe(false)
    expect(hours.read()).toMatchObject({ isOpen: false, isMessageOn: true })
    clock.wallOffsetMs += 24 * 3_600_000
    expect(await call().technician()).toBe(true)
    expect([call().message, hours.read().isMessageOn] as unknown[]).toEqual([null, false])
  })

  test('are one change of the history, with undo, and survive a restart', async () => {
    const { hours, editor, call } = await open()
    await hours.change({ hours: 'lun-ven 9h-17h' }, marie)
    await hours.change({ message: 'Joyeuses fêtes.' }, marie)
    const [last, first] = await editor.history(5)
    expect(first).toMatchObject({ by: 'Marie', action: 'document', canUndo: false })
    expect(last?.items).toEqual([
      {
        id: hoursId,
        before: 'hours: lun-ven 9h-17h',
        after: 'hours: lun-ven 9h-17h\nmessage: Joyeuses fêtes.',
        soundBefore: null,
        soundAfter: null,
      },
    ])
    expect((await open()).call().message).toBe('Joyeuses fêtes.')
    await editor.undo(2, 'Paul')
    expect([call().message, hours.read().hours.value] as unknown[]).toEqual([null, 'lun-ven 9h-17h'])
    // The settings count again when nothing of the site's own is left.
    await hours.change({ hours: null }, marie)
    expect(hours.read()).toMatchObject({ hours: { source: 'settings' }, version: 0 })
  })

  test('the second of two operators is refused', async () => {
    const { hours } = await open()
    await hours.change({ hours: 'lun-ven 9h-17h' }, { by: 'Marie', version: 0 })
    const second = await hours.change({ hours: 'lun 9h-17h' }, { by: 'Paul', version: 0 })
    expect(second).toMatchObject({ ok: false, code: 'conflict' })
    expect(hours.read().hours.value).toBe('lun-ven 9h-17h')
  })

  test.each([
    [{ hours: 'lundi matin' }, 'bad_hours', 'lundi matin'],
    [{ hours: '' }, 'bad_hours', 'write closed'],
    [{ exceptions: 'noël fermé' }, 'bad_exceptions', 'noël fermé'],
    [{ message: 'Bonjour {name}' }, 'bad_message', 'placeholder'],
    [{ message: 'x'.repeat(201) }, 'bad_message', '200 characters'],
    [{ until: 'demain' }, 'bad_until', '2026-12-24'],
  ] as const)('%j is refused as %s, and nothing changes', async (values, code, words) => {
    const { hours, editor } = await open()
    const change = await hours.change(values, marie)
    expect(change).toMatchObject({ ok: false, code })
    expect(JSON.stringify(change)).toContain(words)
    expect(await editor.history(5)).toEqual([])
  })

  test('what is written is read back, whatever its characters', () => {
    for (const message of [
      'Oui: non',
      '# dièse',
      "l'été",
      '"cité"',
      '- tiret',
      'null',
      '12',
      '@ & *',
      '{}'.slice(2),
    ]) {
      const own = {
        hours: 'lun-ven 9h-12h, 14h-18h; sam 9h-12h',
        exceptions: '12-24 9h-16h\n12-25 fermé',
        message,
      }
      expect(parseHours(hoursText(own))).toEqual(own)
    }
  })

  test('are in a backup, which refuses those that cannot be read', async () => {
    const from = await open()
    await from.hours.change({ hours: 'lun-ven 9h-17h' }, marie)
    const packed = await exportSite(from.site)
    await from.hours.change({ hours: null }, marie)
    const check = (kind: string, id: string, text: string) =>
      kind === 'document' ? documentFault(id, text) : undefined
    await importSite(from.site, packed, { by: 'Paul', shippedText: () => undefined, check })
    expect((await from.editor.reload()).ok).toBe(true)
    expect(from.hours.read().hours.value).toBe('lun-ven 9h-17h')
    expect(documentFault(hoursId, 'hours: lundi matin')).toContain('lundi matin')
    expect(documentFault(hoursId, 'opening: lun')).toContain('may have hours')
    expect(documentFault('hours/other.yaml', '')).toContain('is not a document')
  })
})

describe('documents of the site', () => {
  /** Lays a document over the shipped one as `bun run site` does, in a process of its own. */
  async function lay(id: string, text: string): Promise<void> {
    const site = await openSite({ dir: join(assets.dir, 'data/site'), wallMs: Date.now })
    const bytes = new TextEncoder().encode(text)
    const after = { sha256: await site.store(bytes, 'txt'), bytes: bytes.length, version: 1 }
    const before = site.state.documents[id] ?? null
    await site.commit({ by: 'Marie', action: 'document', items: [{ kind: 'document', id, before, after }] })
  }

  test('a reload takes prompt and hours as one generation', async () => {
    const { editor, documents, hours } = await open()
    expect(documents.current().templates?.fr.system).toBe('shipped')
    await lay('prompts/fr.md', promptOf('our own'))
    await lay(hoursId, 'hours: lun-ven 9h-17h')
    expect(documents.current().templates?.fr.system).toBe('shipped')
    expect(await editor.reload()).toMatchObject({ ok: true })
    expect([documents.current().templates?.fr.system, hours.read().version]).toEqual(['our own', 2])
  })

  test('a reload refuses a broken document and keeps what is in use; a start names it', async () => {
    const { editor, documents, hours, degraded } = await open()
    await lay('prompts/fr.md', promptOf('our own'))
    await lay(hoursId, 'hours: lundi matin')
    const change = await editor.reload()
    expect(change).toMatchObject({ ok: false, code: 'bad_hours' })
    expect(documents.current().templates?.fr.system).toBe('shipped')
    expect([hours.read().hours.value, degraded.size]).toEqual(['mo-sa 08:00-20:00', 0])

    const started = await open()
    expect(started.documents.current().templates?.fr.system).toBe('our own')
    expect([...started.degraded.values()]).toEqual([
      expect.stringContaining('hours/hours.yaml cannot be used'),
    ])
    // A phrase can be changed all the same, and good hours mend it.
    expect((await started.editor.put('goodbye', 'fr', 'À bientôt.', marie)).ok).toBe(true)
    expect((await started.hours.change({ hours: 'lun-ven 9h-17h' }, marie)).ok).toBe(true)
    expect(started.degraded.size).toBe(0)
  })
})
