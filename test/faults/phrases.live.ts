// A phrase file that is broken at a reload: the phrases loaded before stay in use.

import { expect, test } from 'bun:test'
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../support/clouds/until.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { startWorld, Telephone } from './world.ts'

const assets = join(import.meta.dir, '../../assets')

/** Assets whose texts can be broken, the rest by reference. */
async function copyAssets(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'assets-'))
  await mkdir(join(dir, 'phrases'))
  await cp(join(assets, 'phrases'), join(dir, 'phrases'), { recursive: true })
  for (const name of ['cache', 'desk', 'voices', 'prompts', 'models'])
    await symlink(join(assets, name), join(dir, name))
  return dir
}

test.concurrent.each([
  ['is no JSON', '{"language":"fr",'],
  ['is empty', ''],
  ['lacks its lines', '{"language":"fr"}'],
])('a text file that %s is refused with its name, and calls go on as before', async (_title, text) => {
  const dir = await copyAssets()
  const world = await startWorld({ ASSETS_DIR: dir })
  const phone = await Telephone.dial(world.server.audioSocketPort)
  const phrases = async () =>
    ((await (await askAdmin(world.server.adminUrl, '/api/phrases')).json()) as { phrases: unknown[] }).phrases
  const before = (await phrases()).length
  await Bun.write(join(dir, 'phrases', 'fr.json'), text)
  const answer = await askAdmin(world.server.adminUrl, '/api/phrases/reload', { method: 'POST' })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('fr.json')
  expect((await phrases()).length).toBe(before)
  const next = await Telephone.dial(world.server.audioSocketPort)
  await until('both hear words', () => phone.audibleMs.length > 20 && next.audibleMs.length > 20)
  expect(world.server.registry.liveCalls).toBe(2)
  for (const one of [phone, next]) one.hangUp()
  await world.stop()
  await rm(dir, { recursive: true })
})
