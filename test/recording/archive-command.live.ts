// `bun run archive` as a whole: its arguments, its exit code, and real MP3 made by the workers.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kindOf } from '../../src/codecs/inspect.ts'
import { lockArchive } from '../../src/recording/archive-lock.ts'
import { archiveMain } from '../../src/recording/archive-main.ts'
import { both, day, done, id, recordingFolder } from './archive-folder.ts'

setDefaultTimeout(60_000)

const folder = recordingFolder()
const { record, files } = folder

describe('the command', () => {
  const written: string[] = []
  const out = { write: (text: string) => written.push(text) }
  const command = async (...args: string[]) => {
    written.length = 0
    const code = await archiveMain(args, out)
    return { code, text: written.join('') }
  }

  test('makes real MP3 in the workers and reports what it did', async () => {
    const base = join(folder.dir, day, id)
    await record()
    const { code, text } = await command('--dir', folder.dir, '--workers', '2')
    expect(text).toContain('1 archived, 0 archived before, 0 not finished, 0 failed; 0.1 min')
    expect(code).toBe(0)
    expect(await files()).toEqual(done)
    const mp3 = await Bun.file(`${base}.mp3`).bytes()
    expect(mp3.length).toBeWithin(20_000, 30_000)
    expect(kindOf(mp3)).toBe('mp3')
  })

  test('ends with 1 and lists what failed', async () => {
    await record()
    await rm(join(folder.dir, day, `${id}.agent.raw`))
    await writeFile(join(folder.dir, day, `${id}.mp3`), new Uint8Array(1_000))
    const { code, text } = await command('--dir', folder.dir)
    expect(code).toBe(1)
    expect(text).toContain(`${day}/${id}: `)
  })

  test('refuses to run while another archive runs on the folder, and runs after it', async () => {
    await record()
    const unlock = lockArchive(folder.dir)
    const { code, text } = await command('--dir', folder.dir)
    expect([code, text]).toEqual([1, `another archive is at work in ${folder.dir}\n`])
    expect(await files()).toEqual(both)
    unlock?.()
    expect((await command('--dir', folder.dir)).code).toBe(0)
    expect(await files()).toEqual(done)
  })

  test('does nothing where nothing has been recorded yet', async () => {
    written.length = 0
    expect(await archiveMain([], out, { RECORDINGS_DIR: join(folder.dir, 'none') })).toBe(0)
    expect(written.join('')).toContain('nothing has been recorded')
  })

  test('takes its folder from the settings; an empty setting means nothing to archive', async () => {
    await record()
    written.length = 0
    expect(await archiveMain([], out, { RECORDINGS_DIR: folder.dir, AUDIO_WORKERS: '1' })).toBe(0)
    expect(await files()).toEqual(done)
    expect(await archiveMain([], out, { RECORDINGS_DIR: '' })).toBe(0)
    expect(written.join('')).toContain('nothing to archive')
  })

  test.each([
    [['--help'], 0, 'usage'],
    [['--wrong'], 2, 'usage'],
    [['--workers', '0'], 2, 'not 1 to 99'],
    [['--dir', '/nowhere/at/all'], 1, 'there is no folder'],
    [['--day', '../..', '--dir', tmpdir()], 1, 'not a day'],
  ] as const)('%p ends with %p', async (args, wanted, words) => {
    const { code, text } = await command(...args)
    expect(code).toBe(wanted)
    expect(text).toContain(words)
  })
})
