// One site on several machines: what is changed on one is on air on all, and of two changes at once one is refused.

import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { silentLog } from '../../src/base/log.ts'
import type { Member } from '../../src/cluster/members.ts'
import { Messages } from '../../src/cluster/messages.ts'
import { createSecrets } from '../../src/cluster/secrets.ts'
import { createVault } from '../../src/cluster/vault.ts'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { openPhraseEditor } from '../../src/phrases/editor.ts'
import type { PhraseEditor } from '../../src/phrases/types.ts'
import { SiteSharing } from '../../src/server/site-sharing.ts'
import { openSite, type Site } from '../../src/site/store.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { clusterKey } from './machines.ts'
import { MemoryRedis } from './memory-store.ts'

const assets = join(import.meta.dir, '..', '..', 'assets')
const tone = Int16Array.from({ length: 4_000 }, (_, i) => 8_000 * Math.sin(i / 3))
const lookEveryMs = 10_000

/** A machine with a site folder, phrases and a voice that counts what it speaks. */
type Machine = {
  name: string
  site: Site
  editor: PhraseEditor
  sharing: SiteSharing
  clock: FakeClock
  spoken: string[]
  degraded: Map<string, string>
}

let dir: string
let redis: MemoryRedis
let machines: Machine[]

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sites-'))
  await cp(join(assets, 'phrases', 'fr.json'), join(dir, 'assets', 'phrases', 'fr.json'))
  redis = new MemoryRedis()
  machines = []
})
afterEach(async () => {
  for (const { sharing } of machines) sharing.close()
  await rm(dir, { recursive: true })
})

/** @param name its folder; one that was off starts again with the same */
async function start(name: string, isAlone = false): Promise<Machine> {
  const clock = new FakeClock()
  const degraded = new Map<string, string>()
  const store = redis.store()
  const vault = createVault(store, createSecrets(clusterKey))
  const others = () => machines.filter((one) => one.name !== name)
  const askAll = async (path: string) => {
    const found = others().map(async ({ sharing }) => sharing.contentOf(path.split('/').at(-1)!))
    return (await Promise.all(found)).map((content) => ({ member: {} as Member, json: { content } }))
  }
  const peers = { askAll } as unknown as ConstructorParameters<typeof SiteSharing>[1]['peers']
  const members = { id: name } as ConstructorParameters<typeof SiteSharing>[1]['members']
  const messages = new Messages({ store, vault, members, peers })
  const cluster = { store, vault, members, peers, messages }
  const sharing = new SiteSharing({ clock, log: silentLog, degraded }, cluster)
  const at = join(dir, name)
  const site = await openSite({ dir: at, wallMs: () => 0, ...(!isAlone && { others: sharing }) })
  const spoken: string[] = []
  const editor = await openPhraseEditor({
    ...{ assetsDir: join(dir, 'assets'), site, language: 'fr', onLoaded() {} },
    cache: createPhraseCache({ megabytes: 8, voice: 'test-voice' }),
    decode: async () => tone,
    speaker: {
      voice: 'test-voice',
      async speak(text) {
        spoken.push(text)
        return { samples: tone, rateHz: 8_000 }
      },
    },
  })
  const machine = { name, site, editor, sharing, clock, spoken, degraded }
  if (isAlone) return machine
  sharing.follow(site, () => editor.renew())
  machines.push(machine)
  return machine
}

const off = ({ name, sharing }: Machine) => {
  sharing.close()
  machines = machines.filter((one) => one.name !== name)
}
const welcome = ({ editor }: Machine) => editor.list().find(({ name }) => name === 'welcome')!
const say = (machine: Machine, text: string, name = 'welcome', version?: number) =>
  machine.editor.put(name, 'fr', text, { by: 'Marie', ...(version !== undefined && { version }) })
const says = (machine: Machine, text: string) =>
  until(`${machine.name} says: ${text}`, () => welcome(machine).text === text)

describe('a change on one machine', () => {
  test('is on air on the others with its sound, and is spoken once', async () => {
    const [a, b] = [await start('a'), await start('b')]
    expect(await say(a, 'Bonjour, un.')).toMatchObject({ ok: true })
    await says(b, 'Bonjour, un.')
    expect(b.editor.samples('welcome', 'fr')).toEqual(a.editor.samples('welcome', 'fr')!)
    expect([a.spoken.length, b.spoken.length]).toEqual([1, 0])
    expect(b.site.state.generation).toBe(a.site.state.generation)
  })

  test('can be taken back on another', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const before = welcome(a).text
    await say(a, 'Bonjour, un.')
    await says(b, 'Bonjour, un.')
    expect(await b.editor.undo(1, 'Paul')).toMatchObject({ ok: true })
    await says(a, before)
  })

  test('arrives with the next look when its message was lost', async () => {
    const [a, b] = [await start('a'), await start('b')]
    redis.isDeaf = true
    await say(a, 'Bonjour, un.')
    expect(welcome(b).text).not.toBe('Bonjour, un.')
    b.clock.advance(lookEveryMs)
    await says(b, 'Bonjour, un.')
  })

  test('leaves nothing in Redis that can be read', async () => {
    const a = await start('a')
    await say(a, 'Bonjour, ici la machine bleue.')
    for (const [key, value] of redis.values) {
      const text = key + Buffer.from(value, 'base64').toString('latin1')
      expect(text).not.toContain('bleue')
    }
    expect(redis.values.size).toBe(2)
  })
})

describe('of two changes at once', () => {
  test('the second is refused and sees the first; its next try is taken', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const texts = ['Bonjour, un.', 'Bonjour, deux.']
    const changes = await Promise.all([a, b].map((machine, i) => say(machine, texts[i]!, 'welcome', 0)))
    const first = changes.findIndex(({ ok }) => ok)
    expect(changes.map(({ ok }) => ok).toSorted()).toEqual([false, true])
    expect(changes[1 - first]).toMatchObject({ code: 'conflict' })
    for (const machine of [a, b]) await says(machine, texts[first]!)
    const loser = [a, b][1 - first]!
    expect(await say(loser, 'Bonjour, trois.', 'welcome', welcome(loser).version)).toMatchObject({ ok: true })
    for (const machine of [a, b]) await says(machine, 'Bonjour, trois.')
  })

  test('of different phrases none is lost', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const again = async (machine: Machine, text: string, name: string) => {
      while (!(await say(machine, text, name)).ok);
    }
    await Promise.all([again(a, 'Bonjour, un.', 'welcome'), again(b, 'Au revoir, deux.', 'goodbye')])
    for (const machine of [a, b]) {
      await says(machine, 'Bonjour, un.')
      const goodbye = () => machine.editor.list().find(({ name }) => name === 'goodbye')?.text
      await until('both are there', () => goodbye() === 'Au revoir, deux.')
    }
  })
})

describe('a machine that was off', () => {
  test('catches up when it comes, and is ready only then', async () => {
    const a = await start('a')
    await say(a, 'Bonjour, un.')
    off(a)
    // The machine that made the change is off too: its content is in Redis.
    const b = await start('b')
    await until('it is ready', () => b.sharing.isReady)
    expect(welcome(b).text).toBe('Bonjour, un.')
    expect(b.editor.samples('welcome', 'fr')).toHaveLength(a.editor.samples('welcome', 'fr')!.length)
  })

  test('gets old content from the machines that have it, and waits while none answers', async () => {
    const a = await start('a')
    await say(a, 'Bonjour, un.')
    for (const key of redis.values.keys()) if (key.includes('content')) redis.values.delete(key)
    off(a)
    const b = await start('b')
    await until('it says what is missing', () => b.degraded.has('site'))
    expect(welcome(b).text).not.toBe('Bonjour, un.')
    await start('a')
    b.clock.advance(lookEveryMs)
    await says(b, 'Bonjour, un.')
    expect(b.degraded.has('site')).toBe(false)
  })

  test('and has a past of its own takes over what is on air, as its next change', async () => {
    const a = await start('a')
    await say(a, 'Bonjour, un.')
    const alone = await start('b', true)
    for (const text of ['Bonjour, x.', 'Bonjour, y.', 'Bonjour, z.']) await say(alone, text)
    const b = await start('b')
    await says(b, 'Bonjour, un.')
    expect(await b.editor.history(9)).toHaveLength(4)
    expect(await say(b, 'Bonjour, deux.')).toMatchObject({ ok: true })
    await says(a, 'Bonjour, deux.')
  })

  test('and was changed by a command meanwhile brings the change along', async () => {
    const a = await start('a')
    await say(a, 'Bonjour, un.')
    const command = await start('a', true)
    await say(command, 'Bonjour, deux.')
    const b = await start('b')
    await says(b, 'Bonjour, un.')
    await a.editor.renew()
    await says(b, 'Bonjour, deux.')
  })
})

describe('without Redis', () => {
  test('a change is refused with the reason, and nothing else changes', async () => {
    const a = await start('a')
    await say(a, 'Bonjour, un.')
    redis.isUp = false
    expect(await say(a, 'Bonjour, deux.')).toMatchObject({ ok: false, code: 'no_redis' })
    expect(await a.editor.renew()).toMatchObject({ ok: true })
    expect(welcome(a).text).toBe('Bonjour, un.')
  })

  test('a machine is ready after 3 s, and catches up when Redis is there', async () => {
    const a = await start('a')
    await say(a, 'Bonjour, un.')
    redis.isUp = false
    const b = await start('b')
    b.clock.advance(3_000)
    expect(b.sharing.isReady).toBe(true)
    redis.comeBack()
    await says(b, 'Bonjour, un.')
  })

  test('one that comes back empty is filled, by whoever is ahead', async () => {
    const [a, b] = [await start('a'), await start('b')]
    await say(a, 'Bonjour, un.')
    await says(b, 'Bonjour, un.')
    off(b)
    await say(a, 'Bonjour, deux.')
    off(a)
    redis.empty()
    const behind = await start('b')
    await until('it is ready', () => behind.sharing.isReady)
    expect(redis.values.size).toBeGreaterThan(0)
    const ahead = await start('a')
    await until('it is ready', () => ahead.sharing.isReady)
    expect(welcome(ahead).text).toBe('Bonjour, deux.')
    await says(behind, 'Bonjour, deux.')
  })
})
