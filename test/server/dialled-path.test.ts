// The table of dialled numbers in a whole server: from the dialplan's announcement to the greeting that the caller
// hears and the queue of the dialplan's next step, before and after a reload in mid-call.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runSite } from '../../src/site/main.ts'
import { startWorld, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { RawPeer, until, uuidMessage, uuidOf } from '../support/phone/fake-asterisk.ts'

setDefaultTimeout(60_000)

let dir: string
let world: World
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dialled-'))
})
afterEach(async () => {
  await world?.stop()
  await rm(dir, { recursive: true, force: true })
})

/** A phrase that no call begins with, unless the table says so. */
const table = (queue: string) =>
  `numbers: { "01 99 00 00 43": { language: en, greeting: busy, queue: ${queue} }, "01 99*": { queue: north } }`

async function storeTable(queue: string): Promise<number> {
  await Bun.write(join(dir, 'desk.yaml'), table(queue))
  const environment = { DATA_DIR: join(dir, 'data'), CONFIG_FILE: '', LANGUAGES: 'en' }
  return runSite(['desk', join(dir, 'desk.yaml')], { write: () => {} }, environment)
}

const ask = (path: string, init?: RequestInit) => askAdmin(world.server.adminUrl, path, init)

async function call(id: string, dialled: string) {
  const form = `dialled=${encodeURIComponent(dialled)}`
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(form.length),
  }
  const announced = await ask(`/api/calls/${id}/expect`, { method: 'POST', headers, body: form })
  expect(announced.status).toBe(200)
  const peer = await RawPeer.connect(world.server.audioSocketPort)
  peer.write(uuidMessage(id))
  const info = () => world.server.registry.get(id)
  await until(() => (info()?.transcript.length ?? 0) > 0, 'the greeting began')
  const { language, transcript } = info()!
  const next = async () => (await (await ask(`/asterisk/calls/${id}/next`)).text()).split('\n')[0]
  return { peer, language, greeting: transcript[0].text, next }
}

test('a dialled number has its greeting, language and queue; a reload changes them for later calls', async () => {
  expect(await storeTable('sales')).toBe(0)
  world = await startWorld({ DATA_DIR: join(dir, 'data'), LANGUAGES: 'en' })
  const { lines } = (await Bun.file('assets/phrases/en.json').json()) as { lines: Record<string, string> }
  const first = await call(uuidOf(1), '+33199000043')
  expect(first).toMatchObject({ language: 'en', greeting: lines.busy })
  expect(await first.next()).toBe('queue|sales')
  const other = await call(uuidOf(2), '0199000044')
  expect(other.language).toBe('fr')
  expect(other.greeting).not.toBe(lines.busy)
  expect(await other.next()).toBe('queue|north')

  expect(await storeTable('night')).toBe(0)
  expect((await ask('/api/desk/reload', { method: 'POST' })).status).toBe(200)
  const later = await call(uuidOf(3), '0199000043')
  expect(await later.next()).toBe('queue|night')
  first.peer.end()
  await until(() => world.server.registry.get(uuidOf(1))?.outcome !== undefined, 'the first call was over')
  expect(await first.next()).toBe('queue|sales')
  later.peer.end()
  other.peer.end()
})

test('a table with faults is refused, and the one in use stays', async () => {
  expect(await storeTable('sales')).toBe(0)
  world = await startWorld({ DATA_DIR: join(dir, 'data'), LANGUAGES: 'en' })
  expect(await storeTable('"two words"')).not.toBe(0)
  const { next, peer } = await call(uuidOf(1), '0199000043')
  expect(await next()).toBe('queue|sales')
  peer.end()
})
