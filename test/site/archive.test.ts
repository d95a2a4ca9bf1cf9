// Backup: what is exported can be imported elsewhere, as one change; and nothing changes when anything is wrong.

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from 'bun:test'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { $ } from 'bun'
import { textFault } from '../../src/phrases/overlay.ts'
import { exportSite, importSite } from '../../src/site/archive.ts'
import { createSiteDisk } from '../../src/site/disk.ts'
import { openSite, type Site } from '../../src/site/store.ts'
import { readTarGz } from '../../src/site/tar.ts'
import { copyDesk, createDesk, marie, mortal, startDesk, wallMs } from './support.ts'

setDefaultTimeout(30_000)

let shipped: Awaited<ReturnType<typeof createDesk>>
let desk: Awaited<ReturnType<typeof copyDesk>>
let backup: Uint8Array
beforeAll(async () => {
  shipped = await createDesk()
  const copy = await copyDesk(shipped.dir)
  const { editor, site } = await startDesk(copy.dir)
  await editor.put('welcome', 'fr', 'Bonsoir.', marie)
  await editor.putSound('ok.1', 'fr', new Uint8Array(2), marie)
  backup = await exportSite(site)
  await copy.remove()
})
afterAll(() => shipped.remove())
beforeEach(async () => {
  desk = await copyDesk(shipped.dir)
})
afterEach(() => desk.remove())

const options = {
  by: 'Paul',
  shippedText: () => 'Bonjour.',
  check: (_kind: string, _id: string, text: string) => textFault(text),
}
const openHere = (disk = createSiteDisk()) => openSite({ dir: join(desk.dir, 'data/site'), wallMs, disk })
const bring = (site: Site, bytes = backup) => importSite(site, bytes, options)

describe('a backup', () => {
  test('brought in elsewhere gives the same sentences, audio included, and its history to read', async () => {
    expect(await bring(await openHere())).toBe(2)
    const { welcome, info, site, broken, editor } = await startDesk(desk.dir)
    expect([welcome(), info('ok.1').source, broken()]).toEqual(['Bonsoir.', 'speaker', []])
    const history = await editor.history(10)
    expect(history.map(({ action, by, canUndo }) => `${action} ${by} ${canUndo}`)).toEqual([
      'import Paul true',
      'sound Marie false',
      'text Marie false',
    ])
    expect(await bring(site)).toBe(0)
  })

  test('is one change, which can be undone', async () => {
    const { editor, welcome, info } = await startDesk(desk.dir)
    await editor.put('ok.2', 'fr', 'Parfait.', marie)
    const site = await openHere()
    expect(await bring(site)).toBe(3)
    await editor.reload()
    expect([welcome(), info('ok.2').text]).toEqual(['Bonsoir.', 'Très bien.'])
    expect((await editor.undo(2, 'Paul')).ok).toBe(true)
    expect([welcome(), info('ok.2').text]).toEqual(['Bonjour.', 'Parfait.'])
  })

  const repacked = async (change: (files: Map<string, string | Uint8Array>) => void) => {
    const files = new Map<string, string | Uint8Array>()
    for (const [name, file] of await new Bun.Archive(backup).files()) files.set(name, await file.bytes())
    change(files)
    return new Bun.Archive(Object.fromEntries(files), { compress: 'gzip' }).bytes()
  }
  const state = (files: Map<string, string | Uint8Array>) =>
    new TextDecoder().decode(files.get('state.json') as Uint8Array)
  test.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['is not an archive', () => new TextEncoder().encode('hello')],
    ['is cut', () => backup.slice(0, backup.length / 2)],
    ['has no state', () => repacked((files) => files.delete('state.json'))],
    ['has a state that is not JSON', () => repacked((files) => files.set('state.json', '{'))],
    [
      'lacks audio',
      () => repacked((files) => files.delete([...files.keys()].find((name) => name.startsWith('content/'))!)),
    ],
    [
      'has damaged audio',
      () =>
        repacked((files) =>
          files.set([...files.keys()].find((name) => name.startsWith('content/'))!, new Uint8Array(4)),
        ),
    ],
    [
      'lists another length than its audio has',
      () =>
        repacked((files) =>
          files.set(
            'state.json',
            state(files).replace(/"samples": (\d+)/, (_, n) => `"samples": ${+n + 160}`),
          ),
        ),
    ],
    [
      'has audio that ends within a frame',
      () =>
        repacked((files) => {
          const name = [...files.keys()].find((each) => each.startsWith('content/'))!
          const cut = (files.get(name) as Uint8Array).slice(0, -2)
          const sha256 = new Bun.CryptoHasher('sha256').update(cut).digest('hex')
          const listed = state(files)
            .replaceAll(name.slice('content/'.length, -'.raw'.length), sha256)
            .replace(/"samples": (\d+)/, (_, n) => `"samples": ${n - 1}`)
          files.delete(name)
          files.set(`content/${sha256}.raw`, cut).set('state.json', listed)
        }),
    ],
    [
      'has a text that cannot be spoken',
      () => repacked((files) => files.set('state.json', state(files).replaceAll('Bonsoir.', '<b>'))),
    ],
    [
      'names a file outside its folder',
      () => repacked((files) => files.set('state.json', state(files).replace('fr.welcome', '../fr.welcome'))),
    ],
  ])('that %s is refused, and nothing changes', async (_what, make) => {
    const site = await openHere()
    const error = await bring(site, await make()).catch((reason) => reason)
    expect(error.code).toBe('archive')
    expect((await openHere()).state.generation).toBe(0)
  })

  test('that unpacks to more than the bound is stopped while it is unpacked', async () => {
    // The end is missing: whatever unpacks the whole file first finds it damaged.
    const bomb = gzipSync(new Uint8Array(32 * 1_048_576))
    const site = await openHere()
    const error = await importSite(site, bomb.subarray(0, bomb.length / 2), options, 1_048_576).catch(
      (reason) => reason,
    )
    expect(error).toMatchObject({ code: 'archive', message: 'the backup is larger than 1048576 bytes' })
    await expect(importSite(site, backup, options, backup.length)).rejects.toThrow('larger than')
  })

  test('packed again by tar is read as well', async () => {
    const folder = join(desk.dir, 'unpacked')
    await mkdir(folder)
    await new Bun.Archive(backup).extract(folder)
    const names = [...(await new Bun.Archive(backup).files()).keys()].sort()
    for (const format of ['gnu', 'ustar', 'pax']) {
      const packed = await $`tar --format=${format} -C ${folder} -cz .`.arrayBuffer()
      const files = await readTarGz(new Uint8Array(packed), 32 * 1_048_576)
      expect([...files.keys()].sort()).toEqual(names)
      for (const [name, bytes] of files) expect(bytes).toEqual(await Bun.file(join(folder, name)).bytes())
    }
  })

  test('is refused where audio is missing: it could not be imported', async () => {
    const site = await openHere()
    await bring(site)
    await rm(join(site.dir, 'content'), { recursive: true })
    expect(await exportSite(site).catch((reason) => reason.code)).toBe('content')
  })
})

describe('killed at every step', () => {
  test('an import leaves all of the old sentences or all of the new ones', async () => {
    const seen = new Set<string>()
    for (let dieAt = 0, ended = false; !ended; dieAt++) {
      await desk.remove()
      desk = await copyDesk(shipped.dir)
      const { disk, steps } = mortal(dieAt)
      await bring(await openHere(disk)).catch(() => undefined)
      ended = steps.length < dieAt
      const { welcome, info, broken } = await startDesk(desk.dir)
      expect(broken()).toEqual([])
      seen.add(`${welcome()} ${info('ok.1').source}`)
    }
    expect([...seen].sort()).toEqual(['Bonjour. tone-1', 'Bonsoir. speaker'])
  })

  test('an export leaves the backup that was there, or the new one, whole', async () => {
    const path = join(desk.dir, 'backup.tar.gz')
    const old = new TextEncoder().encode('an older backup')
    const sizes = new Set<number>()
    for (let dieAt = 0, ended = false; !ended; dieAt++) {
      await Bun.write(path, old)
      const { disk, steps } = mortal(dieAt)
      await disk.write(path, backup).catch(() => undefined)
      ended = steps.length < dieAt
      sizes.add((await Bun.file(path).bytes()).length)
    }
    expect([...sizes].sort((a, b) => a - b)).toEqual([old.length, backup.length])
  })
})
