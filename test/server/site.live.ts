// The site folder in a whole server: a start that takes what is sound, a reload that refuses, and a program whose files
// are never written.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorld, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'

setDefaultTimeout(60_000)

const assets = join(import.meta.dir, '../../assets')
let dir: string
let world: World
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'site-'))
  await mkdir(join(dir, 'assets'))
  for (const name of ['phrases', 'cache', 'prompts'])
    await cp(join(assets, name), join(dir, 'assets', name), { recursive: true })
  for (const name of ['desk', 'voices', 'models'])
    await symlink(join(assets, name), join(dir, 'assets', name))
})
afterEach(async () => {
  await world.stop()
  await rm(dir, { recursive: true, force: true })
})

const start = async (environment: Record<string, string> = {}) => {
  world = await startWorld({
    ASSETS_DIR: join(dir, 'assets'),
    DATA_DIR: join(dir, 'data'),
    AUDIO_WORKERS: '1',
    ...environment,
  })
}
const ask = (path: string, init?: RequestInit) => askAdmin(world.server.adminUrl, path, init)
const put = (name: string, text: string, version?: number) =>
  ask(`/api/phrases/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, language: 'fr', version }),
  })
const degraded = async () => {
  const response = await ask('/readyz')
  const answer = (await response.json()) as { degraded?: string[] }
  return { status: response.status, sentences: (answer.degraded ?? []).join('\n') }
}
type Listed = { name: string; language: string; text: string; source: string; version: number }
const phrase = async (name: string) => {
  const { phrases } = (await (await ask('/api/phrases')).json()) as { phrases: Listed[] }
  return phrases.find((one) => one.name === name && one.language === 'fr')!
}

async function hashOf(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).sort()
  const parts = await Promise.all(
    names.map(async (name) => {
      const file = Bun.file(join(folder, name))
      return (await file.stat()).isDirectory() ? name : `${name} ${Bun.hash(await file.bytes())}`
    }),
  )
  return parts.join('\n')
}

test('a change, a sound and an undo leave the program’s files as they were, and survive a restart', async () => {
  const shipped = await hashOf(join(dir, 'assets/phrases'))
  const cache = await hashOf(join(dir, 'assets/cache'))
  await start()
  expect((await put('goodbye', 'Merci et à bientôt.')).status).toBe(200)
  expect((await put('ok.1', 'Parfait.')).status).toBe(200)
  for (const [name, file, type] of [
    ['welcome', 'audio/utterance-hello.wav', 'audio/wav'],
    ['ok.2', 'codecs/tone24.mp3', 'audio/mpeg'],
  ] as const) {
    const uploaded = await ask(`/api/phrases/${name}/sound?language=fr&version=0`, {
      method: 'PUT',
      headers: { 'content-type': type },
      body: await Bun.file(join(import.meta.dir, '../fixtures', file)).bytes(),
    })
    expect([name, uploaded.status]).toEqual([name, 200])
  }
  expect((await ask('/api/site/history/2/undo', { method: 'POST' })).status).toBe(200)
  await world.stop()
  await start()
  expect(await phrase('goodbye')).toMatchObject({ text: 'Merci et à bientôt.', source: 'pico-1', version: 1 })
  expect(await phrase('ok.1')).toMatchObject({ text: "D'accord.", version: 0 })
  for (const name of ['welcome', 'ok.2']) expect((await phrase(name)).source).toBe('speaker')
  expect(await hashOf(join(dir, 'assets/phrases'))).toBe(shipped)
  expect(await hashOf(join(dir, 'assets/cache'))).toBe(cache)
})

test('the second of two operators is told, and what the first one wrote stays', async () => {
  await start()
  const { version } = await phrase('goodbye')
  expect((await put('goodbye', 'Un.', version)).status).toBe(200)
  const second = await put('goodbye', 'Deux.', version)
  expect(second.status).toBe(409)
  expect(await second.json()).toMatchObject({
    code: 'changed_meanwhile',
    detail: expect.stringContaining('by admin'),
  })
  expect((await phrase('goodbye')).text).toBe('Un.')
})

test('broken audio of program and site is named, the server is ready, and only a reload refuses', async () => {
  await start()
  await put('welcome', 'Bonjour, ici Wouippleul.')
  await world.stop()
  const [content] = await readdir(join(dir, 'data/site/content'))
  await Bun.write(join(dir, 'data/site/content', content!), new Uint8Array(640))
  await Bun.write(join(dir, 'assets/cache/fr.goodbye.raw'), new Uint8Array(640))
  await start()
  const { status, sentences } = await degraded()
  expect(status).toBe(200)
  for (const name of ['fr.welcome has broken audio', 'fr.goodbye.raw has']) expect(sentences).toContain(name)
  expect(world.lines.filter(({ event }) => event === 'phrase file left out').length).toBe(2)
  expect(await phrase('welcome')).toMatchObject({ text: 'Bonjour, ici Wouippleul.', source: 'live' })
  expect((await ask('/api/phrases/reload', { method: 'POST' })).status).toBe(422)
  await cp(join(assets, 'cache/fr.goodbye.raw'), join(dir, 'assets/cache/fr.goodbye.raw'))
  expect((await put('welcome', 'Bonjour.')).status).toBe(200)
  expect(await degraded()).toEqual({ status: 200, sentences: '' })
})

test('a start without the index of the recordings speaks live, and says so', async () => {
  await rm(join(dir, 'assets/cache/index.json'))
  await start()
  const { status, sentences } = await degraded()
  expect([status, sentences]).toEqual([200, expect.stringContaining('index.json is missing')])
})

test('a site folder whose newest change cannot be read uses the one before, and says so', async () => {
  await start()
  await put('welcome', 'Un.')
  await put('welcome', 'Deux.')
  await world.stop()
  await Bun.write(join(dir, 'data/site/generations/000002.json'), '{"layout":1,')
  await start()
  expect((await phrase('welcome')).text).toBe('Un.')
  expect((await degraded()).sentences).toContain('000002.json is skipped')
})

test('a prompt of the site that cannot be used is named, and the shipped one is', async () => {
  const files = { id: 'prompts/fr.md', bytes: new TextEncoder().encode('# system\nBonjour\n') }
  const sha256 = new Bun.CryptoHasher('sha256').update(files.bytes).digest('hex')
  await Bun.write(join(dir, 'data/site/content', `${sha256}.txt`), files.bytes)
  const after = { sha256, bytes: files.bytes.length, version: 1 }
  const change = { generation: 1, at: '', by: 'Marie', action: 'document', items: [] }
  await Bun.write(
    join(dir, 'data/site/generations/000001.json'),
    JSON.stringify({ layout: 1, change, phrases: {}, documents: { [files.id]: after } }),
  )
  await start({ LLM: 'groq', GROQ_API_KEY: 'k' })
  expect((await degraded()).sentences).toContain('prompts/fr.md cannot be used, the shipped one is')
})
